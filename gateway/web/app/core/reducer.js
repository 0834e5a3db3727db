// The one reducer: what the server sends and what happens here go in as frames,
// the next state comes out. It is pure; screens are drawn from its result.

import { addMoves, adopt, alike, moveOf } from './counts.js';
import { forgetRow, holdList, isGone, openList, pageList, passTime, placeRows, rememberGone, setList,
  showWaiting } from './list.js';
import { addTold, openDetails, setDetails } from './details.js';
import { addItems, foldMedia, foldReplaced, foldStatus, middleThread, newerThread, pageThread,
  setThread } from './thread.js';
import { bindEcho, dropArrived, applyResult, setPending } from './pending.js';

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Row} Row */
/** @typedef {import('./frames.js').Frame} Frame */
/** @typedef {import('./frames.js').OneFrame} OneFrame */
/** @template {OneFrame['t']} T @typedef {import('./frames.js').FrameOf<T>} FrameOf */

const notFound = 104; // the server's number for what does not exist or may not be seen

/** @returns {State} */
export function initial() {
  return {
    me: null, session: 'unknown', ended: false, tenant: '', demo: null,
    net: { phase: 'connecting', since: 0, lastAt: 0, code: 0, nextAt: 0 },
    feed: null, rows: {}, gone: {}, lists: {}, threads: {}, details: {}, presence: {}, pending: {}, stale: {}, shut: {},
    requested: {}, back: '', counts: {}, moves: [],
    agents: [], agentsAt: 0, numbers: [], connected: -1, templates: {}, teams: [], removed: [],
    countsDue: 0, refetch: 0, now: 0,
  };
}

/**
 * @param {State} state
 * @param {Frame} frame
 * @returns {State}
 */
export function apply(state, frame) {
  return frame.t === 'batch' ? applyBatch(state, frame.frames) : applyRows(applyOne(state, frame), rowsOf(frame));
}

/**
 * Rows of a batch are placed together: a burst costs one copy, not one each.
 * @param {State} state
 * @param {OneFrame[]} frames
 */
function applyBatch(state, frames) {
  /** @type {Arrival[]} */
  let rows = [];
  for (const frame of frames) {
    if (frame.t === 'gone') { state = applyRows(state, rows); rows = []; } // it takes away what came before it
    state = applyOne(state, frame);
    rows.push(...rowsOf(frame));
  }
  return applyRows(state, rows);
}

/**
 * A row and, if it is a frame of the inbox stream, its place there. Other rows
 * may come before or after their frame: whether they are counted is not known.
 * @typedef {{row: Row, offset?: number}} Arrival
 */

/** @param {OneFrame} frame @returns {Arrival[]} */
function rowsOf(frame) {
  switch (frame.t) {
    case 'row': return frame.row ? [{ row: frame.row, offset: frame.offset }] : [];
    case 'thread': return frame.row ? [{ row: frame.row }] : [];
    case 'list.page': return frame.page.conversations.map((row) => ({ row }));
    case 'rows': return frame.rows.map((row) => ({ row }));
    case 'details':
      return [...(frame.details?.others ?? []), ...(frame.details?.probably ?? [])].map((row) => ({ row }));
  }
  return [];
}

/**
 * Takes full replacements of rows; the higher version wins.
 * @param {State} state
 * @param {Arrival[]} incoming
 */
function applyRows(state, incoming) {
  if (incoming.length === 0) return state;
  const rows = { ...state.rows }, changed = new Set(), moves = [];
  let doubt = false;
  for (const { row, offset } of incoming) {
    const old = rows[row.id];
    if ((old && old.version >= row.version) || isGone(state, row)) continue;
    rows[row.id] = { ...row, at: Date.parse(row.last.at || row.started_at || '') || 0 };
    changed.add(row.id);
    const move = offset === undefined ? null : moveOf(old, rows[row.id], offset);
    if (move) moves.push(move);
    doubt ||= offset === undefined && old !== undefined && !alike(old, row);
  }
  if (changed.size === 0) return state;
  const next = { ...addMoves(state, moves), rows, lists: placeRows(state.lists, rows, changed, state) };
  if (doubt) next.countsDue++;
  if (changed.has(state.back) && rows[state.back].phase === 'open') next.back = '';
  for (const id of changed) {
    // A newer window ends what a refusal had told about the old one.
    if (state.shut[id] && state.shut[id] !== rows[id].window_closes_at) next.shut = without(next.shut, id);
  }
  return next;
}

