// The files of a reply: a row for each, in the order in which they leave.

import { armed, asDocument, arm, filesOf, leaving, moveFile, removeFile, setFile } from './attached.js';
import { captioned, left, maxCaption } from './file_rules.js';
import { binaryBytes } from '../text/format.js';
import { html, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { net } from '../core/state.js';
import { chooseFiles } from '../do/drop.js';
import { focusComposer } from '../do/focus.js';
import { Icon, IconButton } from '../shell/primitives.js';

/** @typedef {import('./attached.js').Attachment} Attachment */

const icons = { image: 'image', video: 'camera', audio: 'mic', document: 'file', sticker: 'smile' };

/** The way to choose files. @param {{id: string}} props */
export const Attach = ({ id }) => html`<${IconButton} icon="clip" label=${t('do.attach')} keys="Ctrl Alt A"
  onClick=${() => chooseFiles(id)} data-test="attach" />`;

/**
 * The files of a reply, how many will leave, and what the foot says of them.
 * @param {string} id @param {string} kind
 */
export function useFiles(id, kind) {
  const list = kind === 'reply' ? filesOf(id).value : [], going = leaving(list);
  const wait = going.filter((a) => a.state !== 'there'), key = armed.value[id] ? 'files.armed' : 'files.wait';
  const words = wait.length === 0 ? '' : net.value.phase === 'cut' ? t('files.offline')
    : t(key, { n: wait.length, name: wait[0].name });
  return { list, n: going.length, words, armed: Boolean(armed.value[id]) };
}

/** @param {{id: string, files: ReturnType<typeof useFiles>}} props */
export function Attachments({ id, files }) {
  const { list, n } = files, dragged = useRef(''), refused = list.length - n;
  return html`<div class="atts-h"><b>${t('files', { n: list.length })}</b><span>${[n > 0 && t('files.go', { n }),
    refused > 0 && t('files.refused', { n: refused })].filter(Boolean).join('; ')}</span>
    ${files.armed ? html`<button class="link end" type="button" onClick=${() => arm(id, undefined)}
      data-test="disarm">${t('files.disarm')}</button>`
      : html`<button class="link end" type="button" onClick=${() => chooseFiles(id)}>${t('files.more')}</button>`}</div>
    <ol class="atts" aria-label=${t('files', { n: list.length })} data-test="attachments">
      ${list.map((a, n) => html`<${Row} key=${a.key} id=${id} a=${a} n=${n} of=${list.length} dragged=${dragged} />`)}
    </ol>`;
}

/** @param {{id: string, a: Attachment, n: number, of: number, dragged: {current: string}}} props */
function Row({ id, a, n, of, dragged }) {
  const row = useRef(/** @type {HTMLElement|null} */ (null));
  const move = (/** @type {number} */ to) => {
    if (to < 0 || to >= of) return;
    const on = /** @type {HTMLElement} */ (document.activeElement);
    moveFile(id, a.key, to);
    queueMicrotask(() => on.focus()); // the row moves with what has the focus
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (!e.altKey || e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
    e.preventDefault();
    move(n + (e.key === 'ArrowUp' ? -1 : 1));
  };
  const off = () => { removeFile(id, a); focusComposer(); };
  const drags = {
    draggable: true,
    onDragStart: (/** @type {DragEvent} */ e) => { dragged.current = a.key; e.dataTransfer?.setData('prosa', a.key); },
    onDragOver: (/** @type {DragEvent} */ e) => {
      if (!dragged.current) return;
      e.preventDefault();
      e.stopPropagation();
    },
    onDrop: (/** @type {DragEvent} */ e) => {
      if (!dragged.current) return;
      e.preventDefault();
      e.stopPropagation();
      moveFile(id, dragged.current, n);
      dragged.current = '';
    },
  };
  if (a.state === 'refused') return html`<li class="att is-late" data-test="attachment"
    data-state="refused">
    <span class="sq"><${Icon} name="alert" /></span>
    <span class="att-n"><b class="cut" dir="auto">${a.name}</b><small role="alert">${why(a)}</small></span>
    <span class="doit">
      ${a.why?.document ? html`<button type="button" onClick=${() => { asDocument(id, a); focusComposer(); }}
        data-test="as-document">${t('files.document')}</button>`
        : a.why?.reason === 'too_large' && html`<button type="button" onClick=${off}>${t('files.link')}</button>`}
      <button type="button" onClick=${off} data-test="remove-file">${t('files.remove')}</button></span></li>`;
  return html`<li class="att" ref=${row} onKeyDown=${keys} ...${drags} data-test="attachment" data-state=${a.state}>
    ${a.picture ? html`<img class="th" src=${a.picture} alt="" />`
      : html`<span class="sq"><${Icon} name=${icons[a.kind]} /></span>`}
    <span class="att-n"><b class="cut" dir="auto">${a.name}</b><${How} a=${a} /></span>
    ${captioned(a.kind) ? html`<input class="input" value=${a.caption} maxlength=${maxCaption} dir="auto"
      placeholder=${t('files.caption')} aria-label=${t('files.captionOf', { name: a.name })}
      onInput=${(e) => setFile(id, a.key, { caption: e.target.value })} data-test="caption" />`
      : html`<small class="hint">${t('files.noCaption')}</small>`}
    <${IconButton} icon="x" label=${t('files.removeOf', { name: a.name })} onClick=${off} data-test="remove-file" />
  </li>`;
}

/** How far it is, or what it is. @param {{a: Attachment}} props */
function How({ a }) {
  const size = binaryBytes(a.size);
  if (a.state === 'there') return html`<small>${t(`media.${a.kind}`)} · ${size}</small>`;
  if (a.state === 'waits') return html`<small>${t('files.waits', { size })}</small>`;
  const s = left(a.sent, a.size, performance.now() - a.began);
  return html`<progress class="pbar" max=${a.size} value=${a.sent} aria-label=${a.name}></progress>
    <small>${t('files.of', { sent: binaryBytes(a.sent), size })}${s > 0 && ` · ${t('files.left', { n: s })}`}</small>`;
}

/** What it has and what the limit is. @param {Attachment} a */
function why({ why: of, size, kind }) {
  if (of?.reason === 'too_large')
    return t('files.large', { size: binaryBytes(size), kind: t(`media.${of.kind}`), limit: binaryBytes(of.limit) });
  if (of?.reason === 'empty') return t('files.empty');
  const key = { pixels: 'files.pixels', file_type: 'files.type', coding: 'files.coding',
    too_many_uploads: 'files.many' }[of?.reason ?? ''];
  return t(key ?? 'files.odd', { kind: t(`media.${of?.kind ?? kind}`), limit: of?.limit ?? 0 });
}
