// Connects a number: Meta is asked with the token whether all belongs together, and
// what it denies is said at its field.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { Dialog } from '../shell/Dialog.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { office } from './people_state.js';

const ids = ['id', 'account_id', 'portfolio_id'];

/** @param {{teams: any[], onClose: () => void}} props */
export function ConnectDialog({ teams, onClose }) {
  const [of, set] = useState({ id: '', account_id: '', portfolio_id: '', display: '', name: '', token: '',
    team_id: teams[0]?.id ?? '' });
  const form = useSending();
  const missing = [...ids, 'display', 'token'].find((name) => !of[name].trim());
  const field = (name, more = {}) => html`<label class="field" for=${`number-${name}`} key=${name}>
    <span>${t(`connect.${name}`)}</span><input class="input" id=${`number-${name}`} value=${of[name]}
      autocomplete="off"
      data-focus=${name === 'id' ? '' : undefined} onInput=${(e) => set({ ...of, [name]: e.target.value })} ...${more}
        data-test=${`number-${name}`} /><${Wrong} failure=${form.failure} field=${name} /></label>`;
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      await api.connectNumber(Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v.trim()])));
      await office.load();
      onClose();
      toast.value = { text: t('connect.done', { name: of.name.trim() || of.display.trim() }) };
    });
  };
  return html`<${Dialog} label=${t('connect.title')} cls="sheet give" onClose=${onClose} test="connect-dialog">
    <form onSubmit=${submit}><h2>${t('connect.title')}</h2><p class="hint later">${t('connect.hint')}</p>
    ${ids.map((name) => field(name, { inputmode: 'numeric', maxlength: 64 }))}
    ${field('token', { type: 'password', maxlength: 4096 })}${field('display', { maxlength: 100 })}
    ${field('name', { maxlength: 100 })}
    <label class="fld-label" for="number-team">${t('teams.team')}</label>
    <select class="input" id="number-team" value=${of.team_id} onChange=${(e) => set({ ...of,
      team_id: e.target.value })}
      data-test="number-team">${teams.map((x) => html`<option key=${x.id} value=${x.id}>${x.name}</option>`)}</select>
    <${Wrong} failure=${form.failure} field="team_id" /><${Wrong} failure=${form.failure} field="" />
    <div class="ends">${missing && html`<small class="quiet">
      ${t('connect.missing', { field: t(`connect.${missing}`) })}</small>`}<span class="grow"></span>
      <button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main" type="submit" disabled=${Boolean(missing) || form.busy} data-test="number-connect">
        ${t(form.busy ? 'connect.asking' : 'connect')}</button></div></form><//>`;
}
