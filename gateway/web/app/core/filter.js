// Filters that the address names: what they ask the server for, and whether a
// row that changes passes them. Pure.

import { windowOf } from './composer_state.js';

/** The filters, by their names in the address. */
export const filterNames = /** @type {const} */ (['number', 'turn', 'owner', 'window', 'unread']);

/**
 * Numbers are separated by commas; owner is "nobody" or the id of an agent.
 * @typedef {{number: string, turn: string, owner: string, window: string, unread: string}} Filter
 */

/** @type {Filter} */
export const noFilter = { number: '', turn: '', owner: '', window: '', unread: '' };

/** The filters alone. @param {Filter} of @returns {Filter} */
export const filterOf = ({ number, turn, owner, window, unread }) => ({ number, turn, owner, window, unread });

/** @param {Filter} of */
export const narrows = (of) => filterNames.some((name) => of[name] !== '');

/** @param {string} number */
export const numbersOf = (number) => number.split(',').filter(Boolean);

/** A choice of numbers with one more, or one less. @param {string} number @param {string} id */
export function toggleNumber(number, id) {
  const chosen = numbersOf(number);
  return (chosen.includes(id) ? chosen.filter((n) => n !== id) : [...chosen, id]).join(',');
}

/** As the server wants it. @param {Filter} of */
export const asQuery = (of) =>
  ({ number: numbersOf(of.number), turn: of.turn, owner: of.owner, window: of.window,
    unread: of.unread ? 'true' : '' });

/**
 * @param {import('./types.js').Row} row @param {Filter} by
 * @param {{now: number, shut: Record<string, string>}} at
 */
export function passes(row, by, at) {
  if (by.number && !numbersOf(by.number).includes(row.phone_number_id)) return false;
  if (by.unread && row.unread === 0) return false;
  if (by.turn && row.turn !== by.turn) return false;
  if (by.owner && by.owner !== (row.owner.kind === 'nobody' ? 'nobody' : row.owner.id)) return false;
  if (!by.window) return true;
  const w = windowOf(row, at.now, at.shut[row.id]);
  return by.window === 'closing' ? w.soon : by.window === 'open' ? w.open : !w.open;
}
