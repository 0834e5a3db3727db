// Frames that are lost, doubled or out of order: tables of what comes, and what
// stands afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listKey } from '../../app/core/list.js';
import { apply } from '../../app/core/reducer.js';
import { all, ana, at, bruno, count, counting, ids, item, key, live, opened, ours, reading, row, sending, status, tally } from './given.js';

const each = (s, frames) => frames.reduce(apply, s);
/** Every order of some things. */
const orders = (list) => (list.length < 2 ? [list] : list.flatMap((x, n) => orders(list.toSpliced(n, 1)).map((rest) => [x, ...rest])));

/** What happens to two conversations that nobody has: one is claimed and resolved, one read and claimed by a colleague. */
const told = (offset, more) => ({ t: 'row', epoch: 'e', offset, row: more });
const happened = {
  aClaimed: told(6, row('a', 3, { owner: ana })),
  aResolved: told(7, row('a', 4, { owner: ana, phase: 'resolved' })),
  bRead: told(8, row('b', 5, { unread: 0 })),
  bClaimed: told(9, row('b', 6, { owner: bruno, unread: 0 })),
};
const { aClaimed, aResolved, bRead, bClaimed } = happened;
const views = { mine: count(5, 0), unclaimed: count(5, 2), all: count(5, 2), resolved: count(5, 0) };
const before = () => counting([row('b', 2), row('a', 1)], views);
const shown = (s) => ({
  list: ids(s), a: s.rows.a?.version, b: s.rows.b?.version, waits: [s.counts.unclaimed.n, s.counts.mine.n, s.counts.all.n, s.counts.resolved.n], unread: s.counts.all.unread,
});
const atTheEnd = { list: 'b', a: 5, b: 7, waits: [0, 0, 1, 1], unread: 0 };

for (const [name, frames, want] of [
  ['in order', [aClaimed, aResolved, bRead, bClaimed], atTheEnd],
  ['each twice', [aClaimed, aClaimed, aResolved, aResolved, bRead, bRead, bClaimed, bClaimed], atTheEnd],
  ['all of it twice', [aClaimed, aResolved, bRead, bClaimed, aClaimed, aResolved, bRead, bClaimed], atTheEnd],
  ['the later of each alone', [aResolved, bClaimed], atTheEnd],
  ['the last is lost', [aClaimed, aResolved, bRead], { list: 'b', a: 5, b: 6, waits: [1, 0, 1, 1], unread: 0 }],
  ['all is lost', [], { list: 'b a', a: 2, b: 3, waits: [2, 0, 2, 0], unread: 2 }],
]) {
  test(`rows and counts: ${name}`, () => {
    assert.deepEqual(shown(each(before(), frames)), want);
    assert.deepEqual(shown(apply(before(), { t: 'batch', frames })), want, 'in one batch');
  });
}

test('rows and counts: every order ends alike, and the server’s count of then changes nothing', () => {
  const answer = {
    mine: count(9, 0), unclaimed: count(9, 0), all: count(9, 1, { ...tally(1, 1, 0, 0), numbers: { 1: tally(1, 1, 0, 0) } }), resolved: count(9, 1),
  };
  for (const frames of orders([aClaimed, aResolved, bRead, bClaimed])) {
    const s = each(before(), frames);
    assert.deepEqual(shown(s), atTheEnd);
    const counted = apply(s, { t: 'counts', views: answer });
    assert.deepEqual([shown(counted), counted.moves], [atTheEnd, []]);
  }
});

test('rows and counts: what a page told before its frame is counted once, by the server', () => {
  let s = apply(before(), { t: 'rows', rows: [aResolved.row] });
  const due = s.countsDue;
  assert.deepEqual([ids(s), s.counts.all.n], ['b', 2], 'nobody knows whether it was counted');
  s = each(s, [aClaimed, aResolved]);
  assert.deepEqual([ids(s), s.counts.all.n, s.countsDue], ['b', 2, due], 'the frames bring nothing new');
  s = apply(s, { t: 'counts', views: { ...views, all: count(7, 1) } });
  assert.equal(s.counts.all.n, 1);
});