/**
 * @param {State} state
 * @param {OneFrame} f
 * @returns {State}
 */
function applyOne(state, f) {
  switch (f.t) {
    // from the socket
    case 'ready': return { ...state, me: { ...state.me, ...f.me } };
    case 'row': return { ...state, feed: { epoch: f.epoch, offset: f.offset } };
    case 'subscribed': return subscribed(state, f);
    case 'resync':
      return { ...state, feed: { epoch: f.epoch, offset: f.offset }, moves: [], refetch: state.refetch + 1 };
    case 'gone': return gone(state, f);
    case 'error':
      return f.error.code === notFound && conversationOf(f.stream)
        ? gone(state, { ...f, conversation: conversationOf(f.stream) }) : state;
    case 'thread': return thread(state, f);
    case 'presence': return presence(state, f);

    // from requests
    case 'session':
      return { ...state, session: f.session, ended: Boolean(f.ended), me: f.me ?? state.me,
        tenant: f.tenant ?? state.tenant, demo: f.demo ?? state.demo };
    // what is typed or under way stays
    case 'rights':
      return { ...state, rows: {}, gone: {}, lists: {}, threads: {}, details: {}, presence: {}, moves: [],
        templates: {}, counts: {}, agents: [], agentsAt: 0, numbers: [] };
    case 'templates':
      return { ...state, templates: { ...state.templates, [f.number]: { ...state.templates[f.number], ...f.set } } };
    case 'people':
      return { ...state, agents: f.agents ?? state.agents, agentsAt: f.agents ? f.at : state.agentsAt,
        numbers: f.numbers ?? state.numbers, connected: f.connected ?? state.connected, teams: f.teams ?? state.teams,
        removed: f.removed ?? state.removed };
    case 'counts': return adopt(state, f.views);
    case 'list.open': return { ...state, lists: openList(state, f) };
    case 'list.page': return { ...state, lists: pageList(state, f) };
    case 'list.set': return { ...state, lists: setList(state.lists, f.key, f.set) };
    case 'thread.set': return { ...state, threads: setThread(state.threads, f.id, f.set) };
    case 'media': return media(state, f);
    case 'details.open': return openDetails(state, f);
    case 'details': return setDetails(state, f);
    case 'thread.page': return dropArrived({ ...state, threads: pageThread(state, f) }, f.id);
    case 'thread.middle': return dropArrived({ ...state, threads: middleThread(state, f) }, f.id);
    case 'thread.newer': return dropArrived({ ...state, threads: newerThread(state, f) }, f.id);

    // from the person
    case 'list.hold': return { ...state, lists: holdList(state, f.key, f.on) };
    case 'list.show': return { ...state, lists: showWaiting(state, f.key) };
    case 'time': return { ...state, now: f.now, lists: passTime(state, f.now) };
    case 'net': return { ...state, net: { ...state.net, ...f.net } };
    case 'send': return setPending(state, f.id, (all) => [...all, f.pending]);
    case 'result': return applyResult(state, f);
    case 'unsent': return setPending(state, f.id, (all) => all.filter((p) => p.id !== f.echo));
    case 'requested': return requested(state, f);
    case 'back': return { ...state, back: f.id };
    case 'stale':
      return { ...state, stale: f.stale ? { ...state.stale, [f.id]: f.stale } : without(state.stale, f.id) };
    case 'shut': return { ...state, shut: { ...state.shut, [f.id]: state.rows[f.id]?.window_closes_at ?? 'none' } };
    case 'owner.is': return ownerIs(state, f);
  }
  return state;
}

/**
 * The answer to subscribe says where the stream goes on from.
 * @param {State} state
 * @param {FrameOf<'subscribed'>} f
 * @returns {State}
 */
function subscribed(state, f) {
  if (f.stream === 'inbox') {
    const feed = { epoch: f.epoch, offset: f.offset };
    state = { ...state, presence: gathered(f.present ?? []) };
    // Frames that were missed follow this answer, so the old offset stays until they come.
    if (!f.recovered) return { ...state, feed, moves: [], refetch: state.refetch + 1 };
    // What happened before the first subscription is not known.
    return state.feed ? state : addMoves({ ...state, feed }, [{ offset: f.offset, before: null, after: null }]);
  }
  const id = conversationOf(f.stream);
  if (!id) return state;
  const next = { ...state,
    presence: f.present?.length ? { ...state.presence, [id]: f.present } : without(state.presence, id) };
  const open = state.threads[id];
  if (open && open.state === 'ready') {
    next.threads = f.recovered === false
      ? without(state.threads, id) // too far behind: read anew when it is opened
      : setThread(state.threads, id, { live: !open.after && f.offset <= open.version });
  }
  return next;
}

