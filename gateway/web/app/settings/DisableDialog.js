// Ends an account: every conversation gets a destination first.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { Dialog } from '../shell/Dialog.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { office } from './people_state.js';

/** @param {{person: any, people: any[], teams: any[], onClose: () => void}} props */
export function DisableDialog({ person, people, teams, onClose }) {
  const [to, setTo] = useState('queue'), [team, setTeam] = useState(teams[0]?.id ?? '');
  const others = people.filter((p) => p.id !== person.id), [agent, setAgent] = useState(others[0]?.id ?? '');
  const form = useSending();
  const choice = (name, input) => html`<label class="choice"><input class="rad" type="radio" name="to" value=${name}
    checked=${to === name} onChange=${() => setTo(name)} data-test=${`to-${name}`} /><b>${t(`people.to.${name}`)}</b>
      <small>${t(`people.to.${name}.hint`)}</small></label>${to === name && input}`;
  const select = (label, value, set, list, test) => html`<select class="input" aria-label=${label} value=${value}
    onChange=${(e) => set(e.target.value)} data-test=${test}>
    ${list.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select>`;
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const answer = await api.disablePerson(person.id,
        to === 'agent' ? { agent_id: agent } : to === 'team' ? { team_id: team } : {});
      await office.load();
      onClose();
      toast.value = { text: t(answer.job ? 'people.disabledHanding' : 'people.disabled', { name: person.name }) };
    });
  };
  return html`<${Dialog} label=${t('people.disableOf', { name: person.name })} cls="sheet give" onClose=${onClose}
    test="disable-dialog"><form onSubmit=${submit}><h2>${t('people.disableOf', { name: person.name })}</h2>
    <p class="hint later">${t('people.disable.hint')}</p>
    <fieldset class="choices"><legend class="fld-label">${t('people.to')}</legend>${choice('queue', null)}
      ${teams.length > 0 && choice('team', select(t('people.to.team'), team, setTeam, teams, 'to-team-id'))}
      ${others.length > 0 && choice('agent', select(t('people.to.agent'), agent, setAgent, others,
        'to-agent-id'))}</fieldset>
    <${Wrong} failure=${form.failure} field="agent_id" /><${Wrong} failure=${form.failure} field="team_id" />
    <${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main btn-late" type="submit" disabled=${form.busy} data-test="disable-confirm">
        ${t('people.disableDo')}</button></div></form><//>`;
}
