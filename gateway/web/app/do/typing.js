// What is typed belongs to a field, whatever happens to the field: one that was
// asked for and has not come yet gets what was typed for it, and what is typed for
// one that went away under the fingers, or never came, is no command. Else E or C
// would be one, and with R the rest of a note would go to the customer.

const pause = 1200; // milliseconds without a key: whoever wrote has noticed
const patience = 3000; // without a key, while a field is asked for
const leaves = ['Enter', 'Escape', 'Tab'];
const nowhere = { isConnected: false };

export const fields = 'input, textarea, select, [contenteditable]';

/** Whether a key belongs to an input method; one browser tells so by its code alone. @param {KeyboardEvent} e */
export const composes = (e) => e.isComposing || e.keyCode === 229;

export class Typing {
  constructor() {
    /** @type {{isConnected: boolean}|null} */
    this.field = null;
    this.at = 0;
    /** What was typed for a field that has not come yet. @type {string|null} */
    this.held = null;
  }

  /** A field is asked for: what is typed from now on is for it. @param {number} now milliseconds */
  ask(now) {
    this.held ??= '';
    this.at = now;
  }

  /** It has come, and has the focus. @returns {string} what was typed for it */
  came() {
    const text = this.held ?? '';
    this.held = this.field = null;
    return text;
  }

  /** It does not come: what was typed for it, and still is, is lost, and nothing else. */
  fails() {
    if (this.held === null) return;
    this.held = null;
    this.field = nowhere;
  }

  /** Whoever points elsewhere writes no more. */
  leave() { this.held = this.field = null; }

  /**
   * Hears every key, in order.
   * @param {{isConnected: boolean, matches?: (of: string) => boolean}} on @param {string} key @param {number} now
   *   milliseconds
   * @returns {boolean} whether the key was meant for a field that is not there
   */
  hear(on, key, now) {
    if (this.held !== null && now - this.at > patience) this.fails();
    if (this.held !== null && !on.matches?.(fields)) return this.hold(key, now);
    if (on.matches?.(fields)) {
      this.held = null; // the person writes elsewhere
      this.field = leaves.includes(key) ? null : on;
      this.at = now;
      return false;
    }
    if (!this.field || this.field.isConnected || now - this.at > pause) return false;
    this.at = now;
    return true;
  }

  /** @param {string} key @param {number} now */
  hold(key, now) {
    this.at = now;
    if (key === 'Escape' || key === 'Tab') { this.leave(); return key === 'Escape'; }
    if (key === 'Backspace') this.held = (this.held ?? '').slice(0, -1);
    else if (key.length === 1) this.held += key;
    return true;
  }
}

/** The one keyboard of the page. */
export const typing = new Typing();
