// Where the keyboard is.

import { signal } from '../lib/signals.js';

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

/** Puts the focus into the composer as soon as it is there. */
export function focusComposer() {
  let tries = 0;
  const look = () => {
    // Where nothing can be written, and will not be in a moment, the messages: the next key presses no button.
    const box = /** @type {HTMLElement|null} */ (document.querySelector('.composer textarea:not([disabled]), .composer .input, .composer:not(.is-shut) .btn-main')
      ?? (tries > 4 && document.querySelector('.composer.is-shut') && document.querySelector('.stream')));
    if (box) box.focus();
    else if (tries++ < 20) setTimeout(look, 50);
  };
  requestAnimationFrame(look);
}
