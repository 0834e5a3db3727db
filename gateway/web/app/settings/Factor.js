// One's own second factor: setting it up, another phone, recovery codes, and its end.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { dayTime } from '../text/format.js';
import { Dialog } from '../shell/Dialog.js';
import { codeWords } from '../shell/SecondStep.js';
import { FactorSecret, RecoveryCodes } from './FactorParts.js';
import { useSending } from './form.js';
import { ByProvider } from './ByProvider.js';
import { own } from './own_state.js';
import { useFresh } from './resource.js';

export function Factor() {
  useFresh(own);
  const [doing, start] = useState(''), f = own.now.value.data;
  const act = (name) => html`<button class="btn" type="button" onClick=${() => start(name)}
    data-test=${`factor-${name}`}>${t(`factor.do.${name}`)}</button>`;
  return html`<section class="sec" data-test="factor"><h3>${t('factor')}</h3>
    ${f && html`<p class="hint">${f.on ? t('factor.on', { when: dayTime(Date.parse(f.since)), n: f.recovery_left })
      : t(f.demanded ? 'factor.missing' : 'factor.off')}</p>
    <div class="picks">${f.on ? html`${act('phone')}${act('codes')}${!f.demanded && act('off')}` : act('on')}</div>`}
    ${doing && html`<${FactorDialog} what=${doing} on=${f?.on} onClose=${() => { start(''); void own.load(); }} />`}
      </section>`;
}

/** One and the same, so that it is called once. @param {HTMLElement|null} field */
const focus = (field) => field?.focus();

/** @param {{what: string, on: boolean, onClose: () => void}} props */
function FactorDialog({ what, on, onClose }) {
  const form = useSending();
  const [secret, setSecret] = useState(/** @type {any} */ (null));
  const [codes, setCodes] = useState(/** @type {string[]|null} */ (null));
  const submit = (e) => {
    e.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (e.target));
    const proof = { password: String(data.get('password') ?? ''), code: String(data.get('code') ?? '') };
    void form.send(async () => {
      if (secret) setCodes((await api.confirmFactor(proof.code)).recovery_codes);
      else if (what === 'off') { await api.factorOff(proof); onClose(); }
      else if (what === 'codes') setCodes((await api.recoveryCodes(proof)).recovery_codes);
      else setSecret(await api.enrol(proof));
    });
  };
  const wrong = (field) => ((form.failure?.problem.field ?? '') === field && form.failure ? html`<small class="late"
    role="alert" data-test=${`wrong-${field || 'form'}`}>${field === 'password' ? t('own.notCurrent')
      : codeWords(form.failure.problem)}</small>` : null);
  const title = t(`factor.do.${what}`);
  const code = html`<label class="fld-label" for="factor-code">${t('factor.code')}</label><input class="input"
    id="factor-code" name="code" autocomplete="one-time-code" maxlength="30" required key=${secret ? 'new' : 'old'}
    ref=${secret ? focus : undefined}
    data-test="factor-code" />${wrong('code')}`;
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test="factor-dialog">${codes
    ? html`<h2>${t('factor.codes')}</h2><${RecoveryCodes} codes=${codes} /><div class="ends">
      <button class="btn btn-main" type="button" data-focus onClick=${onClose} data-test="codes-kept">
        ${t('factor.kept')}</button></div>`
    : html`<form onSubmit=${submit}><h2>${title}</h2>${secret ? html`<${FactorSecret} of=${secret} />${code}`
      : own.now.value.data?.proven ? html`<p class="hint" data-test="proven">${t('own.proven')}</p>`
        : html`<label class="fld-label" for="factor-password">${t('own.current')}</label><input class="input"
        id="factor-password" name="password" type="password" maxlength="200" autocomplete="current-password" required
        data-focus data-test="factor-password" />${wrong('password')}<${ByProvider} />`}
      ${!secret && on && code}${wrong('')}
      <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
        <button class="btn btn-main" type="submit" disabled=${form.busy} data-test="factor-next">
          ${t(secret || what === 'off' || what === 'codes' ? 'factor.confirm' : 'factor.next')}</button></div></form>`}
            <//>`;
}
