import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../app/core/reducer.js';
import { bruno, item, ours, reading, live, sending } from './given.js';

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