/** @param {State} state @param {Omit<FrameOf<'gone'>, 't'>} f @returns {State} */
function gone(state, f) {
  const id = f.conversation;
  const known = state.rows[id];
  if (known && f.version && known.version > f.version) return state; // seen again since
  return {
    ...addMoves(state,
      known ? [{ offset: f.offset ?? (state.feed?.offset ?? 0) + 1, before: known, after: null }] : []),
    rows: without(state.rows, id), gone: f.version ? rememberGone(state.gone, id, f.version) : state.gone,
    presence: without(state.presence, id), lists: forgetRow(state.lists, id),
    threads: state.threads[id] ? setThread(state.threads, id, { state: 'gone', live: false }) : state.threads,
    feed: f.stream === 'inbox' && f.offset !== undefined ? { epoch: f.epoch, offset: f.offset } : state.feed,
  };
}

/** @param {State} state @param {FrameOf<'thread'>} f @returns {State} */
function thread(state, f) {
  const id = f.row?.id ?? conversationOf(f.stream);
  const open = state.threads[id];
  state = addTold(state, id, f.items ?? []);
  if (!open || !open.live) return state;
  const told = f.items ?? [], folded = (into) => foldMedia(foldStatus(foldReplaced(into, told), told), told);
  const items = folded(told), upTo = { ...open, items: folded(open.items) };
  let next = { ...state, threads: setThread(state.threads, id, addItems(upTo, items, f.offset)) };
  for (const item of items) if (item.type === 'message') next = bindEcho(next, id, item.message);
  return next;
}

/**
 * What became of a file, as an answer and not as an item of the thread.
 * @param {State} state
 * @param {FrameOf<'media'>} f
 * @returns {State}
 */
function media(state, f) {
  const open = state.threads[f.id];
  return open
    ? { ...state,
      threads: setThread(state.threads, f.id, { items: foldMedia(open.items, [{ type: 'media', media: f.media }]) }) }
        : state;
}

/** Who is where, by conversation. @param {import('./frames.js').PresenceIn[]} present */
function gathered(present) {
  /** @type {Record<string, import('./types.js').Presence[]>} */
  const by = {};
  for (const { conversation = '', who, state } of present) (by[conversation] ??= []).push({ who, state });
  return by;
}

/** @param {State} state @param {FrameOf<'presence'>} f @returns {State} */
function presence(state, f) {
  const id = f.conversation || conversationOf(f.stream);
  const others = (state.presence[id] ?? []).filter((p) => p.who.id !== f.presence.who.id);
  const all = f.presence.state === 'gone' ? others : [...others, f.presence];
  return { ...state, presence: all.length ? { ...state.presence, [id]: all } : without(state.presence, id) };
}

/**
 * A refusal names the owner as of now, perhaps before the row's frame comes.
 * @param {State} state
 * @param {FrameOf<'owner.is'>} f
 * @returns {State}
 */
function ownerIs(state, f) {
  const row = state.rows[f.id];
  if (!row || !f.owner || f.owner.epoch <= row.owner.epoch) return state;
  const now = { ...row, owner: f.owner }, rows = { ...state.rows, [f.id]: now };
  const move = moveOf(row, now, (state.feed?.offset ?? 0) + 1);
  return { ...addMoves(state, move ? [move] : []), rows, lists: placeRows(state.lists, rows, new Set([f.id]), state) };
}

/**
 * The person asked the owner for a conversation; with `at` 0 that failed.
 * @param {State} state
 * @param {FrameOf<'requested'>} f
 * @returns {State}
 */
function requested(state, f) {
  const owner = state.rows[f.id]?.owner;
  if (!f.at || !owner) return { ...state, requested: without(state.requested, f.id) };
  return { ...state, requested: { ...state.requested, [f.id]: { epoch: owner.epoch, at: f.at } } };
}

/** @param {string} stream */
export function conversationOf(stream) {
  return stream?.startsWith('conversation:') ? stream.slice('conversation:'.length) : '';
}

/** @template T @param {Record<string, T>} map @param {string} key @returns {Record<string, T>} */
function without(map, key) {
  if (!(key in map)) return map;
  const next = { ...map };
  delete next[key];
  return next;
}

