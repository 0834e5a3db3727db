// Who is logged in, and what must be read to be exact: at the start, after a cut,
// when the feed begins anew.

import { deliver, editFailed } from '../do/actions.js';
import { api, Failure, setCSRF } from './api.js';
import { atLeast, learn } from '../core/clock.js';
import { asksForAnother, guest, marked, remember } from './demo.js';
import { draftsOf, readUnsent } from '../composer/drafts.js';
import { nameOf } from '../text/format.js';
import { adopt, t } from '../text/i18n.js';
import { go, openId, route } from '../shell/router.js';
import { watchUnconfirmed } from './load_unconfirmed.js';
import { counts, people, peopleSoon, watchCounts, watchNumbers } from './polls.js';
import { dialog, dispatch, effect, refetch, state, toast } from '../core/state.js';
import { conversationOf } from '../core/reducer.js';
import { listKey } from '../core/list.js';
import { loadDetails } from './load_details.js';
import { loadList, refreshList } from './load_list.js';
import { loadThread, openThread, resubscribe } from './load_thread.js';
import { askForChanges, heardOfChange } from './changes.js';
import { listen, out, socket } from './connection.js';

listen({
  frames: (heard) => {
    const frames = heard.filter((frame) => !heardOfChange(frame));
    for (const frame of frames) heed(frame);
    dispatch({ t: 'batch', frames });
    for (const f of frames)
      if (f.t === 'subscribed' && f.recovered === false && conversationOf(f.stream)) reread(conversationOf(f.stream));
  },
  ready,
  refused: (code) => void refused(code),
});

/**
 * What a frame means beside the state: the time, and what concerns the person.
 * @param {import('../core/frames.js').SocketFrame} frame
 */
function heed(frame) {
  if (frame.t === 'hello') learn(frame.hello.server_time_ms);
  if ((frame.t === 'pong' || frame.t === 'clock') && frame.server_time_ms) learn(frame.server_time_ms);
  for (const item of frame.t === 'thread' ? frame.items ?? [] : []) {
    if (item.at && item.type !== 'status') atLeast(Date.parse(item.at));
    if (item.status?.error_code) peopleSoon(1500); // perhaps the number is to blame
  }
  if (frame.t === 'owner' && frame.conversation !== openId.value) void tellOwner(frame);
  if (frame.t === 'note' && frame.conversation !== openId.value) void tellNote(frame);
}

/**
 * A colleague left a note, perhaps a question, where the person is the owner.
 * @param {import('../core/frames.js').FrameOf<'note'>} frame
 */
async function tellNote(frame) {
  const id = frame.conversation, row = state.value.rows[id] ?? await api.conversation(id).catch(() => null);
  const text = t('toast.note',
    { who: frame.who?.name ?? t('somebody'), name: row ? nameOf(row.contact) : t('somebody') });
  toast.value = { text, action: { label: t('toast.open'), run: () => go({ id }) } };
}

/** Somebody gave the person a conversation, or took one. @param {import('../core/frames.js').FrameOf<'owner'>} frame */
async function tellOwner(frame) {
  const id = frame.conversation, row = state.value.rows[id] ?? await api.conversation(id).catch(() => null);
  const name = row ? nameOf(row.contact) : t('somebody');
  if (frame.change === 'gained' && ['transfer', 'assign', 'owner_left'].includes(frame.cause))
    toast.value = { text: t('toast.gained', { name }) };
  if (frame.change === 'lost' && (frame.cause === 'take_over' || frame.cause === 'assign')) {
    toast.value = { text: t('toast.lost', { name, owner: frame.owner?.name ?? '' }) };
  }
}

/** Too much was missed to replay it. @param {string} id */
function reread(id) {
  if (id === openId.value) void loadThread(id).then(() => loadDetails(id));
}

let first = true;
function ready() {
  const feed = state.value.feed;
  socket.send({ t: 'subscribe', stream: 'me', ref: 'me' });
  socket.send({ t: 'subscribe', stream: 'inbox', ref: 'inbox', ...(feed ? { position: feed } : {}) });
  // The first list was asked for before the stream began: what lies between.
  if (first) void refreshList();
  else readMissing();
  first = false;
  resubscribe();
  askForChanges();
}

/** What could not be read while there was no connection. */
function readMissing() {
  if (state.value.lists[listKey(route.value)]?.state === 'error') void loadList();
  if (state.value.threads[openId.value]?.state === 'error') void openThread(openId.value, Number(route.value.at));
}

