// Something arrived while one wrote: what it was, and the choice.

import { sendAnyway } from '../do/actions.js';
import { useDraft } from './draft_field.js';
import { firstName, length, nameOf, number } from '../text/format.js';
import { html, useLayoutEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { newsOf } from '../core/stale.js';
import { dispatch, me, threads } from '../core/state.js';
import { limit } from './longtext.js';
import { grown } from './ComposeBox.js';
import { plain } from '../thread/Content.js';
import { party } from '../thread/EventLine.js';
import { Icon, Keys } from '../shell/primitives.js';
import { focusComposer } from '../do/focus.js';

/** @param {{id: string, row: import('../core/types.js').Row, held: import('../core/types.js').StaleSend}} props */
export function ComposeStale({ id, row, held }) {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null)),
    { text, write, making } = useDraft(id, 'reply', field, held.text);
  const edit = useRef(/** @type {HTMLButtonElement|null} */ (null));
  useLayoutEffect(() => { edit.current?.focus(); }, []);
  const empty = held.body.kind !== 'template' && text.trim() === '';
  const news = newsOf(held, threads.value[id], me.value?.id ?? '');
  const back = () => { dispatch({ t: 'stale', id }); focusComposer(); };
  // What is too long is dealt with where one edits.
  const guard = (/** @type {InputEvent} */ e) => {
    const now = grown(e);
    if (length(now) <= limit) return;
    e.preventDefault();
    write(now);
    back();
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') { e.stopPropagation(); back(); }
    if (e.key === 'Enter' && e.shiftKey && /** @type {HTMLElement} */ (e.target).tagName !== 'TEXTAREA') {
      e.preventDefault(); void sendAnyway(id); }
  };
  return html`<div onKeyDown=${keys} data-test="stale">
    <div class="comp-state is-soon" role="alert"><${Icon} name="alert" />
      <span class="txt"><b>${t('stale.title', { n: news.length, count: number(news.length) })}</b> ${t('stale.text')}
        </span></div>
    ${news.length > 0
      && html`<ul class="stale-list">
        ${news.slice(-3)
          .map((i) =>
            html`<li key=${i.version}>
              <b>${i.message?.direction === 'in' ? firstName(nameOf(row.contact))
                : party(i.message?.author ?? { kind: 'system' })}</b>
      <span class="cut" dir="auto">${plain(i.message?.content, i.message?.kind ?? '')}</span></li>`)}</ul>`}
    ${held.body.kind === 'template' ? html`<p class="stale-tpl" dir="auto">${held.text}</p>`
      : html`<label class="sr" for="compose">${t('reply')}</label>
    <textarea id="compose" ref=${field} rows="2" dir="auto" value=${text} onBeforeInput=${guard}
      onInput=${(e) => write(e.target.value)}
      oncompositionstart=${making.start} oncompositionend=${making.end} data-test="compose"></textarea>`}
    <div class="comp-row"><span class="grow"></span>
      <button class="btn" type="button" disabled=${empty} onClick=${() => void sendAnyway(id)} data-test="send-anyway">
        ${t('stale.anyway')}<${Keys} keys="⇧⏎" /></button>
      <button class="btn btn-main" type="button" ref=${edit} onClick=${back} data-test="stale-edit">
        ${t('edit')}<${Keys} keys="⏎" /></button></div></div>`;
}
