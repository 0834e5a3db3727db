// Counts of views: what the server counted last, and on top of it every change
// of a row that the server may not have counted yet. So they move with the rows,
// and an answer that was counted before a change does not take it back.

import { inView } from './list.js';

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Row} Row */
/** @typedef {import('./types.js').Count} Count */
/** @typedef {import('./types.js').Tally} Tally */
/** @typedef {import('./types.js').Move} Move */

const kept = 500;
const firstVersion = 2; // a conversation begins with its start and the first message

/**
 * What the change of a row at a place in the inbox stream does to counts; null
 * for nothing. A row that was not known may have come from anywhere: only
 * counting anew tells.
 * @param {Row|undefined} before @param {Row} after @param {number} offset @returns {Move|null}
 */
export function moveOf(before, after, offset) {
  if (before) return alike(before, after) ? null : { offset, before, after };
  return after.version <= firstVersion ? { offset, before: null, after } : { offset, before: null, after: null };
}

/** Whether two states of a row count alike. @param {Row} a @param {Row} b */
export const alike = (a, b) =>
  a.phase === b.phase && a.owner.kind === b.owner.kind && a.owner.id === b.owner.id
    && a.phone_number_id === b.phone_number_id
  && a.turn === b.turn && (a.unread > 0) === (b.unread > 0);

/** Whether a change left open what it does. @param {Move} move */
export const unsure = (move) => !move.before && !move.after;

/** @param {State} state @param {Move[]} moves @returns {State} */
export function addMoves(state, moves) {
  if (moves.length === 0) return state;
  return { ...state, counts: moveAll(state.counts, state, () => moves), moves: [...state.moves, ...moves].slice(-kept),
    countsDue: state.countsDue + 1 };
}

/**
 * An answer of the server, with what happened since it counted.
 * @param {State} state
 * @param {Record<string, Count>} views
 * @returns {State}
 */
export function adopt(state, views) {
  const epoch = state.feed?.epoch;
  const since = (/** @type {Count} */ c) => (c.epoch === epoch ? state.moves.filter((m) => m.offset > c.offset) : []);
  const left = Object.values(views).map(since).reduce((a, b) => (a.length > b.length ? a : b), []);
  const sure = left.length === 0 && (!epoch || Object.values(views).every((c) => c.epoch === epoch));
  return { ...state, counts: moveAll(views, state, since), moves: left, countsDue: state.countsDue + (sure ? 0 : 1) };
}

/** @param {Record<string, Count>} views @param {State} state @param {(c: Count) => Move[]} movesOf */
function moveAll(views, state, movesOf) {
  return Object.fromEntries(Object.entries(views)
    .map(([view, count]) => [view, moved(count, view, movesOf(count), state.me)]));
}

/** @returns {Count} */
function moved(count, view, moves, me) {
  let now = count;
  const add = (/** @type {Row|null} */ row, by) => {
    if (!row || !inView(row, view, me)) return;
    if (now === count) now = { ...count, numbers: { ...count.numbers } };
    change(now, row, by);
    change(now.numbers[row.phone_number_id] = { ...(now.numbers[row.phone_number_id] ?? none) }, row, by);
  };
  for (const m of moves) { add(m.before, -1); add(m.after, 1); }
  return now;
}

/** @type {Tally} */
const none = { n: 0, us: 0, customer: 0, unread: 0 };

/** @param {Tally} t @param {Row} row @param {number} by */
function change(t, row, by) {
  t.n = Math.max(0, t.n + by);
  t[row.turn] = Math.max(0, t[row.turn] + by);
  if (row.unread > 0) t.unread = Math.max(0, t.unread + by);
}

/**
 * The count of a view, of some numbers alone if there are any.
 * @param {Count|undefined} count @param {string[]} numbers @returns {(Tally & {more?: boolean})|undefined}
 */
export function tallyOf(count, numbers) {
  if (!count || numbers.length === 0) return count;
  const sum = { ...none, more: count.more };
  for (const id of numbers)
    for (const key of /** @type {const} */ (['n', 'us', 'customer', 'unread']))
      sum[key] += count.numbers[id]?.[key] ?? 0;
  return sum;
}
