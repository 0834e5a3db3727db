// Marks on messages: which one is being marked, and giving or taking back a mark.

import { claims, send } from '../do/actions.js';
import { signal } from '../../lib/signals.js';

/** The message whose bar is open, '' without one; `all`: every emoji is offered. */
export const reacting = signal({ id: '', message: '', all: false });

export const closeBar = () => { reacting.value = { id: '', message: '', all: false }; };

/** Back to the message that was marked. @param {string} message */
export function backTo(message) {
  closeBar();
  const line = /** @type {HTMLElement|null} */ (document.querySelector(`.msg[data-id="${CSS.escape(message)}"]`));
  if (!line) return;
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
}

/** What is offered first, as on the phone. */
export const six = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/**
 * Marks a message, or takes the mark back.
 * @param {string} id @param {string} message @param {string} emoji @param {string} [now] the mark that stands there
 */
export function react(id, message, emoji, now) {
  void send(id, { kind: 'reaction', text: '', claim: claims(id),
    part: { reaction: emoji === now ? { target: message } : { target: message, emoji } } });
}
