// Which of its states the composer is in. Pure: what it shows follows from the
// conversation, the person and the time, and from nothing else.

import { windowClosing, windowMargin } from './views.js';

/** @typedef {'down'|'closed'|'mine'|'unclaimed'|'other'|'looksOn'} Mode */

/**
 * @param {import('./types.js').Row|undefined} row
 * @param {string} [shut] the window that a refusal said to be closed
 */
export function windowOf(row, now, shut) {
  const closes = row?.window_closes_at ? Date.parse(row.window_closes_at) : 0;
  const left = closes - now;
  const refused = shut !== undefined && shut === (row?.window_closes_at ?? 'none');
  const open = closes > 0 && left > windowMargin && !refused;
  return { open, closes, left: Math.max(0, left), soon: open && left < windowClosing, known: closes > 0 };
}

/** Whether nothing leaves from a number now. @param {import('./types.js').PhoneNumber|undefined} number */
export const isDown = (number) => number?.health === 'stopped' || number?.health === 'paused';

/** What ends it, in words: a key of the texts, or none. @param {import('./types.js').PhoneNumber|undefined} number */
export function remedyOf(number) {
  switch (number?.health_cause) {
    case 'token': return 'down.do.token';
    case 'token_missing': return 'down.do.token_missing';
    case 'account': return 'down.do.account';
  }
  return '';
}

/**
 * @param {{
 *   row: import('./types.js').Row|undefined, me: {id: string, role: string}|null, now: number, shut?: string,
 *   number?: import('./types.js').PhoneNumber,
 * }} of
 * @returns {{mode: Mode, window: ReturnType<typeof windowOf>, mine: boolean, unowned: boolean}}
 */
export function composerState({ row, me, now, shut, number }) {
  const window = windowOf(row, now, shut);
  const kind = row?.owner.kind ?? 'nobody';
  const mine = kind === 'agent' && row?.owner.id === me?.id, unowned = kind === 'nobody';
  const of = (/** @type {Mode} */ mode) => ({ mode, window, mine, unowned });
  if (me?.role === 'auditor') return of('looksOn');
  if (!mine && !unowned) return of('other');
  if (isDown(number)) return of('down');
  if (!window.open) return of('closed');
  return of(mine ? 'mine' : 'unclaimed');
}
