import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFilter } from '../app/filter.js';
import { apply, initial } from '../app/store.js';
import { listKey } from '../app/store_list.js';
import { further, holds } from '../app/store_thread.js';

const me = { id: 'ana', name: 'Ana', role: 'agent', teams: ['t'] };
const nobody = { kind: 'nobody', epoch: 0 };
const ana = { kind: 'agent', id: 'ana', name: 'Ana', epoch: 1 };
const bruno = { kind: 'agent', id: 'bruno', name: 'Bruno', epoch: 1 };
const at = (minute) => new Date(Date.UTC(2026, 10, 24, 10, minute)).toISOString();

const row = (id, minute, more = {}) => ({
  id, phone_number_id: '1', version: minute + 1, team_id: 't', owner: nobody, phase: 'open', contact: { id, name: `Name ${id}`, address: '5511999' },
  last: { at: at(minute), outbound: false, kind: 'text', preview: `m${minute}`, message_id: `w${minute}` }, unread: 1, ...more,
});

const all = { view: 'all', sort: 'newest', q: '', ...noFilter }, key = listKey(all);

/** A state with the list of all open and these rows in it. */
function opened(rows, of = all, next = undefined) {
  let s = { ...initial(), me, session: 'in' };
  s = apply(s, { t: 'list.open', key: listKey(of), ...of, used: 1 });
  return apply(s, { t: 'list.page', key: listKey(of), first: true, page: { conversations: rows, next } });
}

const tally = (n, us = n, customer = 0, unread = n) => ({ n, us, customer, unread });
const count = (offset, n, more = {}) => ({ ...tally(n), numbers: n ? { 1: tally(n) } : {}, epoch: 'e', offset, ...more });
/** A state whose feed is at an offset, with counts as of there. */
function counting(rows, views, offset = 5) {
  const s = apply(opened(rows), { t: 'subscribed', stream: 'inbox', epoch: 'e', offset, recovered: true });
  return apply(s, { t: 'counts', views });
}

const ids = (s, k = key) => s.lists[k].ids.join(' ');
const item = (version, message, more = {}) => ({ version, at: at(version), type: 'message', message: { direction: 'in', kind: 'text', author: { kind: 'contact' }, content: { kind: 'text', text: { body: message } }, id: `w${version}` }, ...more });
const ours = (version, body, id = `m${version}`) => item(version, body, { message: { id, direction: 'out', kind: 'text', author: ana, content: { kind: 'text', text: { body } }, status: { message_id: id, state: 'waiting' } } });
const status = (version, id, state) => ({ version, at: at(version), type: 'status', status: { message_id: id, state } });

/** A state with one thread open and live from version 2 on. */
function reading(items = [item(1, 'a'), item(2, 'b')], before = 0) {
  let s = opened([row('c', 2)]);
  s = apply(s, { t: 'thread.set', id: 'c', set: { used: 1 } });
  s = apply(s, { t: 'thread.page', id: 'c', older: false, page: { version: items.at(-1).version, items, before } });
  return apply(s, { t: 'subscribed', stream: 'conversation:c', offset: items.at(-1).version, recovered: true, present: [] });
}
const live = (version, items, more = {}) => ({ t: 'thread', stream: 'conversation:c', offset: version, row: row('c', version, { version, ...more }), items });

test('a list is in order, and a row that changes goes to its place', () => {
  let s = opened([row('b', 2), row('a', 1)]);
  assert.equal(ids(s), 'b a');
  s = apply(s, { t: 'row', epoch: 'e', offset: 7, row: row('a', 5) });
  assert.equal(ids(s), 'a b');
  assert.deepEqual(s.feed, { epoch: 'e', offset: 7 });
});

test('the higher version of a row wins, whatever comes last', () => {
  let s = opened([row('a', 9)]);
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('a', 3) });
  assert.equal(s.rows.a.last.preview, 'm9');
});

test('a held list does not move; what waits is shown when asked', () => {
  let s = opened([row('b', 2), row('a', 1)]);
  s = apply(s, { t: 'list.hold', key, on: true });
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('n', 8) });
  s = apply(s, { t: 'row', epoch: 'e', offset: 2, row: row('a', 9, { phase: 'resolved' }) });
  assert.equal(ids(s), 'b a', 'nothing moved, nothing vanished');
  assert.equal(s.rows.a.phase, 'resolved', 'but what it says is true');
  assert.deepEqual(s.lists[key].waiting, ['n']);
  s = apply(s, { t: 'list.show', key });
  assert.equal(ids(s), 'n b');
  assert.deepEqual(s.lists[key].waiting, []);
});

