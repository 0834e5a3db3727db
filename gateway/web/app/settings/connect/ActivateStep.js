import { html, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { t } from '../../text/i18n.js';
import { Checks, Fault, Field, Waiting } from './Checks.js';

/** The webhooks come, and the number is registered. @param {import('./ConnectSteps.js').StepProps} props */
export function ActivateStep({ view, form, take, buttons, back }) {
  const [pin, setPIN] = useState(''), number = view.number;
  const register = Boolean(number && !number.registered && !number.coexistence);
  const submit = (e) => { e.preventDefault(); take(() => api.connectActivate({ pin: register ? pin.trim() : '' })); };
  const token = view.checks.some((c) => c.field === 'token' && c.state === 'failed');
  return html`<form onSubmit=${submit}>
    <p class="quiet">${t('connect.activate.hint', { account: view.account?.name || view.account?.id })}</p>
    ${register ? html`<${Field} view=${view} form=${form} name="pin" label=${t('connect.pin')} value=${pin}
      onInput=${setPIN} hint=${t('connect.pin.hint')}
      more=${{ class: 'input wiz-code', type: 'password', inputmode: 'numeric', maxlength: 6, 'data-focus': '' }} />`
      : html`<p class="quiet">${t(number?.coexistence ? 'connect.pin.phone' : 'connect.pin.none')}</p>`}
    ${form.busy ? html`<${Waiting} />` : html`<${Checks} checks=${view.checks} names=${['subscription', 'register']}
      fields=${register ? ['pin'] : []} />`}
    ${token && html`<p class="hint"><button class="link" type="button" onClick=${() => back('account')}>
      ${t('connect.otherToken')}</button></p>`}
    <${Fault} failure=${form.failure} />
    ${buttons(html`<button class="btn btn-main" type="submit" disabled=${form.busy || register && !pin.trim()}
      data-focus=${register ? undefined : ''} data-test="connect-next">${t('connect.activate.do')}</button>`)}</form>`;
}
