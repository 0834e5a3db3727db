import { html, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { demo } from '../../core/state.js';
import { clockTime } from '../../text/format.js';
import { t } from '../../text/i18n.js';
import { languageOf, tag } from '../../text/languages.js';
import { Checks, Fault, Field, Waiting } from './Checks.js';
import { LanguageChoice } from './LanguageChoice.js';

/** A code shows that the number is the business's own. @param {import('./ConnectSteps.js').StepProps} props */
export function ConfirmStep({ view, form, take, buttons }) {
  const [code, setCode] = useState(''), number = view.number;
  const [language, setLanguage] = useState(tag(languageOf(number?.display ?? '')) || 'en-US');
  const sent = view.sms;
  const ask = (method) => take(() => { setCode(''); return api.connectCode({ method, language }); });
  const submit = (e) => {
    e.preventDefault();
    if (sent) take(() => api.connectVerify({ code: code.trim() }));
    else ask('sms');
  };
  const times = sent && { to: number?.display, at: clockTime(Date.parse(sent.sent_at)),
    until: clockTime(Date.parse(sent.expires_at)) };
  return html`<form onSubmit=${submit}>${sent ? html`
    <p class="quiet">${t(`connect.sent.${sent.method}`, times)}</p>
    <${Field} view=${view} form=${form} name="code" label=${t('connect.code')} value=${code} onInput=${setCode}
      more=${{ class: 'input wiz-code', inputmode: 'numeric', maxlength: 7, autocomplete: 'one-time-code',
        'data-focus': '' }} />
    <p class="hint">${t('connect.noCode')} <button class="link" type="button" disabled=${form.busy}
      onClick=${() => ask('voice')} data-test="code-voice">${t('connect.call')}</button>${' · '}<button class="link"
      type="button" disabled=${form.busy} onClick=${() => ask('sms')} data-test="code-sms">
      ${t('connect.newSMS')}</button></p>`
    : html`<p class="quiet">${t('connect.confirm.hint', { to: number?.display })}</p>
      <${LanguageChoice} id="connect-code-language" label=${t('connect.code.language')} value=${language}
        onChange=${setLanguage} focus />
      <p class="hint"><button class="link" type="button" disabled=${form.busy} onClick=${() => ask('voice')}
        data-test="code-voice">${t('connect.call')}</button></p>`}
    ${demo.value && html`<p class="hint">${t('connect.demoCode')} <a class="link" href=${demo.value.phones}
      target="prosa-phones">${t('phones')}</a></p>`}
    ${form.busy ? html`<${Waiting} />` : html`<${Checks} checks=${view.checks} names=${['code', 'register']}
      fields=${sent ? ['code'] : []} />`}
    <${Fault} failure=${form.failure} />
    ${buttons(html`<button class="btn btn-main" type="submit" disabled=${form.busy || Boolean(sent) && !code.trim()}
      data-test="connect-next">${t(sent ? 'connect.confirm.do' : 'connect.sendSMS')}</button>`)}</form>`;
}
