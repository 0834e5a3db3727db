// The sends that nobody knows the outcome of: each with what speaks for and against its
// having arrived, and what may be done.

import { decideAmbiguous } from '../do/actions.js';
import { halfMinute } from '../core/clock.js';
import { html, useEffect, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { loadUnconfirmed, unconfirmed } from '../wire/load_unconfirmed.js';
import { labels, nameOf, since } from '../text/format.js';
import { preview } from '../list/preview.js';
import { looksOn, me, numbers, pane } from '../core/state.js';
import { go } from './router.js';
import { close, CloseButton, Dialog } from './Dialog.js';
import { Chip } from './primitives.js';

/** @typedef {import('../core/api_types.js').UnconfirmedSend} Send */

export function Unconfirmed() {
  useEffect(() => { void loadUnconfirmed(); }, []);
  const { list, failed } = unconfirmed.value;
  return html`<${Dialog} label=${t('unconfirmed')} cls="sheet give" test="unconfirmed">
    <div class="sheet-top"><h2>${t('unconfirmed')}</h2><${CloseButton} /></div>
    <p class="unc-why">${t('unconfirmed.why')}</p>
    ${failed && html`<p class="unc-none" role="alert">${t('unconfirmed.error')}
      <button class="btn" type="button" onClick=${() => void loadUnconfirmed()}>${t('again')}</button></p>`}
    ${list && list.sends.length === 0
      && html`<p class="unc-none" role="status" data-test="unconfirmed-none">${t('unconfirmed.none')}</p>`}
    ${list && list.sends.length > 0
      && html`<ul class="unc" tabindex="0" aria-label=${t('unconfirmed')}>
        ${list.sends.map((send) => html`<${One} key=${send.message.id} send=${send} />`)}</ul>`}
    ${list?.more && html`<p class="unc-none">${t('unconfirmed.more')}</p>`}<//>`;
}

/** @param {{send: Send}} props */
function One({ send }) {
  const { conversation: row, message: m } = send, label = labels(numbers.value)[row.phone_number_id];
  const [busy, setBusy] = useState(false);
  const owns = row.owner.kind === 'agent' && row.owner.id === me.value?.id;
  const decides = !looksOn.value && (owns || ['manager', 'admin'].includes(me.value?.role ?? ''));
  const decide = async (/** @type {boolean} */ resend) => {
    setBusy(true);
    await decideAmbiguous(row.id, m.id, resend);
    await loadUnconfirmed();
    setBusy(false);
  };
  const open = () => { close(); pane.value = 'thread'; go({ id: row.id, at: '' }); };
  return html`<li data-test="unconfirmed-send">
    <p class="unc-who"><bdi class="cut">${nameOf(row.contact)}</bdi><${Chip} of=${label} />
      <time>${since(Date.parse(send.since ?? ''), halfMinute.value)}</time></p>
    <p class="unc-text" dir="auto">${preview(m.kind, m.content?.text?.body ?? '')}</p>
    <p class="unc-fact">${t(send.heard_since ? 'unconfirmed.heard' : 'unconfirmed.unheard')}</p>
    ${send.wrote_since && html`<p class="unc-fact">${t('unconfirmed.wrote')}</p>`}
    <p class="unc-do">
      ${decides ? html`<button class="btn" type="button" disabled=${busy} onClick=${() => void decide(true)}
        data-test="unconfirmed-resend">${t('msg.resend')}</button>
        <button class="btn" type="button" disabled=${busy} onClick=${() => void decide(false)}
          data-test="unconfirmed-give-up">${t('msg.giveUp')}</button>`
    : html`<span>${row.owner.kind === 'nobody' ? t('unconfirmed.nobody')
      : t('unconfirmed.theirs', { owner: row.owner.name || t('somebody') })}</span>`}
      <button class="btn btn-bare" type="button" onClick=${open} data-test="unconfirmed-open">
        ${t('unconfirmed.open')}</button></p></li>`;
}