test('a held list that is let go takes its order', () => {
  let s = opened([row('b', 2), row('a', 1)]);
  s = apply(s, { t: 'list.hold', key, on: true });
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('a', 9) });
  assert.equal(ids(s), 'b a');
  s = apply(s, { t: 'list.hold', key, on: false });
  assert.equal(ids(s), 'a b');
});

test('rows enter and leave views with owner and phase', () => {
  const mine = { ...all, view: 'mine' }, free = { ...all, view: 'unclaimed' };
  let s = opened([row('a', 1)], free);
  s = apply(s, { t: 'list.open', key: listKey(mine), ...mine, used: 2 });
  s = apply(s, { t: 'list.page', key: listKey(mine), first: true, page: { conversations: [] } });
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('a', 2, { owner: ana }) });
  assert.equal(ids(s, listKey(free)), '');
  assert.equal(ids(s, listKey(mine)), 'a');
  s = apply(s, { t: 'row', epoch: 'e', offset: 2, row: row('a', 3, { owner: bruno }) });
  assert.equal(ids(s, listKey(mine)), '');
  assert.ok(s.countsDue >= 2, 'the counts are asked for anew');
});

test('rows enter and leave a list that is filtered', () => {
  const unread = { ...all, unread: '1', number: '1,2' }, k = listKey(unread);
  let s = opened([row('a', 1)], unread, 'cursor');
  assert.notEqual(k, key);
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('far', 0, { version: 9, phone_number_id: '2' }) });
  assert.equal(ids(s, k), 'a far', 'a page reaches further than its last row');
  s = apply(s, { t: 'row', epoch: 'e', offset: 2, row: row('x', 9, { phone_number_id: '3' }) });
  s = apply(s, { t: 'row', epoch: 'e', offset: 3, row: row('a', 9, { unread: 0 }) });
  assert.equal(ids(s, k), 'far');
});

test('a list by windows loses what time closes, unless it is held', () => {
  const open = { ...all, window: 'open' }, k = listKey(open), noon = Date.parse(at(0));
  let s = { ...initial(), me, session: 'in', now: noon };
  s = apply(s, { t: 'list.open', key: k, ...open, used: 1 });
  s = apply(s, { t: 'list.page', key: k, first: true, page: { conversations: [row('a', 1, { window_closes_at: at(30) }), row('b', 0, { window_closes_at: at(50) })] } });
  s = apply(apply(s, { t: 'list.hold', key: k, on: true }), { t: 'time', now: noon + 40 * 60_000 });
  assert.equal(ids(s, k), 'a b');
  s = apply(s, { t: 'list.hold', key: k, on: false });
  assert.equal(ids(s, k), 'b');
  s = apply(s, { t: 'time', now: noon + 49 * 60_000 });
  assert.equal(ids(s, k), '', 'the server refuses two minutes before');
});

test('a row behind the last page waits for its page', () => {
  let s = opened([row('c', 9), row('b', 8)], all, 'cursor');
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('old', 1) });
  assert.equal(ids(s), 'c b');
  s = apply(s, { t: 'list.page', key, first: false, page: { conversations: [row('d', 5), row('old', 1)] } });
  assert.equal(ids(s), 'c b d old');
  assert.equal(s.lists[key].more, false);
});

test('a first page is the truth, but for what changed while it was under way', () => {
  let s = opened([row('a', 1), row('b', 2)]);
  s = apply(s, { t: 'list.set', key, set: { touched: [] } });
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('n', 9) });
  s = apply(s, { t: 'list.page', key, first: true, page: { conversations: [row('b', 2)] } });
  assert.equal(ids(s), 'n b', 'a is gone, n came since');
});

