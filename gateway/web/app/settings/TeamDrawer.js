// One team: its name, people and numbers, and its end.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { goSettings } from '../shell/router.js';
import { useUnsaved } from '../shell/unsaved.js';
import { Dialog } from '../shell/Dialog.js';
import { Conflict, useConflict } from './Conflict.js';
import { Drawer } from './Drawer.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { office } from './people_state.js';

const close = () => goSettings('teams');
const ids = (list) => list.map((one) => one.id);

/** @param {{team: {id: string, name: string, revision: number}, data: any}} props */
export function TeamDrawer({ team, data }) {
  const active = data.people.filter((p) => p.active);
  const members = ids(active.filter((p) => p.teams.includes(team.id)));
  const own = ids(data.numbers.filter((n) => n.team_id === team.id));
  const [name, setName] = useState(team.name), [people, setPeople] = useState(/** @type {string[]} */ (members));
  const [taken, take] = useState(/** @type {string[]} */ ([])), [ending, end] = useState(false), form = useSending();
  const add = people.filter((id) => !members.includes(id)), remove = members.filter((id) => !people.includes(id));
  const [seen, see] = useState(team); // what the form began with
  const fields = [{ name: 'name', label: t('people.name'), of: (x) => x.name, now: name.trim(), set: setName,
    words: String }];
  const conflict = useConflict(seen, fields);
  const changed = name.trim() !== seen.name || add.length + remove.length + taken.length > 0;
  useUnsaved(changed);
  const flip = (list, id) => (list.includes(id) ? list.filter((x) => x !== id) : [...list, id]);
  const save = () => form.send(() => conflict.sending(async () => {
    if (name.trim() !== seen.name)
      see(await api.putTeam({ id: team.id, name: name.trim(), revision: seen.revision }));
    if (add.length + remove.length > 0) await api.setTeamMembers(team.id, { add, remove });
    if (taken.length > 0) await api.setTeamNumbers(team.id, taken);
    take([]);
    await office.load();
  }, async () => {
    await office.load();
    return office.now.value.data?.teams.find((one) => one.id === team.id);
  }, see));
  return html`<${Drawer} label=${team.name} onClose=${close} test="team-drawer" head=${html`<div class="thread-id"><h2>
      <bdi>${team.name}</bdi></h2></div>`} ends=${html`<button class="btn btn-late" type="button"
      disabled=${data.teams.length < 2} onClick=${() => end(true)} data-test="team-end">${t('teams.end')}</button>
      <span class="grow"></span><button class="btn btn-main" type="button" disabled=${!changed || !name.trim()
        || form.busy} onClick=${() => void save()} data-test="team-save">${t('save')}</button>`}>
    <section class="sec"><${Conflict} clash=${conflict.clash} fields=${fields} />
      <label class="field" for="team-name"><span>${t('people.name')}</span><input class="input"
      id="team-name" maxlength="100" value=${name} onInput=${(e) => setName(e.target.value)} data-test="team-name" />
      <${Wrong} failure=${form.failure} field="name" /></label>
      <fieldset class="choices"><legend class="fld-label">${t('teams.numbers')}</legend><div class="picks">
        ${data.numbers.map((n) => html`<button class="pick" type="button" key=${n.id} disabled=${own.includes(n.id)}
          aria-pressed=${own.includes(n.id) || taken.includes(n.id)} onClick=${() => take(flip(taken, n.id))}
          data-test=${`number-${n.id}`}>${n.name || n.display}</button>`)}</div></fieldset>
      <p class="hint pt">${t('teams.numbers.hint')}</p><${Wrong} failure=${form.failure} field="numbers" />
      <fieldset class="choices"><legend class="fld-label">${t('teams.people')}</legend><div class="picks">
        ${active.map((p) => html`<button class="pick" type="button" key=${p.id} aria-pressed=${people.includes(p.id)}
          onClick=${() => setPeople(flip(people, p.id))} data-test=${`member-${p.id}`}>${p.name}</button>`)}</div>
        </fieldset><${Wrong} failure=${form.failure} field="add" /><${Wrong} failure=${form.failure} field="" />
      ${data.teams.length < 2 && html`<p class="hint pt">${t('teams.only')}</p>`}</section>
    ${ending && html`<${EndDialog} team=${team} others=${data.teams.filter((x) => x.id !== team.id)}
      onClose=${() => end(false)} />`}<//>`;
}

/** @param {{team: {id: string, name: string}, others: {id: string, name: string}[], onClose: () => void}} props */
function EndDialog({ team, others, onClose }) {
  const [how, setHow] = useState('merge'), [into, setInto] = useState(others[0].id), form = useSending();
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      await (how === 'merge' ? api.mergeTeam(team.id, into) : api.removeTeam(team.id, into));
      close();
      await office.load();
    });
  };
  return html`<${Dialog} label=${t('teams.endOf', { name: team.name })} cls="sheet give" onClose=${onClose}
    test="team-end-dialog"><form onSubmit=${submit}><h2>${t('teams.endOf', { name: team.name })}</h2>
    <p class="hint later">${t('teams.keeps')}</p>
    <fieldset class="choices"><legend class="fld-label">${t('teams.how')}</legend>${['merge', 'remove'].map((one) =>
      html`<label class="choice" key=${one}><input class="rad" type="radio" name="how" value=${one}
        checked=${how === one} onChange=${() => setHow(one)} data-test=${`how-${one}`} /><b>${t(`teams.how.${one}`)}</b>
        <small>${t(`teams.how.${one}.hint`)}</small></label>`)}</fieldset>
    <label class="field" for="team-into"><span>${t('teams.into')}</span><select class="input" id="team-into"
      value=${into}
      onChange=${(e) => setInto(e.target.value)} data-test="team-into">${others.map((one) =>
        html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select>
      <${Wrong} failure=${form.failure} field="into" /></label><${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main btn-late" type="submit" disabled=${form.busy} data-test="team-end-confirm">
        ${t(`teams.do.${how}`)}</button></div></form><//>`;
}
