// A field may go away under the fingers of who writes in it: the window closes, a
// colleague takes over. What they still type was meant as text, and E or C must
// not become a command.

const pause = 1200; // milliseconds without a key: whoever wrote has noticed
const leaves = ['Enter', 'Escape', 'Tab'];

export const fields = 'input, textarea, select, [contenteditable]';

/** Whether a key belongs to an input method; one browser tells so by its code alone. @param {KeyboardEvent} e */
export const composes = (e) => e.isComposing || e.keyCode === 229;

export class Typing {
  constructor() {
    /** @type {{isConnected: boolean}|null} */
    this.field = null;
    this.at = 0;
  }

  /**
   * Hears every key, in order.
   * @param {{isConnected: boolean, matches?: (of: string) => boolean}} on @param {string} key @param {number} now milliseconds
   * @returns {boolean} whether the key was meant for a field that is gone
   */
  hear(on, key, now) {
    if (on.matches?.(fields)) {
      this.field = leaves.includes(key) ? null : on;
      this.at = now;
      return false;
    }
    if (!this.field || this.field.isConnected || now - this.at > pause) return false;
    this.at = now;
    return true;
  }
}