test('counts move with the rows, at once', () => {
  let s = counting([row('a', 1)], { mine: count(5, 0), unclaimed: count(5, 1), all: count(5, 1), resolved: count(5, 0) });
  const due = s.countsDue;
  s = apply(s, { t: 'row', epoch: 'e', offset: 6, row: row('a', 2, { owner: ana }) });
  assert.deepEqual([s.counts.mine.n, s.counts.unclaimed.n, s.counts.all.n, s.counts.mine.numbers[1].n], [1, 0, 1, 1]);
  s = apply(s, { t: 'row', epoch: 'e', offset: 7, row: row('a', 3, { owner: ana, unread: 0, last: { ...row('a', 3).last, outbound: true } }) });
  assert.deepEqual(s.counts.mine, count(5, 1, { ...tally(1, 0, 1, 0), numbers: { 1: tally(1, 0, 1, 0) } }));
  s = apply(s, { t: 'row', epoch: 'e', offset: 8, row: row('a', 4, { owner: ana, phase: 'resolved' }) });
  assert.deepEqual([s.counts.mine.n, s.counts.all.n, s.counts.resolved.n], [0, 0, 1]);
  s = apply(s, { t: 'row', epoch: 'e', offset: 9, row: row('n', 1, { version: 2 }) });
  assert.deepEqual([s.counts.unclaimed.n, s.counts.all.n], [1, 1], 'a conversation that begins');
  s = apply(s, { t: 'gone', stream: 'inbox', epoch: 'e', offset: 10, conversation: 'n', version: 3 });
  assert.deepEqual([s.counts.unclaimed.n, s.counts.all.n], [0, 0]);
  assert.ok(s.countsDue > due);
});

test('an answer that was counted before a change does not take it back', () => {
  let s = counting([row('a', 1), row('b', 2)], { mine: count(5, 0), unclaimed: count(5, 2) });
  s = apply(s, { t: 'row', epoch: 'e', offset: 6, row: row('a', 3, { owner: ana }) });
  const due = s.countsDue;
  s = apply(s, { t: 'counts', views: { mine: count(6, 1), unclaimed: count(5, 2) } });
  assert.deepEqual([s.counts.mine.n, s.counts.unclaimed.n], [1, 1], 'each view as of its own place');
  assert.ok(s.countsDue > due, 'and it is asked again');
  const last = s.countsDue;
  s = apply(s, { t: 'counts', views: { mine: count(6, 1), unclaimed: count(6, 1) } });
  assert.deepEqual([s.counts.unclaimed.n, s.moves.length, s.countsDue], [1, 0, last]);
});

test('what cannot be counted here is asked for, and not forgotten before it was answered', () => {
  let s = counting([], { all: count(5, 8) });
  const unknown = (offset) => ({ t: 'row', epoch: 'e', offset, row: row('u', 9, { version: 70 }) });
  s = apply(s, unknown(6));
  assert.equal(s.counts.all.n, 8);
  const due = s.countsDue;
  s = apply(s, { t: 'counts', views: { all: count(5, 8) } });
  assert.deepEqual([s.moves.length, s.countsDue], [1, due + 1]);
  s = apply(s, { t: 'counts', views: { all: count(6, 9) } });
  assert.deepEqual([s.counts.all.n, s.moves.length, s.countsDue], [9, 0, due + 1]);
});

test('rows that are read move no count: nobody knows whether they are in it', () => {
  let s = counting([row('a', 1)], { mine: count(5, 0), unclaimed: count(5, 1) });
  const due = s.countsDue;
  s = apply(s, { t: 'rows', rows: [row('a', 2, { owner: ana }), row('b', 2)] });
  assert.deepEqual([s.counts.unclaimed.n, s.moves.length, s.countsDue], [1, 0, due + 1]);
  s = apply(s, { t: 'resync', stream: 'inbox', epoch: 'f', offset: 1 });
  s = apply(s, { t: 'counts', views: { unclaimed: { ...count(1, 7), epoch: 'e' } } });
  assert.deepEqual([s.counts.unclaimed.n, s.countsDue], [7, due + 2], 'of another epoch: taken, and asked again');
});

test('within a batch, what is gone stays gone', () => {
  let s = opened([row('a', 1)]);
  s = apply(s, { t: 'batch', frames: [{ t: 'row', epoch: 'e', offset: 1, row: row('a', 2) }, { t: 'gone', stream: 'inbox', epoch: 'e', offset: 2, conversation: 'a', version: 4 }] });
  assert.deepEqual([s.rows.a, ids(s)], [undefined, '']);
});

