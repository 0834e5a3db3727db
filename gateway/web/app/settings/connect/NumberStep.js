import { html, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { t } from '../../text/i18n.js';
import { Checks, Fault, Field, Waiting } from './Checks.js';

/** How a number stands, in words. */
const standing = (n) => t(n.taken === 'other' ? 'connect.is.other' : n.taken === 'ours' ? 'connect.is.ours'
  : n.coexistence ? 'connect.is.phone' : n.registered ? 'connect.is.registered' : n.verified ? 'connect.is.verified'
    : 'connect.is.fresh');

/** Which number of the account. @param {import('./ConnectSteps.js').StepProps} props */
export function NumberStep({ view, form, take, buttons }) {
  const list = view.numbers ?? [], free = list.filter((n) => n.taken !== 'other');
  const [id, setID] = useState(view.number?.id ?? (free.length === 1 ? free[0].id : ''));
  const [typing, type] = useState(list.length === 0 || !list.some((n) => n.id === id) && id !== '');
  const submit = (e) => { e.preventDefault(); take(() => api.connectWhich({ id: id.trim() })); };
  const choose = (n) => { setID(n.id); form.forget(); };
  return html`<form onSubmit=${submit}>
    ${typing ? html`<${Field} view=${view} form=${form} name="id" label=${t('connect.id')} value=${id} onInput=${setID}
      hint=${t('connect.id.hint')} more=${{ inputmode: 'numeric', maxlength: 64, 'data-focus': '' }} />`
      : html`<fieldset class="choices wiz-list" tabindex="-1"><legend class="fld-label">
        ${t('connect.ofAccount', { account: view.account?.name || view.account?.id })}</legend>
        ${list.map((n) => html`<label class="choice" key=${n.id}><input class="rad" type="radio" name="connect-number"
          value=${n.id} checked=${id === n.id} disabled=${n.taken === 'other'} onChange=${() => choose(n)}
          data-focus=${id === n.id ? '' : undefined} data-test=${`choose-${n.id}`} />
          <b>${n.display} ${n.name}</b><small>${standing(n)}</small></label>`)}</fieldset>`}
    ${list.length > 0 && html`<p class="hint"><button class="link" type="button" onClick=${() => type(!typing)}
      data-test="type-id">${t(typing ? 'connect.id.choose' : 'connect.id.type')}</button></p>`}
    ${form.busy ? html`<${Waiting} />` : html`<${Checks} checks=${view.checks} names=${['number']}
      fields=${typing ? ['id'] : []} />`}
    <${Fault} failure=${form.failure} />
    ${buttons(html`<button class="btn btn-main" type="submit" disabled=${!id.trim() || form.busy}
      data-test="connect-next">${t('connect.next')}</button>`)}</form>`;
}