/** The socket was closed with a number that says why. @param {number} code */
async function refused(code) {
  if (code === 4003) { await anew(); return; }
  if (code === 4503) { out(); return; }
  // A machine that was busy for five seconds identifies itself too late (4501).
  if ((code === 4501 || code === 4502) && await enter()) socket.open();
}

/** Teams, numbers or role have changed: what is on the screen may no longer be the person's to see. */
async function anew() {
  if (!await enter()) return;
  dispatch({ t: 'rights' });
  toast.value = { text: t('gone.changed') };
  void loadList();
  void counts();
  void people();
  void openThread(openId.value, Number(route.value.at));
}

/** Takes who is logged in. What another person left in this page goes with the page. */
function admitted(answer) {
  if (state.value.me && state.value.me.id !== answer.agent.id) { location.reload(); return; }
  setCSRF(answer.csrf_token);
  draftsOf(answer.agent.id);
  remember(answer.agent.email);
  adopt(answer.agent.interface_language);
  dispatch({ t: 'session', session: 'in', me: answer.agent, tenant: answer.tenant_name, demo: answer.demo });
}

/** Who the session is of. In the demo a newcomer is somebody without asking. @param {boolean} atStart */
async function who(atStart) {
  let refusal = null, answer = null;
  try {
    answer = await api.me();
  } catch (err) {
    if (!(err instanceof Failure) || err.problem.code !== 'no_session') throw err;
    refusal = err;
  }
  if (!atStart || !marked || (answer && !asksForAnother(answer.agent))) {
    if (refusal) throw refusal;
    return answer;
  }
  const demo = await api.demo(), person = guest(demo);
  dispatch({ t: 'session', session: 'unknown', demo });
  if (person) return api.demoLogin(person.email);
  throw refusal;
}

async function enter(atStart = false) {
  try {
    admitted(await who(atStart));
    return true;
  } catch (err) {
    if (err instanceof Failure && err.problem.code === 'unreachable') return false;
    out();
    return false;
  }
}

/** Reads who is logged in and begins; without a session the login shows. */
export async function start() {
  for (let pause = 500; !await enter(true); pause = Math.min(pause * 2, 8000)) {
    if (state.value.session === 'out') return;
    dispatch({ t: 'net',
      net: { phase: 'cut', since: state.value.net.since || Date.now(), nextAt: Date.now() + pause } });
    await new Promise((again) => setTimeout(again, pause));
  }
  begin();
}

let begun = false;
function begin() {
  socket.open();
  void people();
  void counts();
  for (const { id, pending } of readUnsent()) {
    // on the screen, and the socket gives it again
    if (state.value.pending[id]?.some((p) => p.id === pending.id)) continue;
    dispatch({ t: 'send', id, pending });
    if (pending.state === 'sending') void deliver(id, pending.kind === 'note' ? 'notes' : 'messages', pending);
  }
  if (begun) { void loadList(); return; }
  begun = true;
  watchState();
}

/**
 * @param {string} email @param {string} password
 * @returns {Promise<import('../core/api_types.js').SignInStep|null>} the step that follows; null: one is in
 */
export async function login(email, password) {
  const answer = await api.login(email, password);
  if (answer.next) return answer;
  enterBy(answer);
  return null;
}

/** What follows when all steps are done. @param {any} answer */
export function enterBy(answer) {
  admitted(answer);
  first = true;
  begin();
}

export async function logout() {
  socket.close(); // its end is wanted, and says nothing
  try {
    await api.logout();
  } catch (err) {
    // the session lives on: nobody may think otherwise
    if (!(err instanceof Failure) || err.problem.code !== 'no_session') {
      socket.open();
      dialog.value = null;
      toast.value = { text: t('logout.failed') };
      return;
    }
  }
  remember('');
  for (const { id, pending } of readUnsent()) editFailed(id, pending); // not sent behind anybody's back, and not lost
  location.assign('/');
}

/** Things to do because the state says so. */
function watchState() {
  let fetched = 0;
  watchCounts();
  watchUnconfirmed();
  watchNumbers();
  effect(() => {
    if (refetch.value === fetched) return;
    fetched = refetch.value;
    void refreshList();
    void counts();
  });
}

/** The machine slept or the network came back: look at once. */
export function watchNetwork() {
  addEventListener('offline', () => socket.suspect());
  addEventListener('online', () => socket.retry());
  document.addEventListener('visibilitychange', () => { if (!document.hidden) socket.check(2000); });
  let last = Date.now();
  setInterval(() => {
    if (Date.now() - last > 8000) socket.retry();
    last = Date.now();
  }, 2000);
}