test('a row that may not be seen any more is forgotten', () => {
  let s = opened([row('a', 1), row('b', 2)]);
  s = apply(s, { t: 'gone', stream: 'inbox', epoch: 'e', offset: 3, conversation: 'a', version: 9 });
  assert.equal(ids(s), 'b');
  assert.equal(s.rows.a, undefined);
  s = apply(s, { t: 'gone', stream: 'inbox', epoch: 'e', offset: 4, conversation: 'b', version: 1 });
  assert.equal(ids(s), 'b', 'it has come back since');
});

test('a new epoch asks for everything again; a recovered stream does not', () => {
  let s = { ...opened([row('a', 1)]), feed: { epoch: 'e', offset: 5 } };
  s = apply(s, { t: 'subscribed', stream: 'inbox', epoch: 'e', offset: 9, recovered: true });
  assert.deepEqual([s.refetch, s.feed.offset], [0, 5], 'what was missed follows');
  s = apply(s, { t: 'subscribed', stream: 'inbox', epoch: 'f', offset: 2, recovered: false });
  assert.deepEqual([s.refetch, s.feed], [1, { epoch: 'f', offset: 2 }]);
  s = apply(s, { t: 'resync', stream: 'inbox', epoch: 'g', offset: 1 });
  assert.equal(s.refetch, 2);
});

test('a batch of a thousand rows is one change', () => {
  let s = opened([]);
  const frames = Array.from({ length: 1000 }, (_, i) => ({ t: 'row', epoch: 'e', offset: i, row: row(`r${i}`, i % 60, { version: i + 1 }) }));
  s = apply(s, { t: 'batch', frames });
  assert.equal(s.lists[key].ids.length, 1000);
  assert.equal(new Set(s.lists[key].ids).size, 1000);
  assert.equal(s.countsDue, 1);
  assert.deepEqual(s.feed, { epoch: 'e', offset: 999 });
});

test('a thread grows by what follows, once', () => {
  let s = reading();
  s = apply(s, live(3, [item(3, 'c')]));
  s = apply(s, live(3, [item(3, 'c')]));
  assert.deepEqual(s.threads.c.items.map((i) => i.version), [1, 2, 3]);
  assert.equal(s.threads.c.version, 3);
});

test('a thread that is not followed takes no frames: they would leave a gap', () => {
  let s = reading();
  s = apply(s, { t: 'thread.set', id: 'c', set: { live: false } });
  s = apply(s, live(9, [item(9, 'z')]));
  assert.equal(s.threads.c.version, 2);
  s = apply(s, { t: 'subscribed', stream: 'conversation:c', offset: 9, recovered: true });
  assert.equal(s.threads.c.live, false, 'a subscription from elsewhere does not make it whole');
  s = apply(s, { t: 'subscribed', stream: 'conversation:c', offset: 2, recovered: true });
  assert.equal(s.threads.c.live, true);
});

test('a thread too far behind is read anew', () => {
  const s = apply(reading(), { t: 'subscribed', stream: 'conversation:c', offset: 5000, recovered: false });
  assert.equal(s.threads.c, undefined);
});

test('older pages come before, without doubles', () => {
  let s = reading([item(5, 'e'), item(6, 'f')], 5);
  s = apply(s, { t: 'thread.set', id: 'c', set: { older: true } });
  s = apply(s, { t: 'thread.page', id: 'c', older: true, page: { version: 6, items: [item(3, 'c'), item(5, 'e')] } });
  assert.deepEqual(s.threads.c.items.map((i) => i.version), [3, 5, 6]);
  assert.equal(s.threads.c.before, 0);
});

test('statuses fold into their message, also within one frame', () => {
  let s = reading();
  s = apply(s, live(5, [ours(3, 'hi'), status(4, 'm3', 'queued'), status(5, 'm3', 'accepted')]));
  assert.equal(s.threads.c.items.at(-1).message.status.state, 'accepted');
  s = apply(s, live(6, [status(6, 'm3', 'read')]));
  s = apply(s, live(7, [status(7, 'm3', 'delivered')]));
  assert.equal(s.threads.c.items.at(-1).message.status.state, 'read');
  assert.equal(s.threads.c.items.length, 3, 'a status is no line');
});

test('a status never goes back, and evidence beats doubt', () => {
  const after = (...states) => states.map((state) => ({ message_id: 'm', state })).reduce((a, b) => further(a, b)).state;
  assert.equal(after('waiting', 'queued', 'ambiguous'), 'ambiguous');
  assert.equal(after('ambiguous', 'accepted'), 'accepted');
  assert.equal(after('accepted', 'ambiguous'), 'accepted');
  assert.equal(after('sent', 'failed'), 'failed');
  assert.equal(after('delivered', 'failed'), 'delivered');
  assert.equal(after('read', 'delivered'), 'read');
  assert.equal(after('ambiguous', 'queued', 'sent'), 'sent');
  assert.equal(after('failed', 'delivered'), 'delivered');
});

