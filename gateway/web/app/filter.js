// Filters that the address names, applied to what a list holds. Pure.

import { windowOf } from './composer_state.js';

/**
 * @param {string[]} ids @param {Record<string, import('./types.js').Row>} rows
 * @param {{number: string, wait: string, window: string, unread: string}} by
 * @param {number} now @param {Record<string, string>} shut
 */
export function filterIds(ids, rows, by, now, shut) {
  if (!by.number && !by.wait && !by.window && !by.unread) return ids.every((id) => rows[id]) ? ids : ids.filter((id) => rows[id]);
  return ids.filter((id) => {
    const row = rows[id];
    if (!row) return false;
    if (by.number && row.phone_number_id !== by.number) return false;
    if (by.unread && row.unread === 0) return false;
    if (by.wait && (row.last.outbound ? 'customer' : 'you') !== by.wait) return false;
    if (!by.window) return true;
    const w = windowOf(row, now, shut[id]);
    return by.window === 'closing' ? w.soon : by.window === 'open' ? w.open : !w.open;
  });
}
