// Whether free text may leave for a conversation now: its owner, its number and its window allow it.

import { composerState } from './composer_state.js';

/** @param {import('./types.js').State} state @param {string} id @param {number} now */
export function mayWrite(state, id, now) {
  const row = state.rows[id], number = state.numbers.find((n) => n.id === row?.phone_number_id);
  if (!row) return false;
  const { mode } = composerState({ row, me: state.me, now, shut: state.shut[id], number });
  return mode === 'mine' || mode === 'unclaimed';
}

const reached = ['accepted', 'sent', 'delivered', 'read', 'played'];
const reactionLife = 30 * 24 * 3_600_000; // Meta, reaction messages

/** Whether WhatsApp knows a message, so that it can be quoted. @param {import('./types.js').Message|undefined} m */
export const mayQuote = (m) => m !== undefined && m.kind !== 'system'
  && (m.direction === 'in' || m.direction === 'out' && reached.includes(m.status?.state ?? ''));

/** @param {import('./types.js').Message|undefined} m @param {number} now */
export const mayReact = (m, now) => mayQuote(m) && now - (Date.parse(m?.sent_at ?? '') || now) < reactionLife;
