import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply } from '../../app/core/reducer.js';
import { further, holds } from '../../app/core/thread.js';
import { ana, at, row, opened, item, ours, status, reading, live } from './given.js';

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

test('what has a place is a line, of whatever type', () => {
  const s = apply(reading(), live(4, [{ ...item(3), type: 'waved', message: undefined, by: ana, place_ms: Date.parse(at(3)) },
    { version: 4, at: at(4), type: 'read', by: ana }]));
  assert.deepEqual(s.threads.c.items.map((i) => i.type), ['message', 'message', 'waved']);
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

/** What arrived as a version, and stands at a minute. */
const placed = (version, minute, body) => ({ ...item(version, body), place_ms: Date.parse(at(minute)) });
const versions = (s) => s.threads.c.items.map((i) => i.version).join(' ');

test('what arrives late stands where it was written', () => {
  let s = reading([placed(1, 1, 'a'), placed(2, 5, 'd')]);
  s = apply(s, live(3, [placed(3, 3, 'c')]));
  s = apply(s, live(4, [placed(4, 2, 'b')]));
  s = apply(s, live(4, [placed(4, 2, 'b')]));
  assert.equal(versions(s), '1 4 3 2');
  s = apply(s, live(5, [placed(5, 5, 'in the same moment')]));
  assert.equal(versions(s), '1 4 3 2 5', 'then the order of arrival');
  assert.equal(s.threads.c.version, 5);
});

test('pages merge by place, whichever brings the late item', () => {
  let s = reading([placed(7, 9, 'e'), placed(8, 2, 'late'), placed(9, 10, 'f')], 7);
  assert.equal(versions(s), '8 7 9');
  assert.deepEqual([holds(s.threads.c, 7), holds(s.threads.c, 9), holds(s.threads.c, 6)], [true, true, false], 'it is read by versions');
  s = apply(s, { t: 'thread.set', id: 'c', set: { older: true } });
  s = apply(s, { t: 'thread.page', id: 'c', older: true, page: { version: 9, items: [placed(3, 1, 'a'), placed(4, 3, 'c')] } });
  assert.equal(versions(s), '3 8 4 7 9');
  s = apply(s, { t: 'thread.middle', id: 'c', page: { version: 12, items: [placed(3, 4, 'b'), placed(4, 3, 'a')], after: 4 } });
  assert.equal(versions(s), '4 3');
  s = apply(s, { t: 'thread.set', id: 'c', set: { newer: true } });
  s = apply(s, { t: 'thread.newer', id: 'c', page: { items: [placed(5, 2, 'older')] } });
  assert.equal(versions(s), '5 4 3');
});

test('news that come after newer ones are not lost', () => {
  let s = reading([placed(4, 1, 'a'), placed(6, 5, 'd')], 4);
  s = apply(s, live(9, [placed(9, 6, 'e')]));
  s = apply(s, live(8, [placed(8, 3, 'c')]));
  s = apply(s, live(7, [placed(7, 2, 'b')]));
  assert.equal(versions(s), '4 7 8 6 9');
  assert.equal(s.threads.c.version, 9, 'the place in the stream does not go back');
  s = apply(s, live(9, [placed(3, 2, 'of an older page'), placed(8, 3, 'told again')]));
  assert.equal(versions(s), '4 7 8 6 9', 'what was not read yet comes with its page');
});

test('a message told again keeps what became of it', () => {
  let s = reading([ours(2, 'hi')]);
  s = apply(s, live(3, [status(3, 'm2', 'read')]));
  s = apply(s, live(3, [ours(2, 'hi')]));
  assert.equal(s.threads.c.items[0].message.status.state, 'read');
});
