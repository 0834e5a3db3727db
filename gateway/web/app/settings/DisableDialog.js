// Ends an account: every conversation gets a destination first.

import { html, useEffect, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { Dialog } from '../shell/Dialog.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { office } from './people_state.js';
import { roomOf, splitOf } from './split.js';

/** @param {{person: any, teams: any[], onClose: () => void}} props */
export function DisableDialog({ person, teams, onClose }) {
  const [to, setTo] = useState('queue'), [team, setTeam] = useState(teams[0]?.id ?? '');
  const [agent, setAgent] = useState('');
  const [held, hold] = useState(/** @type {any} */ (null)), form = useSending();
  const [shares, share] = useState(/** @type {Record<string, number>} */ ({}));
  useEffect(() => { void form.send(async () => {
    const answer = await api.handOver(person.id);
    hold(answer);
    share(splitOf(answer.conversations, answer.receivers));
    setAgent(answer.receivers.find((r) => r.may > 0)?.agent_id ?? '');
  }); }, []);
  const able = held?.receivers.filter((r) => r.may > 0) ?? [];
  const rows = to === 'split' ? able : to === 'agent' ? able.filter((r) => r.agent_id === agent) : [];
  const gets = (r) => (to === 'agent' ? r.may : shares[r.agent_id] ?? 0);
  const full = rows.find((r) => gets(r) > roomOf(r));
  const given = rows.reduce((sum, r) => sum + gets(r), 0);
  const choice = (name, input) => html`<label class="choice"><input class="rad" type="radio" name="to" value=${name}
    checked=${to === name} onChange=${() => setTo(name)} data-test=${`to-${name}`} /><b>${t(`people.to.${name}`)}</b>
      <small>${t(`people.to.${name}.hint`)}</small></label>${to === name && input}`;
  const select = (label, value, set, list, test) => html`<select class="input" aria-label=${label} value=${value}
    onChange=${(e) => set(e.target.value)} data-test=${test}>
    ${list.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select>`;
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const split = able.filter((r) => shares[r.agent_id] > 0).map((r) => ({ agent_id: r.agent_id,
        most: shares[r.agent_id] }));
      const answer = await api.disablePerson(person.id,
        to === 'agent' ? { agent_id: agent } : to === 'team' ? { team_id: team } : to === 'split' ? { split } : {});
      await office.load();
      onClose();
      toast.value = { text: t(answer.job ? 'people.disabledHanding' : 'people.disabled', { name: person.name }) };
    });
  };
  return html`<${Dialog} label=${t('people.disableOf', { name: person.name })} cls="sheet give" onClose=${onClose}
    test="disable-dialog"><form onSubmit=${submit}><h2>${t('people.disableOf', { name: person.name })}</h2>
    <p class="hint later">${held ? t('people.held', { n: held.conversations, waiting: held.waiting }) : ' '}</p>
    <fieldset class="choices"><legend class="fld-label">${t('people.to')}</legend>${choice('queue', null)}
      ${teams.length > 0 && choice('team', select(t('people.to.team'), team, setTeam, teams, 'to-team-id'))}
      ${able.length > 0 && choice('split', null)}
      ${able.length > 0 && choice('agent', select(t('people.to.agent'), agent, setAgent,
        able.map((r) => ({ id: r.agent_id, name: r.name })), 'to-agent-id'))}</fieldset>
    ${rows.length > 0 && html`<table class="tbl is-tight"><thead><tr><th scope="col" class="l">${t('people.gets')}</th>
      <th scope="col">${t('people.gets.n')}</th><th scope="col">${t('people.load')}</th></tr></thead><tbody>
      ${rows.map((r) => html`<tr key=${r.agent_id} data-test=${`receiver-${r.agent_id}`}><td class="l cut">
        <bdi>${r.name}</bdi></td><td>${to === 'agent' ? gets(r) : html`<input class="input share" type="number" min="0"
          max=${r.may} value=${gets(r)} aria-label=${t('people.gets.of', { name: r.name })}
          onInput=${(e) => share({ ...shares, [r.agent_id]: Math.max(0, Math.floor(Number(e.target.value)) || 0) })}
          data-test=${`share-${r.agent_id}`} />`}</td>
        <td class=${gets(r) > roomOf(r) ? 'late' : ''}>${t(r.capacity > 0 ? 'people.load.of' : 'people.load.free',
          { before: r.load, after: r.load + gets(r), most: r.capacity })}</td></tr>`)}</tbody></table>
      <p class="hint pt" role="status">${full ? html`<span class="late" data-test="full">${t('people.full',
        { name: full.name, room: roomOf(full) })}</span>` : t('people.rest', { n: Math.max(held.conversations - given,
        0) })}</p>`}
    <p class="hint pt">${t('people.leaves', { n: held?.sessions ?? 0 })}</p>
    <${Wrong} failure=${form.failure} field="agent_id" /><${Wrong} failure=${form.failure} field="team_id" />
    <${Wrong} failure=${form.failure} field="split" /><${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main btn-late" type="submit" data-test="disable-confirm"
        disabled=${form.busy || !held || Boolean(full) || (rows.length > 0 && given === 0)}>
        ${t('people.disableDo')}</button></div></form><//>`;
}
