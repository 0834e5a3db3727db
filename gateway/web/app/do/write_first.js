// Writing first: to somebody new, or from another of our numbers.

import { dialog, looksOn, numbers, pane } from '../core/state.js';
import { go } from '../shell/router.js';
import { focusComposer } from './focus.js';

/** Whether the person could write to somebody new at all. */
export const writesFirst = () => !looksOn.value && numbers.value.length > 0;

/**
 * Asks whom and what.
 * @param {{to?: string, called?: string, not?: string}} [of] what is known: not: a number that it does not go from
 */
export function askFirst(of = {}) { dialog.value = { name: 'first', ...of }; }

/** Opens the conversation that a first message went to. @param {string} id */
export function openFirst(id) {
  pane.value = 'thread';
  go({ view: 'mine', id });
  focusComposer();
}
