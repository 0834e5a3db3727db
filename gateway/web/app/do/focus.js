// Where the keyboard is.

import { signal } from '../../lib/signals.js';
import { typing } from './typing.js';

/** The row that J and K move from. */
export const cursor = signal('');
/** Counts the moves of the keyboard, so that the list follows each. */
export const moves = signal(0);

/** @param {string[]} ids @param {string} from @param {number} by */
export function moveCursor(ids, from, by) {
  if (ids.length === 0) return;
  const at = ids.indexOf(from);
  cursor.value = ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))];
  moves.value++;
}

const messages = '.stream .msg:has(.msg-acts)';

/** The message that the keyboard is at, else the newest. @param {string} act @returns {HTMLElement|undefined} */
function atMessage(act) {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`.stream .msg:has([data-act="${act}"])`)]);
  return all.find((m) => m.contains(document.activeElement)) ?? all.at(-1);
}

/** Moves from message to message; the first move goes to the newest. @param {number} by */
export function moveMessage(by) {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(messages)]),
    at = all.findIndex((m) => m.contains(document.activeElement));
  const to = at < 0 ? all.at(-1) : all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (!to) return;
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: 'nearest' });
}

/** Presses a button of the message that the keyboard is at. @param {'quote'|'react'|'copy'} act */
export const pressMessage = (act) =>
  /** @type {HTMLElement|null|undefined} */ (atMessage(act)?.querySelector(`[data-act="${act}"]`))?.click();

const composer = '.composer textarea:not([disabled]), .composer .input, .composer:not(.is-shut) .btn-main';
const tries = 100, step = 50; // five seconds: an answer may be slow, and the screen too

/**
 * Does something when what was just changed has been drawn: screens are drawn
 * between this event and the next, so no key comes before it.
 * @param {() => void} then
 */
export const drawn = (then) => queueMicrotask(then);

/**
 * What is typed from now on is for the composer, which may come later: after an
 * answer. It ends with focusComposer, or when keepFromComposer says that it does not come.
 */
export const awaitComposer = () => typing.ask(Date.now());
export const keepFromComposer = () => typing.fails();

/**
 * Puts the focus into the composer: before the next key, if it is there then, or
 * as soon as it is, and then with what was typed for it meanwhile.
 */
export function focusComposer() {
  let tried = 0;
  typing.ask(Date.now());
  const look = () => {
    if (typing.held === null) return; // the person went elsewhere
    const box = /** @type {HTMLElement|null} */ (document.querySelector(composer));
    if (box) { box.focus(); put(box, typing.came()); return; }
    // Where nothing can be written, and will not be in a moment, the messages: the next key presses no button.
    const shut = tried > 4 && document.querySelector('.composer.is-shut') && document.querySelector('.stream');
    if (shut) { typing.fails(); /** @type {HTMLElement} */ (shut).focus(); return; }
    if (tried++ < tries) setTimeout(look, step);
    else typing.fails();
  };
  drawn(look);
}

/** Types into a field. @param {HTMLElement} box @param {string} text */
export function put(box, text) {
  if (!text || !(box instanceof HTMLTextAreaElement || box instanceof HTMLInputElement)) return;
  box.setRangeText(text, box.selectionStart ?? 0, box.selectionEnd ?? 0, 'end');
  box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
}
