// Sends that nobody knows the outcome of, as the server lists them.

import { signal } from '../../lib/signals.js';
import { api } from './api.js';
import { heedFailure } from './connection.js';
import { effect, rows, session } from '../core/state.js';

/** @typedef {import('../core/api_types.js').UnconfirmedSends} UnconfirmedSends */

/** @type {import('../../lib/signals.js').Signal<{list: UnconfirmedSends|null, failed: boolean}>} */
export const unconfirmed = signal({ list: null, failed: false });

export async function loadUnconfirmed() {
  const list = await api.unconfirmed().catch((err) => { heedFailure(err); return null; });
  unconfirmed.value = { list: list ?? unconfirmed.value.list, failed: !list };
}

const soon = 500; // milliseconds; several rows change at once
let timer = 0;

/** Reads the list again whenever a row says that its last message is, or is no more, such a send. */
export function watchUnconfirmed() {
  let before = '';
  effect(() => {
    const now = Object.values(rows.value).filter((r) => r.last.status === 'ambiguous').map((r) => r.id).sort()
      .join(' ');
    if (now === before || session.value !== 'in') return;
    before = now;
    clearTimeout(timer);
    timer = window.setTimeout(() => void loadUnconfirmed(), soon);
  });
}