for (const [name, frames, want] of [
  ['and is not told of again', [], { list: 'b', a: undefined, all: 1 }],
  ['twice', ['gone'], { list: 'b', a: undefined, all: 1 }],
  ['and comes back', [told(9, row('a', 7))], { list: 'a b', a: 8, all: 1 }], // from elsewhere: the server counts
  ['after it came back', [told(9, row('a', 7)), 'gone'], { list: 'a b', a: 8, all: 1 }],
]) {
  test(`a conversation goes ${name}`, () => {
    const gone = { t: 'gone', stream: 'inbox', epoch: 'e', offset: 8, conversation: 'a', version: 6 };
    const s = each(before(), [gone, ...frames.map((f) => (f === 'gone' ? gone : f))]);
    assert.deepEqual({ list: ids(s), a: s.rows.a?.version, all: s.counts.all.n }, want);
  });
}

for (const [name, frame, want] of [
  ['a stream that goes on', { t: 'subscribed', stream: 'inbox', epoch: 'e', offset: 9, recovered: true }, { feed: 6, refetch: 0, moves: 1 }],
  ['a stream that was cut for too long', { t: 'subscribed', stream: 'inbox', epoch: 'e', offset: 9, recovered: false }, { feed: 9, refetch: 1, moves: 0 }],
  ['another epoch', { t: 'subscribed', stream: 'inbox', epoch: 'f', offset: 2, recovered: false }, { feed: 2, refetch: 1, moves: 0 }],
  ['a reader that was too slow', { t: 'resync', stream: 'inbox', epoch: 'e', offset: 9 }, { feed: 9, refetch: 1, moves: 0 }],
]) {
  test(`resync: ${name}`, () => {
    const s = apply(apply(apply(before(), aClaimed), sending('e1', 'hi')), frame);
    assert.deepEqual({ feed: s.feed.offset, refetch: s.refetch, moves: s.moves.length }, want);
    assert.deepEqual([ids(s), s.rows.a.owner.id, s.pending.c.length], ['a b', 'ana', 1], 'what is on the screen and under way stays');
  });
}

test('resync: a frame of before the answer does not bring back what the answer ended', () => {
  let s = apply(before(), { t: 'resync', stream: 'inbox', epoch: 'e', offset: 9 });
  s = apply(s, { t: 'list.set', key, set: { touched: [] } });
  s = apply(s, { t: 'list.page', key, first: true, page: { conversations: [bClaimed.row] } });
  s = apply(s, { t: 'rows', rows: [aResolved.row] });
  assert.equal(ids(each(s, [aClaimed, bRead])), 'b');
});

const early = { ...item(4, 'early'), place_ms: Date.parse(at(1)) + 1 };
for (const [name, frames, want] of [
  ['one after the other', [live(3, [item(3, 'c')]), live(4, [early])], [1, 4, 2, 3]],
  ['each twice', [live(3, [item(3, 'c')]), live(3, [item(3, 'c')]), live(4, [early]), live(4, [early])], [1, 4, 2, 3]],
  ['in one frame', [live(4, [item(3, 'c'), early])], [1, 4, 2, 3]],
  ['with what is known', [live(4, [item(1, 'a'), item(2, 'b'), item(3, 'c'), early])], [1, 4, 2, 3]],
  ['by a page, then by frames', [{ t: 'thread.page', id: 'c', older: false, page: { version: 4, items: [item(1, 'a'), item(2, 'b'), item(3, 'c'), early] } }, live(3, [item(3, 'c')]), live(4, [early])], [1, 4, 2, 3]],
  ['by frames, then by a page of before', [live(3, [item(3, 'c')]), live(4, [early]), { t: 'thread.page', id: 'c', older: false, page: { version: 3, items: [item(1, 'a'), item(2, 'b'), item(3, 'c')] } }], [1, 4, 2, 3]],
]) {
  test(`a thread by place, then version: ${name}`, () => {
    const s = each(reading(), frames);
    assert.deepEqual([s.threads.c.items.map((i) => i.version), s.threads.c.version], [want, 4]);
  });
}

test('statuses: every order, doubled and with losses, ends at what reached furthest', () => {
  const states = ['queued', 'accepted', 'delivered', 'read'];
  const frames = states.map((state, n) => live(4 + n, [status(4 + n, 'm3', state)]));
  for (const some of orders(frames)) {
    for (const way of [some, [...some, ...some], some.filter((f) => f.items[0].status.state !== 'delivered')]) {
      assert.equal(each(apply(reading(), live(3, [ours(3, 'hi')])), way).threads.c.items.at(-1).message.status.state, 'read');
    }
  }
});

