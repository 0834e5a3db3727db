// Threads: items by place, statuses folded into their messages. Pages and frames
// are by version, which is the order of arrival; what came late stands further up.

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Thread} Thread */
/** @typedef {import('./types.js').Item} Item */
/** @typedef {import('./types.js').Status} Status */

const keptThreads = 8;

/** @param {Record<string, Thread>} threads @param {string} id @param {Partial<Thread>} set */
export function setThread(threads, id, set) {
  const now = threads[id]
    ?? { items: [], version: 0, before: 0, state: 'loading', older: false, after: 0, newer: false, live: false,
      unread: 0, openedAt: 0, used: 0 };
  const next = { ...threads, [id]: { ...now, ...set } };
  if (threads[id]) return next;
  const old = Object.entries(next).filter(([key]) => key !== id).sort((a, b) => a[1].used - b[1].used);
  for (const [key] of old.slice(0, Math.max(0, old.length + 1 - keptThreads))) delete next[key];
  return next;
}

/**
 * A page of a thread: the newest, or the one before what is there.
 * @param {State} state
 * @param {{id: string, older: boolean, page: {version: number, items: Item[], before?: number}}} f
 */
export function pageThread(state, f) {
  const open = state.threads[f.id];
  if (!open || f.older && (open.state !== 'ready' || !open.older)) return state.threads;
  const items = mergeItems(f.older ? open.items : open.items.filter((i) => i.version > f.page.version),
    shown(f.page.items));
  return setThread(state.threads, f.id, {
    items, before: f.page.before ?? 0, state: 'ready', older: false, error: '',
    version: f.older ? open.version : Math.max(open.version, f.page.version),
    ...(f.older ? {} : { after: 0, newer: false }),
  });
}

/**
 * A page from the middle of a thread replaces what is there.
 * @param {State} state
 * @param {{id: string, page: {version: number, items: Item[], before?: number, after?: number}}} f
 */
export function middleThread(state, f) {
  if (!state.threads[f.id]) return state.threads;
  return setThread(state.threads, f.id, {
    items: mergeItems([], shown(f.page.items)), before: f.page.before ?? 0, after: f.page.after ?? 0,
    version: f.page.version,
    state: 'ready', older: false, newer: false, live: false, error: '',
  });
}

/**
 * The page after what is there. The version stays that of the first page: from
 * there a subscription brings what else happened meanwhile, statuses too.
 * @param {State} state
 * @param {{id: string, page: {items: Item[], after?: number}}} f
 */
export function newerThread(state, f) {
  const open = state.threads[f.id];
  if (!open?.after || !open.newer) return state.threads;
  return setThread(state.threads, f.id,
    { items: mergeItems(open.items, shown(f.page.items)), after: f.page.after ?? 0, newer: false });
}

/**
 * Says whether what was read of a thread reaches over a version.
 * @param {Thread|undefined} open
 * @param {number} version
 */
export function holds(open, version) {
  if (open?.state !== 'ready') return false;
  const first = open.items.reduce((min, i) => Math.min(min, i.version), Infinity), last = newestVersion(open.items);
  return (version >= first || !open.before) && (version <= last || !open.after);
}

/**
 * News of a thread, in whatever order they come. What is held stays: its statuses
 * were folded in. What is older than what was read comes with its page.
 * @param {Thread} open @param {Item[]} items @param {number} version
 */
export function addItems(open, items, version) {
  const held = new Set(open.items.map((i) => i.version));
  const fresh = shown(items).filter((i) => i.version >= open.before && !held.has(i.version));
  return { items: fresh.length ? mergeItems(open.items, fresh) : open.items, version: Math.max(open.version, version) };
}

/** Statuses, reads and files are no lines of the thread: of the others, what has a place is one. */
const shown = (items) => items.filter((i) => i.type === 'message' || i.type === 'owner' || i.type === 'phase'
  || i.place_ms !== undefined);

/** The newest to arrive; it may stand anywhere. @param {Item[]} items */
const newestVersion = (items) => items.reduce((max, i) => Math.max(max, i.version), 0);

/** Where an item stands in its thread, in milliseconds. @param {Item} item */
export const placeOf = (item) => item.place_ms ?? (Date.parse(item.at ?? '') || 0);

/** Merges two runs by place, then version; one version is one item. */
function mergeItems(a, b) {
  const byVersion = new Map();
  for (const item of [...a, ...b]) byVersion.set(item.version, item);
  return [...byVersion.values()].sort((x, y) => placeOf(x) - placeOf(y) || x.version - y.version);
}

/**
 * Puts the statuses among news into the messages that they are about.
 * @param {Item[]} into @param {Item[]} news @returns {Item[]}
 */
export function foldStatus(into, news) {
  const byMessage = new Map();
  for (const { type, status } of news) {
    if (type === 'status' && status)
      byMessage.set(status.message_id, further(byMessage.get(status.message_id), status));
  }
  if (byMessage.size === 0) return into;
  return into.map((item) => {
    const found = item.message && byMessage.get(item.message.id);
    if (!item.message || !found) return item;
    const status = further(item.message.status, found);
    return status === item.message.status ? item : { ...item, message: { ...item.message, status } };
  });
}

/**
 * Puts what became of files into the messages that brought them. Items come in
 * order, so that the last word stands.
 * @param {Item[]} into @param {{type: string, media?: import('./types.js').Media}[]} news @returns {Item[]}
 */
export function foldMedia(into, news) {
  const byMessage = new Map();
  for (const { type, media } of news) if (type === 'media' && media) byMessage.set(media.message_id, media);
  if (byMessage.size === 0) return into;
  return into.map((item) => {
    const media = item.message && byMessage.get(item.message.id);
    return item.message && media ? { ...item, message: { ...item.message, media } } : item;
  });
}

/**
 * Puts messages that came late where their placeholders stand.
 * @param {Item[]} into @param {Item[]} news @returns {Item[]}
 */
export function foldReplaced(into, news) {
  const byMessage = new Map();
  for (const { type, message } of news) if (type === 'replaced' && message) byMessage.set(message.id, message);
  if (byMessage.size === 0) return into;
  return into.map((item) => {
    const message = item.message && byMessage.get(item.message.id);
    return message && item.type === 'message' ? { ...item, message } : item;
  });
}

const reached = ['accepted', 'sent', 'delivered', 'read', 'played'];

/**
 * Which of two statuses of one message stands. What reached the phone does not
 * go back, and evidence of acceptance ends an ambiguity.
 * @param {Status|undefined} old @param {Status} news @returns {Status}
 */
export function further(old, news) {
  if (!old) return news;
  const a = reached.indexOf(old.state), b = reached.indexOf(news.state);
  if (a >= 0 && b >= 0) return b > a ? keepName(old, news) : old;
  if (a >= 2) return old; // delivered: no failure can be true any more
  if (a >= 0 && news.state !== 'failed' && news.state !== 'queued') return old;
  return keepName(old, news);
}

const keepName = (old, news) => (old.wamid && !news.wamid ? { ...news, wamid: old.wamid } : news);
