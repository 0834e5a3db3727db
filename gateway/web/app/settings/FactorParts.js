// What is shown once of a second factor: its secret, and the recovery codes.

import { html } from '../html.js';
import { copyText } from '../do/actions.js';
import { t } from '../text/i18n.js';
import { Icon } from '../shell/primitives.js';

/** @param {{of: import('../core/api_types.js').Enrolment}} props */
export const FactorSecret = ({ of }) => html`<div class="factor"><svg class="qr" role="img"
  aria-label=${t('factor.qr')} viewBox=${`0 0 ${of.qr.size} ${of.qr.size}`} data-test="factor-qr">
    <rect class="qr-paper" width=${of.qr.size} height=${of.qr.size} /><path class="qr-ink" d=${of.qr.path} /></svg>
  <p class="hint">${t('factor.scan')}</p><div class="linkbox"><input class="input" readonly value=${of.secret}
    aria-label=${t('factor.secret')} onFocus=${(e) => e.target.select()} data-test="factor-secret" />
    <button class="btn" type="button" onClick=${() => void copyText(of.secret)}><${Icon} name="copy" cls="i-14" />
      ${t('copy')}</button></div></div>`;

/** @param {{codes: string[]}} props */
export function RecoveryCodes({ codes }) {
  const text = codes.join('\n');
  return html`<div class="factor"><p class="hint">${t('factor.codes.hint')}</p>
    <ul class="code codes" data-test="recovery-codes">${codes.map((c) => html`<li key=${c}>${c}</li>`)}</ul>
    <div class="tline"><button class="btn" type="button" onClick=${() => void copyText(text)} data-test="codes-copy">
      ${t('copy')}</button>
    <button class="btn" type="button" onClick=${() => save(text)} data-test="codes-save">
      ${t('factor.download')}</button>
    <button class="btn" type="button" onClick=${() => print()} data-test="codes-print">${t('factor.print')}</button>
    </div></div>`;
}

function save(text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
  link.download = 'prosa-recovery-codes.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
