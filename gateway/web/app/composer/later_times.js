// When a message may leave later: the likely times, and what WhatsApp's window allows at
// each. Pure.

import { windowMargin } from '../core/views.js';

/** @typedef {{key: string, at: number}} Choice */
/** @typedef {{state: 'open'|'soon'|'template', left: number}} Allowed left: from then to the close, in milliseconds */

const hour = 3_600_000;

/** Nearer than that one sends at once. */
const near = 10 * 60_000;

/** The likely times after now, at most four. @param {number} now @returns {Choice[]} */
export function choices(now) {
  const at = (/** @type {number} */ days, /** @type {number} */ hours, minutes = 0) => {
    const d = new Date(now);
    d.setDate(d.getDate() + days);
    d.setHours(hours, minutes, 0, 0);
    return d.getTime();
  };
  const monday = (8 - new Date(now).getDay()) % 7 || 7;
  const all = [
    { key: 'lunch', at: at(0, 14) }, { key: 'evening', at: at(0, 17, 30) }, { key: 'morning', at: at(1, 9) },
    { key: 'after', at: at(1, 14) }, { key: 'next', at: at(2, 9) },
    ...(monday > 2 ? [{ key: 'monday', at: at(monday, 9) }] : []),
  ];
  return all.filter((c) => c.at > now + near).slice(0, 4);
}

/**
 * What may leave at a time, by what is known of the window now.
 * @param {number} at @param {number} closes 0: it was never open @returns {Allowed}
 */
export function allowed(at, closes) {
  const left = closes - at;
  if (left <= windowMargin) return { state: 'template', left: 0 };
  return { state: left < 2 * hour ? 'soon' : 'open', left };
}
