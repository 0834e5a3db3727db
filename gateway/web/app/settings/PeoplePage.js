import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { dayTime } from '../text/format.js';
import { serverNow } from '../core/clock.js';
import { me } from '../core/state.js';
import { goSettings } from '../shell/router.js';
import { Avatar } from '../shell/primitives.js';
import { InviteDialog } from './InviteDialog.js';
import { limitWords, numberNames } from './LimitChoice.js';
import { Jobs } from './Jobs.js';
import { Nothing, Page } from './Page.js';
import { PersonDrawer } from './PersonDrawer.js';
import { languageNames } from './profile.js';
import { office, teamNames } from './people_state.js';
import { useFresh } from './resource.js';

/** @param {{item: string}} props the person whose drawer is open */
export function PeoplePage({ item }) {
  useFresh(office);
  const [tab, setTab] = useState('active'), [q, setQ] = useState(''), [inviting, invite] = useState(false);
  const [link, setLink] = useState(/** @type {any} */ (null));
  const { data } = office.now.value;
  const active = data?.people.filter((p) => p.active) ?? [], off = data?.people.filter((p) => !p.active) ?? [];
  const tabs = [['active', active.length], ['invited', data?.invitations.length ?? 0], ['disabled', off.length]];
  const shown = matching(tab === 'disabled' ? off : active, q, data?.teams ?? []);
  const open = data?.people.find((p) => p.id === item);
  return html`<${Page} title=${t('settings.people')} of=${office} test="people-page"
    facts=${t('people.facts', { n: active.length })}
    actions=${html`<input class="input" type="search" aria-label=${t('people.find')} placeholder=${t('people.find')}
      value=${q} onInput=${(e) => setQ(e.target.value)} data-test="people-find" />
      <button class="btn btn-main" type="button" onClick=${() => invite(true)} data-test="invite">
        ${t('people.invite')}</button>`}>
    <${Jobs} kind="hand_over" />
    <div class="fbar"><div class="ftabs" role="tablist" aria-label=${t('people.tabs')}>
      ${tabs.map(([name, n]) => html`<button type="button" role="tab" key=${name} aria-selected=${tab === name}
        onClick=${() => setTab(String(name))} data-test=${`people-${name}`}>${t(`people.tab.${name}`)}
        <span class="n">${n}</span></button>`)}</div></div>
    <div class=${`split2 ${open ? 'has-drawer no-d' : ''}`}><div tabindex="0">
      ${tab === 'invited'
        ? html`<${Invitations} list=${data?.invitations ?? []} teams=${data?.teams ?? []} numbers=${data?.numbers ?? []}
          onLink=${setLink} />`
        : html`<${PeopleTable} people=${shown} teams=${data?.teams ?? []} numbers=${data?.numbers ?? []}
          open=${item} />`}</div>
      ${open && html`<${PersonDrawer} person=${open} teams=${data?.teams ?? []}
        numbers=${data?.numbers ?? []} key=${open.id} />`}</div>
    ${inviting && html`<${InviteDialog} teams=${data?.teams ?? []} numbers=${data?.numbers ?? []}
      onClose=${() => invite(false)} />`}
    ${link && html`<${InviteDialog} teams=${[]} made=${[link]} onClose=${() => setLink(null)} />`}<//>`;
}

/** @param {import('./people_state.js').Person[]} people @param {string} q @param {any[]} teams */
function matching(people, q, teams) {
  const words = q.trim().toLocaleLowerCase();
  if (!words) return people;
  return people.filter((p) => [p.name, p.email, t(`role.${p.role}`), teamNames(teams, p.teams),
    ...p.skills, languageNames(p.languages)]
    .some((text) => text?.toLocaleLowerCase().includes(words)));
}

function PeopleTable({ people, teams, numbers, open }) {
  if (people.length === 0) return html`<${Nothing} text=${t('people.none')} />`;
  return html`<table class="tbl is-2"><colgroup><col /><col class="c-144" /><col class="c-200 hide-d" />
    <col class="c-200 hide-d" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('people.person')}</th><th scope="col" class="l">${t('people.role')}</th>
      <th scope="col" class="l hide-d">${t('people.teams')}</th>
      <th scope="col" class="l hide-d">${t('scope.numbers')}</th></tr></thead>
    <tbody>${people.map((p) => html`<tr key=${p.id} aria-selected=${open === p.id ? 'true' : undefined}
      data-test=${`person-${p.id}`}>
      <td class="l"><button type="button" class="who2" onClick=${() => goSettings('people', p.id)}>
        <${Avatar} name=${p.name} size=${24} mine=${p.id === me.value?.id} />
        <span class="cut"><b class="cut"><bdi>${p.name}</bdi></b><small>${p.email}</small></span></button></td>
      <td class="l">${t(`role.${p.role}`)}</td>
      <td class="l hide-d cut" title=${teamNames(teams, p.teams)}>
        ${p.role === 'agent' ? teamNames(teams, p.teams) || html`<span class="soon">${t('people.noTeam')}</span>`
          : t('people.allTeams')}</td>
      <td class="l hide-d cut" title=${numberNames(numbers, p.numbers)}>${numberNames(numbers, p.numbers)
        || t('scope.all')}${p.own_only && html`<small class="cut">${t('scope.own')}</small>`}</td></tr>`)}
      </tbody></table>`;
}

function Invitations({ list, teams, numbers, onLink }) {
  if (list.length === 0) return html`<${Nothing} text=${t('people.noneInvited')} />`;
  const renew = async (i) => { onLink(await api.renewInvitation(i.id)); void office.load(); };
  const withdraw = async (i) => { await api.withdrawInvitation(i.id); void office.load(); };
  return html`<table class="tbl is-2 is-stack"><colgroup><col /><col class="c-112" /><col class="c-184" />
    <col class="c-232" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('people.address')}</th><th scope="col" class="l">${t('people.role')}</th>
      <th scope="col" class="l">${t('people.link')}</th><th scope="col"><span class="sr">${t('more')}</span></th>
        </tr></thead>
    <tbody>${list.map((i) => html`<tr key=${i.id} data-test="invitation">
      <td class="l"><b class="cut w-mid">${i.email}</b>
        <small>${t('people.invitedBy', { name: i.by.name, when: dayTime(Date.parse(i.created_at)) })}</small></td>
      <td class="l" title=${teamNames(teams, i.teams)}>${t(`role.${i.role}`)}
        <small class="cut">${limitWords(numbers, i)}</small></td>
      <td class=${Date.parse(i.expires_at) < serverNow() ? 'l late' : 'l'}>${Date.parse(i.expires_at) < serverNow()
        ? t('people.expired') : t('people.until', { when: dayTime(Date.parse(i.expires_at)) })}</td>
      <td><button class="btn" type="button"
        onClick=${() => void renew(i)} data-test="renew">${t('people.newLink')}</button>
        <button class="btn btn-bare" type="button" onClick=${() => void withdraw(i)} data-test="withdraw">
          ${t('people.withdraw')}</button></td></tr>`)}</tbody></table>`;
}