const sending = (id, text, more = {}) => ({ t: 'send', id: 'c', pending: { id, kind: 'text', text, at: 0, state: 'sending', body: {}, ...more } });

test('a bubble is replaced by its message, whichever of frame and result comes first', () => {
  let s = apply(reading(), sending('e1', 'hi'));
  s = apply(s, live(3, [ours(3, 'hi')]));
  assert.equal(s.pending.c, undefined, 'the frame came first');
  s = apply(s, { t: 'result', id: 'c', echo: 'e1', result: { message_id: 'm3' } });
  assert.equal(s.pending.c, undefined);

  s = apply(reading(), sending('e1', 'hi'));
  s = apply(s, { t: 'result', id: 'c', echo: 'e1', result: { message_id: 'm3' } });
  assert.equal(s.pending.c.length, 1, 'the result came first');
  s = apply(s, live(3, [ours(3, 'hi')]));
  assert.equal(s.pending.c, undefined);
});

test('two equal texts are two bubbles', () => {
  let s = apply(apply(reading(), sending('e1', 'ok')), sending('e2', 'ok'));
  s = apply(s, live(3, [ours(3, 'ok')]));
  assert.deepEqual(s.pending.c.map((p) => p.id), ['e2']);
});

test('a bubble of a colleague does not take ours', () => {
  let s = apply(reading(), sending('e1', 'hi'));
  const theirs = ours(3, 'hi');
  theirs.message.author = bruno;
  s = apply(s, live(3, [theirs]));
  assert.equal(s.pending.c.length, 1);
});

test('a refused send stays with its reason until somebody decides', () => {
  let s = apply(reading(), sending('e1', 'hi'));
  s = apply(s, { t: 'result', id: 'c', echo: 'e1', problem: { code: 'too_many_open' } });
  assert.equal(s.pending.c[0].state, 'failed');
  assert.equal(s.pending.c[0].text, 'hi');
  s = apply(s, { t: 'unsent', id: 'c', echo: 'e1' });
  assert.equal(s.pending.c, undefined);
});

test('a bubble whose message came with a page goes', () => {
  let s = apply(reading(), sending('e1', 'hi', { message: 'm3' }));
  s = apply(s, { t: 'thread.page', id: 'c', older: false, page: { version: 3, items: [item(1, 'a'), item(2, 'b'), ours(3, 'hi')] } });
  assert.equal(s.pending.c, undefined);
});

test('while a list holds, one that leaves and one that comes at once are both remembered', () => {
  let s = apply(opened([row('a', 1), row('b', 2)]), { t: 'list.hold', key, on: true });
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('c', 3) });
  s = apply(s, { t: 'batch', frames: [
    { t: 'row', epoch: 'e', offset: 2, row: { ...row('c', 4), phase: 'resolved' } }, { t: 'row', epoch: 'e', offset: 3, row: row('d', 5) },
  ] });
  assert.deepEqual(s.lists[key].waiting, ['d']);
  assert.equal(ids(apply(s, { t: 'list.show', key })), 'd b a');
});

test('presence counts each person once', () => {
  let s = reading();
  const tell = (state) => ({ t: 'presence', stream: 'conversation:c', presence: { who: { kind: 'agent', id: 'bruno', name: 'Bruno' }, state } });
  s = apply(apply(s, tell('viewing')), tell('typing'));
  assert.deepEqual(s.presence.c.map((p) => p.state), ['typing']);
  s = apply(s, tell('gone'));
  assert.equal(s.presence.c, undefined);
});

