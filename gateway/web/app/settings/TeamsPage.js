import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { goSettings } from '../shell/router.js';
import { Dialog } from '../shell/Dialog.js';
import { Avatar } from '../shell/primitives.js';
import { useSending } from './form.js';
import { Jobs } from './Jobs.js';
import { Nothing, Page, Wrong } from './Page.js';
import { TeamDrawer } from './TeamDrawer.js';
import { office } from './people_state.js';
import { useFresh } from './resource.js';

const shownFaces = 4;

/** @param {{item: string}} props the team whose drawer is open */
export function TeamsPage({ item }) {
  useFresh(office);
  const { data } = office.now.value, open = data?.teams.find((team) => team.id === item);
  const close = () => goSettings('teams');
  return html`<${Page} title=${t('settings.teams')} of=${office} test="teams-page"
    facts=${t('teams.facts', { n: data?.teams.length ?? 0 })}
    actions=${html`<button class="btn btn-main" type="button" onClick=${() => goSettings('teams', '+')}
      data-test="team-new">${t('teams.new')}</button>`}>
    <${Jobs} kind="team_gone" />
    <div class=${`split2 ${open ? 'has-drawer no-d' : ''}`}><div tabindex="0">
      ${data?.teams.length === 0 ? html`<${Nothing} text=${t('teams.none')} />`
      : html`<${TeamTable} ...${data} open=${item} />`}</div>
      ${open && html`<${TeamDrawer} team=${open} data=${data} key=${open.id} />`}</div>
    ${item === '+' && html`<${TeamDialog} onClose=${close} />`}<//>`;
}

function TeamTable({ teams, people, numbers, open }) {
  return html`<table class="tbl is-2"><colgroup><col /><col class="c-200" /><col class="c-232 hide-s" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('teams.team')}</th><th scope="col" class="l">${t('settings.people')}</th>
      <th scope="col" class="l hide-s">${t('numbers')}</th></tr></thead>
    <tbody>${teams.map((team) => {
      const members = people.filter((p) => p.active && p.teams.includes(team.id));
      return html`<tr key=${team.id} aria-selected=${open === team.id ? 'true' : undefined}
        data-test=${`team-row-${team.id}`}><td class="l"><button type="button"
        class="who2 is-1"
        onClick=${() => goSettings('teams', team.id)}><b class="w-mid cut"><bdi>${team.name}</bdi></b></button></td>
        <td class="l"><span class="avs">${members.slice(0, shownFaces)
          .map((p) => html`<${Avatar} key=${p.id} name=${p.name} size=${20} title=${p.name} />`)}
          <span class="more">${members.length > shownFaces ? `+${members.length - shownFaces}` : ''}</span></span>
          ${members.length === 0 && html`<span class="soon">${t('teams.nobody')}</span>`}</td>
        <td class="l cut hide-s">${numbers.filter((n) => n.team_id === team.id).map((n) => n.name || n.display)
          .join(', ')}</td>
          </tr>`; })}</tbody></table>`;
}

/** A name is all that is asked for; the id is made of it. @param {{onClose: () => void}} props */
function TeamDialog({ onClose }) {
  const [name, setName] = useState(''), form = useSending();
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const { data } = office.now.value;
      await api.putTeam({ id: idOf(name, [...data?.teams ?? [], ...data?.removed ?? []]), name: name.trim() });
      await office.load();
      onClose();
    });
  };
  return html`<${Dialog} label=${t('teams.new')} cls="sheet give" onClose=${onClose} test="team-dialog">
    <form onSubmit=${submit}>
    <h2>${t('teams.new')}</h2><label class="fld-label" for="team-name">${t('people.name')}</label>
    <input class="input" id="team-name" data-focus maxlength="100" value=${name}
      onInput=${(e) => setName(e.target.value)}
      data-test="team-name" /><${Wrong} failure=${form.failure} field="name" /><${Wrong} failure=${form.failure}
        field="id" />
    <${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main" type="submit" disabled=${!name.trim() || form.busy}
        data-test="team-save">${t('teams.make')}</button></div></form><//>`;
}

/** A short word of the name that no team has. @param {string} name @param {{id: string}[]} teams */
export function idOf(name, teams) {
  const word = name.normalize('NFKD').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g,
    '').slice(0, 40) || 'team';
  const taken = new Set(teams.map((team) => team.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? word : `${word}-${n}`;
    if (!taken.has(id)) return id;
  }
}