test('a send: frame, frame again, result, result again and page, in every order, are one message', () => {
  const frame = live(3, [ours(3, 'hi')]), result = { t: 'result', id: 'c', echo: 'e1', result: { message_id: 'm3' } };
  const page = { t: 'thread.page', id: 'c', older: false, page: { version: 3, items: [item(1, 'a'), item(2, 'b'), ours(3, 'hi')] } };
  for (const way of orders([frame, frame, result, result, page])) {
    const s = each(apply(reading(), sending('e1', 'hi')), way);
    assert.deepEqual([s.pending.c, s.threads.c.items.map((i) => i.version)], [undefined, [1, 2, 3]]);
  }
});

for (const [name, frames, want] of [
  ['without an answer', [], ['e1 sending', 'e2 sending']],
  ['the first is refused', [{ t: 'result', id: 'c', echo: 'e1', problem: { code: 'internal' } }], ['e1 failed', 'e2 sending']],
  ['the second is accepted, its message lost', [{ t: 'result', id: 'c', echo: 'e2', result: { message_id: 'm3' } }], ['e1 sending', 'e2 sending']],
  ['the second is there', [{ t: 'result', id: 'c', echo: 'e2', result: { message_id: 'm3' } }, live(3, [ours(3, 'ok')])], ['e1 sending']],
  ['a refusal is told twice', [0, 0].map(() => ({ t: 'result', id: 'c', echo: 'e1', problem: { code: 'internal' } })), ['e1 failed', 'e2 sending']],
  ['an answer to nothing', [{ t: 'result', id: 'c', echo: 'e9', result: { message_id: 'm9' } }], ['e1 sending', 'e2 sending']],
]) {
  test(`two equal sends: ${name}`, () => {
    const s = each(each(reading(), [sending('e1', 'ok'), sending('e2', 'ok')]), frames);
    assert.deepEqual(s.pending.c.map((p) => `${p.id} ${p.state}`), want);
  });
}

test('lists: each view has what belongs there, whatever was lost before', () => {
  const names = ['mine', 'unclaimed', 'all', 'snoozed', 'resolved'];
  let s = opened([row('a', 1), row('b', 2)]);
  for (const view of names) {
    const of = { ...all, view };
    s = apply(s, { t: 'list.open', key: listKey(of), ...of, used: 2 });
    s = apply(s, { t: 'list.page', key: listKey(of), first: true, page: { conversations: view === 'unclaimed' ? [row('a', 1), row('b', 2)] : [] } });
  }
  s = each(s, [aResolved, bClaimed]);
  assert.deepEqual(names.map((view) => ids(s, listKey({ ...all, view }))), ['', '', 'b', '', 'a']);
});

test('an answer that was under way when a conversation went does not bring it back', () => {
  const gone = { t: 'gone', stream: 'inbox', epoch: 'e', offset: 6, conversation: 'a', version: 3 };
  const s = each(before(), [{ t: 'list.set', key, set: { touched: [] } }, gone]);
  const page = { t: 'list.page', key, first: true, page: { conversations: [row('b', 2), row('a', 1)] } };
  for (const answer of [page, { t: 'rows', rows: [row('a', 1)] }, { t: 'rows', rows: [row('a', 2)] }]) {
    assert.deepEqual([ids(apply(s, answer)), apply(s, answer).rows.a], ['b', undefined]);
  }
  assert.equal(ids(apply(s, { t: 'rows', rows: [row('a', 3)] })), 'a b', 'a newer one is back');
  assert.equal(apply(apply(s, { t: 'rights' }), { t: 'rows', rows: [row('a', 1)] }).rows.a.version, 2, 'other rights begin anew');
});

test('a list that was held while it was read anew loses what went unheard, once it may move', () => {
  const held = each(before(), [{ t: 'list.hold', key, on: true }, { t: 'resync', stream: 'inbox', epoch: 'e', offset: 9 }, { t: 'list.set', key, set: { touched: [] } }]);
  const s = apply(held, { t: 'list.page', key, first: true, page: { conversations: [row('c', 5), row('b', 2)] } });
  assert.deepEqual([ids(s), s.lists[key].waiting], ['b a', ['c']], 'nothing moves');
  assert.equal(ids(apply(s, { t: 'list.hold', key, on: false })), 'c b');
  const back = apply(s, { t: 'row', epoch: 'e', offset: 10, row: row('a', 6) });
  assert.equal(ids(apply(back, { t: 'list.hold', key, on: false })), 'a c b', 'unless it was told of since');
});
