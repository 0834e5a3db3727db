// A text that no message can hold: how long it is, how long it may be, and what
// can be done with it. Nothing of it is thrown away unasked.

import { copyText, say, sendParts } from '../do/actions.js';
import { number } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { countParts, firstPart, limit } from './longtext.js';
import { Icon } from '../shell/primitives.js';

/**
 * Too long, and still in its field.
 * @param {{id: string, kind: 'reply'|'note', text: string, n: number, claim: boolean, blocked: boolean, change: (text:
 *   string) => void}} props
 */
export function TooLong({ id, kind, text, n, claim, blocked, change }) {
  const parts = countParts(text);
  return html`<p class="toolong" role="alert" data-test="too-long">
    <span class="txt">
      <b id="compose-note" data-test="saved">${t('compose.long', { n: number(n), limit: number(limit) })}</b>
        ${'. '}${t('long.why')}</span>
    <${Shorten} text=${text} change=${change} />
    <button class="btn" type="button" disabled=${blocked} onClick=${() => void sendParts(id, kind, parts, claim)}
      data-test="send-parts">${t('long.parts', { n: parts })}</button></p>`;
}

/**
 * So long that a field would freeze: it is kept whole, and only its ends are shown.
 * @param {{text: string, n: number, kept: boolean, change: (text: string) => void}} props
 */
export function Oversize({ text, n, kept, change }) {
  return html`<div class="oversize" role="alert" data-test="oversize">
    <p class="txt"><${Icon} name="alert" cls="i-14" />
      <span><b id="compose-note" data-test="saved">${t('compose.long', { n: number(n), limit: number(limit) })}</b>
        ${'. '}
      ${t('long.huge')}${kept ? '' : ` ${t('draft.notKept')}.`}</span></p>
    <p class="sample" dir="auto">${text.slice(0, 160)}…</p><p class="sample" dir="auto">…${text.slice(-80)}</p>
    <div class="comp-row">
      <button class="btn" type="button" onClick=${() => void copyText(text)} data-test="copy-all">${t('long.copy')}
        </button><${Shorten} text=${text} change=${change} />
      <button class="btn btn-bare" type="button" onClick=${() => undoable('', text, change, t('long.discarded'))}
        data-test="discard-long">${t('discard')}</button></div></div>`;
}

const Shorten = ({ text, change }) =>
  html`<button class="btn" type="button" onClick=${() => undoable(firstPart(text), text, change, t('long.shortened'))}
  data-test="shorten">${t('long.shorten', { limit: number(limit) })}</button>`;

function undoable(next, before, change, words) {
  change(next);
  say(words, { label: t('undo'), run: () => change(before) });
}
