// Lists: an order of row ids for each view, kept true by every row that changes.

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').List} List */
/** @typedef {import('./types.js').Row} Row */

import { filterNames, filterOf, narrows, passes } from './filter.js';
import { viewRules } from './views.js';
import { spread } from './words.js';

const keptLists = 8;
const keptGone = 200;

/**
 * What decides, beside a row, where it belongs.
 * `back` is what one brings back oneself: no news that would have to wait.
 * @typedef {{me: {id: string}|null, now: number, shut: Record<string, string>, back: string}} At
 */

/** @param {{view: string, sort: string, q: string} & import('./filter.js').Filter} of */
export const listKey = (of) => [of.view, of.sort, of.q, ...filterNames.map((name) => of[name])].join('|');

/** Says whether a row stands in a view. @param {Row} row @param {string} view @param {{id: string}|null} me */
export function inView(row, view, me) {
  const rule = viewRules[view];
  if (!rule?.phases.includes(row.phase)) return false;
  if (rule.owner === 'me') return row.owner.kind === 'agent' && row.owner.id === me?.id;
  return rule.owner !== 'nobody' || row.owner.kind === 'nobody';
}

/**
 * Says whether a row belongs into a list.
 * @param {Row|undefined} row
 * @param {{view: string, q: string, by: import('./filter.js').Filter}} list
 * @param {At} at
 */
function fits(row, list, at) {
  if (!row || !inView(row, list.view, at.me) || !passes(row, list.by, at)) return false;
  return list.q === '' || found(row, list.q);
}

function found(row, q) {
  const digits = q.replace(/[+\s()-]/g, '');
  return spread(row.contact.name).includes(spread(q)) || (digits !== '' && row.contact.address.startsWith(digits));
}

/** What the server found stays found: it looks at more than a row has. */
const fitsStill = (id, rows, list, at) => fits(rows[id], list.q && list.ids.includes(id) ? { ...list, q: '' } : list,
  at);

/** Negative when a stands above b. */
function compare(a, b, sort) {
  const order = b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
  return sort === 'oldest' ? -order : order;
}

/**
 * Rows behind the last one that was read come with their page. (Pages of a filter reach further than their last row.)
 */
function inReach(row, list, rows) {
  if (!list.more || list.ids.length === 0 || narrows(list.by)) return true;
  const last = rows[list.ids[list.ids.length - 1]];
  return !last || compare(row, last, list.sort) < 0;
}

/**
 * @param {Record<string, List>} lists @param {Record<string, Row>} rows
 * @param {Set<string>} changed @param {At} at
 */
export function placeRows(lists, rows, changed, at) {
  const next = { ...lists };
  for (const key in lists) {
    const list = lists[key];
    next[key] = place(list.touched ? { ...list, touched: [...list.touched, ...changed] } : list, rows, changed, at);
  }
  return next;
}

/** @returns {List} */
function place(list, rows, changed, at) {
  if (list.state === 'loading' && list.ids.length === 0) return list;
  if (!list.hold) return placeNow(list, rows, changed, at);
  const later = placeLater(list, rows, changed, at);
  return later.waiting.includes(at.back) && !later.ids.includes(at.back) ? insert(later, rows, at.back) : later;
}

function placeNow(list, rows, changed, at) {
  const stay = list.ids.filter((id) => !changed.has(id) && rows[id]);
  const come = [], end = { ...list, ids: stay };
  for (const id of changed) if (fitsStill(id, rows, list, at) && inReach(rows[id], end, rows)) come.push(id);
  if (come.length === 0 && stay.length === list.ids.length) return list;
  come.sort((a, b) => compare(rows[a], rows[b], list.sort));
  return { ...list, ids: merge(stay, come, rows, list.sort) };
}

function merge(a, b, rows, sort) {
  const out = [];
  let i = 0, j = 0;
  while (i < a.length && j < b.length) out.push(compare(rows[a[i]], rows[b[j]], sort) <= 0 ? a[i++] : b[j++]);
  while (i < a.length) out.push(a[i++]);
  while (j < b.length) out.push(b[j++]);
  return out;
}

/** One row steps in, the others keep their places. @returns {List} */
function insert(list, rows, id) {
  const below = list.ids.findIndex((other) => rows[other] && compare(rows[id], rows[other], list.sort) < 0);
  const ids = [...list.ids];
  ids.splice(below < 0 ? ids.length : below, 0, id);
  return { ...list, ids, waiting: list.waiting.filter((other) => other !== id) };
}

/** Nothing moves now; what would is remembered. */
function placeLater(list, rows, changed, at) {
  const shown = new Set(list.ids), waiting = new Set(list.waiting);
  const absent = list.absent.filter((id) => !changed.has(id)); // told of again
  let left = absent.length < list.absent.length;
  for (const id of changed) {
    // if shown it stays until the list may move
    if (!fitsStill(id, rows, list, at)) { left = waiting.delete(id) || left; continue; }
    const place = shown.has(id) ? list.ids.indexOf(id) : -1;
    if (place < 0 ? inReach(rows[id], list, rows) : misplaced(list, rows, place)) waiting.add(id);
  }
  return !left && waiting.size === list.waiting.length ? list : { ...list, waiting: [...waiting], absent };
}

function misplaced(list, rows, at) {
  const row = rows[list.ids[at]], above = rows[list.ids[at - 1]], below = rows[list.ids[at + 1]];
  return (above && compare(row, above, list.sort) < 0) || (below && compare(below, row, list.sort) < 0);
}

