// The field itself. Its text is a draft from the first letter on; sending clears
// it, a refusal brings it back.

import { send } from '../do/actions.js';
import { sendAll } from '../do/send_files.js';
import { useDraft } from './draft_field.js';
import { firstName, length, nameOf } from '../text/format.js';
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { announcePresence } from '../wire/load_thread.js';
import { handy, limit } from './longtext.js';
import { composing, dialog, net } from '../core/state.js';
import { focusComposer, put } from '../do/focus.js';
import { composes } from '../do/typing.js';
import { useQuick } from '../quick/use_quick.js';
import { IconButton, Keys } from '../shell/primitives.js';
import { scheduling } from './scheduling.js';
import { Attach, Attachments, useFiles } from './Attachments.js';
import { EmojiPicker } from './EmojiPicker.js';
import { keepQuote } from './quoting.js';
import { QuoteBar, useQuote } from './QuoteBar.js';
import { SendButton } from './SendButton.js';
import { Oversize, TooLong } from './ComposeLong.js';

const typingEvery = 4500;

/**
 * @param {{id: string, row: import('../core/types.js').Row, kind: 'reply'|'note', label: string, claim?: boolean,
 *   disabled?: boolean}} props
 */
export function ComposeBox({ id, row, kind, label, claim = false, disabled = false }) {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const { text, kept, write, making } = useDraft(id, kind, field);
  const quoted = useQuote(id), quotes = kind === 'reply' && quoted !== '', [emoji, setEmoji] = useState(false);
  const files = useFiles(id, kind);
  const typed = useRef({ at: 0, timer: 0 });
  useEffect(() => () => {
    clearTimeout(typed.current.timer);
    if (typed.current.at) announcePresence('viewing');
  }, [id, kind]);

  const change = (/** @type {string} */ value) => {
    write(value);
    tellTyping(typed.current, value);
  };
  const quick = useQuick({ row, on: kind === 'reply', field, text, write: change });
  const n = length(text), long = n > limit, empty = text.trim() === '';
  const go = (/** @type {'resolved'|undefined} */ then = undefined) => {
    const said = field.current?.value ?? text; // a key may come before the last letters are drawn
    if (said.trim() === '' && files.n === 0 || length(said) > limit || disabled) return;
    clearTimeout(typed.current.timer);
    announcePresence('viewing');
    typed.current.at = 0;
    if (kind === 'reply') { sendAll(id, then); return; }
    write('');
    // what is written on is a note too: only who asks for it writes to the customer
    void send(id, { kind: 'note', text: said });
  };
  const later = () => {
    if (!empty && !long && !disabled) scheduling.value = { id, kind: 'reply' };
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (composes(e) || quick.key(e)) return;
    if (e.key === 'Enter' && (!e.shiftKey || e.ctrlKey || e.metaKey) && !coarse()) { e.preventDefault();
      if (e.shiftKey && kind === 'reply') { later(); return; }
      go(e.altKey ? 'resolved' : undefined); }
    if (e.key === 'Escape') {
      e.stopPropagation();
      if (quotes) keepQuote(id, '');
      else leave();
    }
  };
  const take = (/** @type {string} */ sign) => {
    setEmoji(false);
    field.current?.focus();
    if (field.current) put(field.current, sign);
  };
  const leave = () => {
    field.current?.blur();
    if (kind === 'note' && empty) composing.value = 'reply';
  };
  const guard = (/** @type {InputEvent} */ e) => {
    const now = grown(e);
    if (now.length <= handy) return;
    e.preventDefault(); // the field never gets what would freeze it
    change(now);
  };
  const name = firstName(nameOf(row.contact)), huge = text.length > handy;
  const hint = kind === 'note' ? t('note.hint')
    : t(files.list.length > 0 ? 'files.then' : claim ? 'compose.claim' : 'compose.to', { name });
  return html`${quotes && html`<${QuoteBar} id=${id} row=${row} quoted=${quoted} />`}
    ${files.list.length > 0 && html`<${Attachments} id=${id} files=${files} />`}
    ${emoji && html`<${EmojiPicker} label=${t('emoji')} pick=${take}
      close=${() => { setEmoji(false); field.current?.focus(); }} />`}
    ${huge ? html`<${Oversize} text=${text} n=${n} kept=${kept} change=${change} />`
    : html`${quick.menu}<label class="sr" for="compose">${hint}</label>
    <textarea id="compose" ref=${field} rows="2" dir="auto" placeholder=${hint} value=${text} onBeforeInput=${guard}
      onInput=${(e) => change(e.target.value)} onKeyDown=${keys} oncompositionstart=${making.start}
        oncompositionend=${making.end}
      ...${quick.aria} aria-invalid=${long} aria-describedby="compose-note" data-test="compose"></textarea>
    ${long
      && html`<${TooLong} id=${id} kind=${kind} text=${text} n=${n} claim=${claim} blocked=${disabled} change=${change}
        />`}`}
    <div class="comp-foot">
      ${kind === 'reply' && !disabled && html`<${Attach} id=${id} />`}
      ${kind === 'reply' && !disabled
        && html`<${IconButton} icon="template" label=${t('tpl.tab')} keys="#"
          onClick=${() => { composing.value = 'template'; focusComposer(); }} data-test="templates" />`}
      ${kind === 'reply' && !huge && html`<${IconButton} icon="slash" label=${t('quick.open')} keys="/"
        onClick=${quick.begin} data-test="quick-open" />`}
      ${kind === 'reply' && !disabled && html`<${IconButton} icon="button" label=${t('do.build')} cls="hide-xs"
        onClick=${() => { composing.value = 'build'; }} data-test="build" />`}
      ${!disabled && !huge && html`<${IconButton} icon="smile" label=${t('emoji')} aria-expanded=${emoji}
        onClick=${() => setEmoji(true)} data-test="emoji-open" />`}
      <span class="grow"></span>${quick.open ? quick.foot : html`
        ${!long && html`<span class="saved" id="compose-note"
          data-test="saved">${files.words || savedWords(text, kept)}</span>`}
      ${kind === 'note'
        ? html`<button class="btn btn-main" type="button" disabled=${empty || long} onClick=${() => go()}
          data-test="send">${label}<${Keys} keys="⏎" /></button>`
        : html`<${SendButton} label=${files.n > 0 ? t('files.send', { n: files.n + (empty ? 0 : 1) }) : label}
          disabled=${empty && files.n === 0 || long || disabled} send=${() => go()}
          later=${later} resolve=${() => { go('resolved'); focusComposer(); }}
          snooze=${() => { dialog.value = { name: 'snooze', id, send: true }; }} />`}`}</div>`;
}

/** What a field will hold once an input is done. @param {InputEvent} e */
export function grown(e) {
  const field = /** @type {HTMLTextAreaElement} */ (e.target);
  const more = e.data ?? e.dataTransfer?.getData('text/plain') ?? '';
  if (!more) return field.value;
  return field.value.slice(0, field.selectionStart) + more + field.value.slice(field.selectionEnd);
}

function savedWords(text, kept) {
  if (text === '') return '';
  if (!kept) return t('draft.notKept');
  return net.value.phase === 'cut' ? t('draft.here') : t('draft.saved');
}

/** On a phone's keyboard the return key makes a line. */
const coarse = () => matchMedia('(pointer: coarse)').matches;

/** Others see that somebody types, repeated while it lasts. */
function tellTyping(state, value) {
  clearTimeout(state.timer);
  if (value === '') { announcePresence('viewing'); state.at = 0; return; }
  if (Date.now() - state.at > typingEvery) {
    state.at = Date.now();
    announcePresence('typing');
  }
  state.timer = window.setTimeout(() => { state.at = 0; announcePresence('viewing'); }, 6000);
}