test('the inbox tells who is where, anew with each subscription', () => {
  const who = (id) => ({ kind: 'agent', id, name: id }), tell = (id, state) => ({ t: 'presence', stream: 'inbox', conversation: 'c', presence: { who: who(id), state } });
  let s = apply(opened([row('c', 2)]), tell('eva', 'viewing'));
  s = apply(s, { t: 'subscribed', stream: 'inbox', epoch: 'e', offset: 1, recovered: true, present: [{ conversation: 'c', who: who('bruno'), state: 'typing' }, { conversation: 'd', who: who('bruno'), state: 'viewing' }] });
  assert.deepEqual([s.presence.c, s.presence.d.length], [[{ who: who('bruno'), state: 'typing' }], 1]);
  s = apply(s, tell('bruno', 'gone'));
  assert.equal(s.presence.c, undefined);
  s = apply(apply(s, tell('eva', 'viewing')), { t: 'gone', stream: 'inbox', epoch: 'e', offset: 3, conversation: 'c', version: 9 });
  assert.equal(s.presence.c, undefined);
});

test('details are read once and grow by what the thread tells', () => {
  const note = (version) => item(version, 'n', { message: { id: `n${version}`, direction: 'note', kind: 'note', author: ana, content: { text: { body: 'x' } } } });
  const change = (version) => ({ version, at: at(version), type: 'owner', owner: { from: nobody, to: ana, by: ana, cause: 'claim', epoch: 1 } });
  let s = apply(reading(), { t: 'details.open', id: 'c', used: 1 });
  s = apply(s, live(3, [note(3)]));
  s = apply(s, { t: 'details', id: 'c', details: { username: 'helo', aliases: [{ kind: 'phone', value: '55' }], others: [row('o', 1)], history: [change(1)], notes: [note(3)] } });
  assert.deepEqual([s.details.c.state, s.details.c.items.map((i) => i.version), s.details.c.others, s.rows.o.id], ['ready', [1, 3], ['o'], 'o']);
  s = apply(s, { t: 'thread.set', id: 'c', set: { live: false } });
  s = apply(s, live(6, [change(4), item(5, 'no news'), note(6)]));
  assert.deepEqual(s.details.c.items.map((i) => i.version), [1, 3, 4, 6], 'also while the thread is read elsewhere');
  s = apply(s, { t: 'details', id: 'c', details: null });
  assert.equal(s.details.c.state, 'ready', 'what was read stays');
  for (let i = 0; i < 12; i++) s = apply(s, { t: 'details.open', id: `x${i}`, used: 10 + i });
  assert.deepEqual([Object.keys(s.details).length, s.details.c], [8, undefined]);
});

test('a closed window that a refusal told of opens with the next one', () => {
  let s = opened([row('c', 2, { window_closes_at: at(3) })]);
  s = apply(s, { t: 'shut', id: 'c' });
  assert.equal(s.shut.c, at(3));
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('c', 4, { window_closes_at: at(3) }) });
  assert.equal(s.shut.c, at(3));
  s = apply(s, { t: 'row', epoch: 'e', offset: 2, row: row('c', 5, { window_closes_at: at(50) }) });
  assert.equal(s.shut.c, undefined);
});

test('a refusal tells the owner before the row does, and an old one does not', () => {
  let s = opened([row('c', 2, { owner: { ...ana, epoch: 3 } })]);
  s = apply(s, { t: 'owner.is', id: 'c', owner: { ...bruno, epoch: 4 } });
  assert.equal(s.rows.c.owner.id, 'bruno');
  s = apply(s, { t: 'owner.is', id: 'c', owner: { ...ana, epoch: 3 } });
  assert.equal(s.rows.c.owner.id, 'bruno');
});

test('frames that nobody knows change nothing', () => {
  const s = reading();
  assert.equal(apply(s, { t: 'of the future', row: null }), s);
});

test('the reducer leaves what it was given alone', () => {
  const s = reading(), frozen = freeze(s);
  apply(frozen, live(4, [ours(3, 'x'), status(4, 'm3', 'sent')]));
  apply(frozen, { t: 'batch', frames: [{ t: 'row', epoch: 'e', offset: 1, row: row('n', 9) }] });
  apply(frozen, sending('e', 'x'));
  apply(frozen, { t: 'list.hold', key, on: true });
});

