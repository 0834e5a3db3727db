// What stands beside a thread: read once, and kept true by what the thread tells.

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Item} Item */
/** @typedef {import('./types.js').Details} Details */

const kept = 8;

/**
 * Begins to listen, before the answer comes.
 * @param {State} state
 * @param {{id: string, used: number}} f
 * @returns {State}
 */
export function openDetails(state, f) {
  const now = state.details[f.id]
    ?? { state: 'loading', username: '', aliases: [], others: [], probably: [], items: [], used: 0,
      marketingStopped: null, blocked: null };
  const details = { ...state.details, [f.id]: { ...now, used: f.used } };
  const old = Object.keys(details).sort((a, b) => details[a].used - details[b].used);
  for (const id of old.slice(0, Math.max(0, old.length - kept))) delete details[id];
  return { ...state, details };
}

/**
 * The answer; null when there is none.
 * @param {State} state @param {{id: string, details: {username?: string, aliases: any[], others: {id: string}[],
 *   probably?: {id: string}[], history: Item[], notes: Item[], marketing_stopped?: Details['marketingStopped'],
 *   blocked?: Details['blocked']}|null}} f
 * @returns {State}
 */
export function setDetails(state, f) {
  const now = state.details[f.id], got = f.details;
  if (!now) return state;
  /** @type {Details} */
  const next = got ? {
    ...now, state: 'ready', username: got.username ?? '', aliases: got.aliases, others: got.others.map((row) => row.id),
    probably: (got.probably ?? []).map((row) => row.id),
    items: merge(now.items, [...got.history, ...got.notes]),
    marketingStopped: got.marketing_stopped ?? null, blocked: got.blocked ?? null,
  } : { ...now, state: now.state === 'ready' ? 'ready' : 'error' };
  return { ...state, details: { ...state.details, [f.id]: next } };
}

/**
 * News of a thread whose details are known.
 * @param {State} state
 * @param {string} id
 * @param {Item[]} items
 * @returns {State}
 */
export function addTold(state, id, items) {
  const now = state.details[id], news = items.filter(told);
  if (!now || news.length === 0) return state;
  const next = news.reduce(allowed, { ...now, items: merge(now.items, news) });
  return { ...state, details: { ...state.details, [id]: next } };
}

/**
 * What may be sent from now on, as a line of the thread tells it.
 * @param {Details} d @param {Item} i @returns {Details}
 */
function allowed(d, i) {
  const since = i.at ?? '';
  switch (i.message?.content?.system?.type) {
    case 'marketing_stop': return { ...d, marketingStopped: { since, by: 'customer' } };
    case 'marketing_resume': return { ...d, marketingStopped: null };
    case 'blocked': return { ...d, blocked: { since, by: 'agent', name: i.message?.content?.system?.body } };
    case 'unblocked': return { ...d, blocked: null };
  }
  return d;
}

/** Resolved, or opened again by hand: else the customer's message says so. @param {Item} i */
export const ended = (i) => i.phase?.to === 'resolved' || i.phase?.from === 'resolved' && i.phase.by.kind === 'agent';

/** Who had it, what was noted, and what people allow. @param {Item} i */
const told = (i) => i.type === 'owner' || ended(i) || i.message?.direction === 'note' || !!i.message?.content?.system;

function merge(a, b) {
  const byVersion = new Map([...a, ...b].map((i) => [i.version, i]));
  return [...byVersion.values()].sort((x, y) => x.version - y.version);
}
