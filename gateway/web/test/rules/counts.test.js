import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../app/core/reducer.js';
import { ana, row, all, tally, count, counting } from './given.js';

test('counts move with the rows, at once', () => {
  let s = counting([row('a', 1)], { mine: count(5, 0), unclaimed: count(5, 1), all: count(5, 1), resolved: count(5, 0) });
  const due = s.countsDue;
  s = apply(s, { t: 'row', epoch: 'e', offset: 6, row: row('a', 2, { owner: ana }) });
  assert.deepEqual([s.counts.mine.n, s.counts.unclaimed.n, s.counts.all.n, s.counts.mine.numbers[1].n], [1, 0, 1, 1]);
  s = apply(s, { t: 'row', epoch: 'e', offset: 7, row: row('a', 3, { owner: ana, unread: 0, turn: 'customer' }) });
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