function freeze(value) {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

test('a thread opened in its middle takes no news until it was read to its end', () => {
  let s = opened([row('c', 9)]);
  s = apply(s, { t: 'thread.set', id: 'c', set: { used: 1 } });
  s = apply(s, { t: 'thread.middle', id: 'c', page: { version: 9, items: [item(3, 'c'), ours(4, 'd')], before: 3, after: 4 } });
  s = apply(s, { t: 'subscribed', stream: 'conversation:c', offset: 9, recovered: true });
  assert.equal(s.threads.c.live, false);
  s = apply(s, live(10, [item(10, 'news')]));
  assert.deepEqual(s.threads.c.items.map((i) => i.version), [3, 4], 'news would leave a gap');
  s = apply(s, { t: 'thread.set', id: 'c', set: { newer: true } });
  s = apply(s, { t: 'thread.newer', id: 'c', page: { version: 10, items: [item(6, 'f'), item(8, 'h')], after: 8 } });
  assert.equal(s.threads.c.after, 8);
  assert.equal(s.threads.c.before, 3, 'the beginning is where it was');
  s = apply(s, { t: 'thread.newer', id: 'c', page: { version: 10, items: [item(9, 'i')] } });
  assert.equal(s.threads.c.after, 8, 'a page that nobody asked for');
  s = apply(s, { t: 'thread.set', id: 'c', set: { newer: true } });
  s = apply(s, { t: 'thread.newer', id: 'c', page: { version: 10, items: [item(9, 'i'), item(10, 'news')] } });
  assert.equal(s.threads.c.version, 9, 'what happened since the first page is brought again, statuses too');
  s = apply(s, { t: 'subscribed', stream: 'conversation:c', offset: 9, recovered: true });
  s = apply(s, live(11, [item(10, 'news'), status(11, 'm4', 'read')]));
  assert.deepEqual(s.threads.c.items.map((i) => i.version), [3, 4, 6, 8, 9, 10]);
  assert.equal(s.threads.c.items[1].message.status.state, 'read');
});

test('the newest page ends a look into the middle', () => {
  let s = opened([row('c', 9)]);
  s = apply(s, { t: 'thread.set', id: 'c', set: { used: 1 } });
  s = apply(s, { t: 'thread.middle', id: 'c', page: { version: 9, items: [item(3, 'c')], before: 3, after: 3 } });
  assert.deepEqual([2, 3, 4].map((v) => holds(s.threads.c, v)), [false, true, false]);
  s = apply(s, { t: 'thread.page', id: 'c', older: false, page: { version: 9, items: [item(8, 'h'), item(9, 'i')], before: 8 } });
  assert.deepEqual(s.threads.c.items.map((i) => i.version), [8, 9]);
  assert.equal(s.threads.c.after, 0);
  assert.deepEqual([7, 8, 99].map((v) => holds(s.threads.c, v)), [false, true, true]);
  assert.equal(holds(undefined, 1), false);
});

test('what the server found stays in the list of a search', () => {
  const of = { ...all, q: 'boutique' }; // a username, which rows do not have
  let s = opened([row('a', 1)], of);
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('a', 5) });
  s = apply(s, { t: 'row', epoch: 'e', offset: 2, row: row('b', 6) });
  assert.equal(ids(s, listKey(of)), 'a');
  s = apply(s, { t: 'row', epoch: 'e', offset: 3, row: row('a', 7, { phase: 'resolved' }) });
  assert.equal(ids(s, listKey(of)), '', 'unless it leaves the view');
});

test('what becomes of a file goes into its message, live, in the page and after an answer', () => {
  const picture = (version, media) => item(version, '', { message: { id: `w${version}`, direction: 'in', kind: 'media', author: { kind: 'contact' }, content: { kind: 'media', media: { type: 'image' } }, media } });
  const wanted = { message_id: 'w1', state: 'wanted' }, kept = { message_id: 'w1', state: 'kept', size: 9 };
  let s = reading([picture(1, wanted)]);
  const now = () => s.threads.c.items[0].message.media;
  s = apply(s, live(2, [{ version: 2, type: 'media', media: { message_id: 'w1', state: 'failed', reason: 'unavailable', again: true } }]));
  assert.equal(now().state, 'failed');
  s = apply(s, { t: 'media', id: 'c', media: wanted });
  assert.equal(now().state, 'wanted');
  s = apply(s, live(3, [{ version: 3, type: 'media', media: kept }]));
  assert.deepEqual(now(), kept);
  assert.equal(s.threads.c.items.length, 1, 'it is no line of its own');
  s = apply(s, live(5, [picture(4, { message_id: 'w4', state: 'wanted' }), { version: 5, type: 'media', media: { message_id: 'w4', state: 'kept' } }]));
  assert.equal(s.threads.c.items[1].message.media.state, 'kept', 'both in one frame');
  assert.equal(apply(s, { t: 'media', id: 'unknown', media: kept }), s);
});
