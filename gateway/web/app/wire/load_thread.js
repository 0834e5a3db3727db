// Reading threads, and following the open one. Who is present in the others, the
// inbox stream tells.

import { api, Failure } from './api.js';
import { loadDetails } from './load_details.js';
import { look } from './seen.js';
import { dispatch, state } from '../core/state.js';
import { heedFailure, socket } from './connection.js';
import { holds } from '../core/thread.js';
import { LatestRequests } from './latest.js';

const page = 60;
const olderPage = 200;
const pause = 3_000; // after a page that could not be read; the view asks for it as long as it is missing

let open = '';
/** The requests for the end or the middle of threads: the last one asked for is shown. */
const requests = new LatestRequests();

const stream = (id) => `conversation:${id}`;

/** @param {string} id */
function subscribe(id) {
  const thread = state.value.threads[id];
  const position = thread?.state === 'ready' && !thread.after ? { position: { offset: thread.version } } : {};
  socket.send({ t: 'subscribe', stream: stream(id), ref: id, ...position });
}

/** @param {string} id */
function unsubscribe(id) {
  socket.send({ t: 'unsubscribe', stream: stream(id), ref: id });
  if (state.value.threads[id]) dispatch({ t: 'thread.set', id, set: { live: false } });
}

/** Everything again, over a new socket. */
export function resubscribe() {
  if (open) { subscribe(open); announcePresence('viewing'); }
}

/** Opens a conversation, or none: at its end, or at a version. @param {string} id @param {number} [at] */
export async function openThread(id, at = 0) {
  if (open && open !== id) {
    socket.send({ t: 'presence', conversation: open, state: 'gone' });
    unsubscribe(open);
  }
  open = id;
  if (!id) return;
  if (!state.value.rows[id]) void loadRow(id);
  const known = state.value.threads[id];
  const unread = state.value.rows[id]?.unread ?? 0;
  dispatch({ t: 'thread.set', id,
    set: { used: Date.now(), unread,
      ...(known?.state === 'ready' ? { openedAt: known.version } : { state: 'loading' }) } });
  if (at ? holds(known, at) : known?.state === 'ready' && !known.after) attend(id);
  else await (at ? loadAround(id, at) : loadThread(id));
  if (open === id) void loadDetails(id);
}

/** @param {string} id */
export async function loadThread(id) {
  const request = requests.begin(id);
  dispatch({ t: 'thread.set', id, set: { state: 'loading', error: '' } });
  try {
    const first = await api.messages(id, { limit: page });
    if (!requests.isLatest(id, request)) return;
    dispatch({ t: 'thread.page', id, older: false, page: first });
    dispatch({ t: 'thread.set', id, set: { openedAt: first.version } });
    look(id, first.version, true);
    attend(id);
  } catch (err) {
    failed(id, request, err);
  } finally {
    requests.end(id, request);
  }
}

/**
 * Reads a thread in its middle. What is not on the screen was not seen, when
 * something of it is unread: a send from here is told what it has missed.
 * @param {string} id @param {number} at
 */
async function loadAround(id, at) {
  const request = requests.begin(id);
  dispatch({ t: 'thread.set', id, set: { state: 'loading', error: '' } });
  try {
    const part = await api.messages(id, { around: at, limit: page });
    if (!requests.isLatest(id, request)) return;
    dispatch({ t: 'thread.middle', id, page: part });
    dispatch({ t: 'thread.set', id, set: { openedAt: part.version } });
    const last = part.items[part.items.length - 1]?.version ?? 0;
    look(id, part.after && state.value.rows[id]?.unread ? last : part.version, true);
    attend(id);
  } catch (err) {
    failed(id, request, err);
  } finally {
    requests.end(id, request);
  }
}

/** Follows what was read, and says that the person looks at it. @param {string} id */
function attend(id) {
  if (open === id) { subscribe(id); announcePresence('viewing'); }
}

function failed(id, request, err) {
  heedFailure(err);
  if (!requests.isLatest(id, request)) return;
  const code = err instanceof Failure ? err.problem.code : 'internal';
  dispatch({ t: 'thread.set', id, set: code === 'not_found' ? { state: 'gone' } : { state: 'error', error: code } });
}

/** @param {string} id */
async function loadRow(id) {
  const row = await api.conversation(id).catch(() => null);
  if (row) {
    dispatch({ t: 'rows', rows: [row] });
    if (state.value.threads[id]) dispatch({ t: 'thread.set', id, set: { unread: row.unread } });
  }
}

/** @param {string} id */
export async function loadOlder(id) {
  const thread = state.value.threads[id];
  if (!thread || thread.state !== 'ready' || thread.older || !thread.before) return;
  dispatch({ t: 'thread.set', id, set: { older: true } });
  try {
    dispatch({ t: 'thread.page', id, older: true,
      page: await api.messages(id, { before: thread.before, limit: olderPage }) });
  } catch (err) {
    heedFailure(err);
    setTimeout(() => askAgain(id, { older: false }), pause);
  }
}

/** Reads on towards the end, and follows the thread when it gets there. @param {string} id */
export async function loadNewer(id) {
  const thread = state.value.threads[id];
  if (!thread || thread.state !== 'ready' || thread.newer || !thread.after) return;
  dispatch({ t: 'thread.set', id, set: { newer: true } });
  try {
    dispatch({ t: 'thread.newer', id, page: await api.messages(id, { after: thread.after, limit: olderPage }) });
    if (state.value.threads[id]?.after === 0) attend(id);
  } catch (err) {
    heedFailure(err);
    setTimeout(() => askAgain(id, { newer: false }), pause);
  }
}

/** @param {string} id @param {Partial<import('../core/types.js').Thread>} set */
function askAgain(id, set) {
  if (state.value.threads[id]) dispatch({ t: 'thread.set', id, set });
}

/** @param {'viewing'|'typing'|'gone'} what */
export function announcePresence(what) {
  if (open && !document.hidden) socket.send({ t: 'presence', conversation: open, state: what });
}
