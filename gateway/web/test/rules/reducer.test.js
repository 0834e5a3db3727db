import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../app/core/reducer.js';
import { ana, at, bruno, nobody, row, key, opened, ids, item, ours, status, reading, live, sending } from './given.js';

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
  s = apply(s, { t: 'details', id: 'c', details: { username: 'helo', aliases: [{ kind: 'phone', value: '55' }], others: [row('o', 1)], probably: [row('p', 1)], history: [change(1)], notes: [note(3)] } });
  assert.deepEqual([s.details.c.state, s.details.c.items.map((i) => i.version), s.details.c.others, s.rows.o.id, s.details.c.probably, s.rows.p.id], ['ready', [1, 3], ['o'], 'o', ['p'], 'p']);
  s = apply(s, { t: 'thread.set', id: 'c', set: { live: false } });
  s = apply(s, live(6, [change(4), item(5, 'no news'), note(6)]));
  assert.deepEqual(s.details.c.items.map((i) => i.version), [1, 3, 4, 6], 'also while the thread is read elsewhere');
  s = apply(s, { t: 'details', id: 'c', details: null });
  assert.equal(s.details.c.state, 'ready', 'what was read stays');
  for (let i = 0; i < 12; i++) s = apply(s, { t: 'details.open', id: `x${i}`, used: 10 + i });
  assert.deepEqual([Object.keys(s.details).length, s.details.c], [8, undefined]);
});

test('what a person allows follows the lines of the thread', () => {
  const told = (version, type) => item(version, 's', { message: { id: `s${version}`, direction: 'in', kind: 'system', author: nobody, content: { system: { type } } } });
  let s = apply(reading(), { t: 'details.open', id: 'c', used: 1 });
  s = apply(s, { t: 'details', id: 'c', details: { aliases: [], others: [], history: [], notes: [], marketing_stopped: { since: at(1), by: 'meta' } } });
  assert.equal(s.details.c.marketingStopped?.by, 'meta');
  s = apply(s, live(3, [told(3, 'marketing_resume')]));
  assert.equal(s.details.c.marketingStopped, null);
  s = apply(s, live(5, [told(4, 'marketing_stop'), told(5, 'blocked')]));
  assert.deepEqual([s.details.c.marketingStopped?.by, s.details.c.blocked?.by], ['customer', 'agent']);
  s = apply(s, live(6, [told(6, 'unblocked')]));
  assert.deepEqual([s.details.c.blocked, !!s.details.c.marketingStopped], [null, true]);
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

test('numbers: whose team has none is not told that nothing is connected', () => {
  const numbers = [{ id: '1', team_id: 'red', display: '', name: '' }];
  let s = opened([]);
  assert.equal(s.connected, -1, 'not known');
  s = apply(s, { t: 'people', at: 1, numbers: [], connected: 2 });
  assert.deepEqual([s.numbers, s.connected], [[], 2], 'the company has two');
  s = apply(s, { t: 'people', at: 2 });
  assert.equal(s.connected, 2, 'a failed look changes nothing');
  s = apply(s, { t: 'people', at: 3, numbers: [], connected: 0 });
  assert.equal(s.connected, 0);
  s = apply(s, { t: 'people', at: 4, numbers, connected: 1 });
  assert.deepEqual([s.numbers, s.connected], [numbers, 1]);
});