/** @param {State} state @param {string} key */
export function showWaiting(state, key) {
  const list = state.lists[key];
  if (!list) return state.lists;
  const absent = new Set(list.absent);
  const ids = [...new Set([...list.ids, ...list.waiting])].filter((id) => !absent.has(id)
    && fitsStill(id, state.rows, list, state));
  ids.sort((a, b) => compare(state.rows[a], state.rows[b], list.sort));
  return setList(state.lists, key, { ids, waiting: [], absent: [] });
}

/**
 * Windows close by themselves: what no longer passes goes, if the list may move.
 * @param {State} state
 * @param {number} now
 */
export function passTime(state, now) {
  const at = { ...state, now }, next = { ...state.lists };
  for (const list of Object.values(next)) {
    if (!list.by.window || list.hold || list.state !== 'ready') continue;
    const ids = list.ids.filter((id) => fitsStill(id, state.rows, list, at));
    if (ids.length < list.ids.length) next[list.key] = { ...list, ids };
  }
  return next;
}

/** @param {State} state @param {string} key @param {boolean} on */
export function holdList(state, key, on) {
  const list = state.lists[key];
  if (!list || list.hold === on) return state.lists;
  return setList(on ? state.lists : showWaiting(state, key), key, { hold: on });
}

/**
 * @param {State} state
 * @param {{key: string, view: string, sort: string, q: string, used: number} & import('./filter.js').Filter} f
 */
export function openList(state, f) {
  const known = state.lists[f.key];
  if (known) return setList(state.lists, f.key, { used: f.used });
  const next = { ...state.lists };
  const old = Object.values(next).sort((a, b) => a.used - b.used);
  for (const list of old.slice(0, Math.max(0, old.length + 1 - keptLists))) delete next[list.key];
  // What is known already is shown at once; the page that is asked for corrects it.
  const by = filterOf(f),
    ids = f.q ? [] : Object.keys(state.rows).filter((id) => fits(state.rows[id], { ...f, by }, state));
  ids.sort((a, b) => compare(state.rows[a], state.rows[b], f.sort));
  next[f.key] = {
    key: f.key, view: f.view, sort: f.sort, q: f.q, by, ids, next: '', more: true, state: 'loading', hold: false,
    waiting: [], absent: [], touched: [], used: f.used,
  };
  return next;
}

/**
 * Whether a row is as it was before it went: an answer that was under way then
 * does not bring it back.
 * @param {{gone: Record<string, number>}} state @param {Row} row
 */
export const isGone = (state, row) => row.version <= (state.gone[row.id] ?? 0);

/** @param {Record<string, number>} gone @param {string} id @param {number} version @returns {Record<string, number>} */
export const rememberGone = (gone, id, version) => (
  Object.fromEntries([...Object.entries(gone).filter(([other]) => other !== id), [id, version]].slice(-keptGone))
);

/**
 * A page of a list. Its rows are not in state.rows yet, hence the look at both.
 * A first page is the whole truth down to its end, but for rows that changed
 * while it was on its way.
 * @param {State} state
 * @param {{key: string, first: boolean, page: {conversations: Row[], next?: string}}} f
 */
export function pageList(state, f) {
  const list = state.lists[f.key];
  if (!list) return state.lists;
  const rows = { ...state.rows }, told = f.page.conversations.filter((row) => !isGone(state, row));
  for (const row of told) {
    if (!rows[row.id] || rows[row.id].version < row.version)
      rows[row.id] = { ...row, at: Date.parse(row.last.at || row.started_at || '') || 0 };
  }
  const more = Boolean(f.page.next);
  const fresh = told.map((row) => row.id).filter((id) => list.q !== '' || fits(rows[id], list, state));
  const end = { ...list, more, ids: fresh };
  const late = (list.touched ?? []).filter((id) => fitsStill(id, rows, list, state) && inReach(rows[id], end, rows));
  if (f.first && list.hold && list.state === 'ready') {
    const here = new Set([...fresh, ...late]),
      left = (/** @type {string} */ id) => !here.has(id) && inReach(rows[id], end, rows);
    const waiting =
      new Set([...list.waiting.filter((id) => !left(id)), ...fresh, ...late].filter((id) => !list.ids.includes(id)));
    return setList(state.lists, f.key, { waiting: [...waiting], absent: list.ids.filter(left), touched: null });
  }
  const ids = [...new Set(f.first ? [...fresh, ...late] : [...list.ids, ...fresh])];
  ids.sort((a, b) => compare(rows[a], rows[b], list.sort));
  return setList(state.lists, f.key, {
    ids, next: f.page.next ?? '', more, state: 'ready', error: '', waiting: f.first ? [] : list.waiting,
    absent: f.first ? [] : list.absent,
    touched: f.first ? null : list.touched,
  });
}

/** @param {Record<string, List>} lists @param {string} key @param {Partial<List>} set */
export function setList(lists, key, set) {
  return lists[key] ? { ...lists, [key]: { ...lists[key], ...set } } : lists;
}

/** @param {Record<string, List>} lists @param {string} id */
export function forgetRow(lists, id) {
  const next = { ...lists };
  for (const key in lists) {
    const list = lists[key];
    if (!list.ids.includes(id) && !list.waiting.includes(id)) continue;
    next[key] = { ...list, ids: list.ids.filter((x) => x !== id), waiting: list.waiting.filter((x) => x !== id) };
  }
  return next;
}
