import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, initial } from '../../app/core/reducer.js';
import { listKey } from '../../app/core/list.js';
import { further, holds } from '../../app/core/thread.js';
import { me, ana, bruno, at, row, all, opened, ids, key } from './given.js';

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

test('while a list holds, one that leaves and one that comes at once are both remembered', () => {
  let s = apply(opened([row('a', 1), row('b', 2)]), { t: 'list.hold', key, on: true });
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('c', 3) });
  s = apply(s, { t: 'batch', frames: [
    { t: 'row', epoch: 'e', offset: 2, row: { ...row('c', 4), phase: 'resolved' } }, { t: 'row', epoch: 'e', offset: 3, row: row('d', 5) },
  ] });
  assert.deepEqual(s.lists[key].waiting, ['d']);
  assert.equal(ids(apply(s, { t: 'list.show', key })), 'd b a');
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

test('what one brings back oneself stands in its place at once, in a held list too', () => {
  let s = opened([row('c', 9), row('b', 5), row('a', 1)]);
  s = apply(s, { t: 'row', epoch: 'e', offset: 1, row: row('b', 6, { phase: 'resolved' }) });
  assert.equal(ids(s), 'c a');
  s = apply(s, { t: 'list.hold', key, on: true });
  s = apply(s, { t: 'back', id: 'b' });
  s = apply(s, { t: 'row', epoch: 'e', offset: 2, row: row('b', 7) });
  s = apply(s, { t: 'row', epoch: 'e', offset: 3, row: row('n', 8) });
  assert.equal(ids(s), 'c b a');
  assert.deepEqual(s.lists[key].waiting, ['n'], 'what is news waits');
  s = apply(s, { t: 'row', epoch: 'e', offset: 4, row: row('b', 9, { phase: 'resolved' }) });
  s = apply(s, { t: 'list.show', key });
  s = apply(s, { t: 'row', epoch: 'e', offset: 5, row: row('b', 10) });
  assert.deepEqual(s.lists[key].waiting, ['b'], 'brought back once, not for good');
});
