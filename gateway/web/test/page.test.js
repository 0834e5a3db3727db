// Parts that know the page: its address, and whether it is looked at.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batcher } from '../app/wire/batch.js';

/** @type {any} */ (globalThis).location = { pathname: '/inbox/mine', search: '' };
const { parse } = await import('../app/shell/router.js');
const { Socket } = await import('../app/wire/socket.js');

test('any address can be opened', () => {
  const at = (/** @type {string} */ path, search = '') => parse({ pathname: path, search });
  assert.equal(at('/inbox/all/1:c%C3%A9').id, '1:cé');
  for (const bad of ['/inbox/all/%E0', '/inbox/all/%', '/inbox/all/%E0%A4%A']) assert.deepEqual([at(bad).view, at(bad).id], ['all', '']);
  const odd = at('/inbox/all', '?window=x&turn=y&unread=z&sort=w&at=-1');
  assert.deepEqual([odd.window, odd.turn, odd.unread, odd.sort, odd.at], ['', '', '', 'newest', '']);
  const good = at('/inbox/all/1:c', '?window=closing&turn=us&unread=1&sort=oldest&at=7&owner=nobody&number=1,2');
  assert.deepEqual([good.window, good.turn, good.unread, good.sort, good.at, good.owner, good.number], ['closing', 'us', '1', 'oldest', '7', 'nobody', '1,2']);
  assert.equal(at('/inbox/all', `?q=${'a'.repeat(300)}`).q.length, 100);
});

test('frames that wait for a picture are taken when the page is hidden', () => {
  /** @type {(() => void)[]} */
  const hears = [];
  /** @type {any} */
  const page = globalThis;
  page.document = { hidden: false, addEventListener: (/** @type {string} */ _, /** @type {() => void} */ f) => hears.push(f) };
  page.requestAnimationFrame = () => 0; // it never comes
  /** @type {any[]} */
  const taken = [];
  const frames = batcher((all) => taken.push(...all));
  frames.push(1);
  assert.deepEqual(taken, []);
  page.document.hidden = true;
  for (const f of hears) f();
  assert.deepEqual(taken, [1]);
});

/** The connections that were opened, each with what was sent over it. */
function wires() {
  /** @type {any[]} */
  const lines = [];
  class Line {
    static OPEN = 1;
    readyState = 1;
    /** @type {any[]} */
    sent = [];
    constructor() { lines.push(this); }
    /** @param {string} data */
    send(data) { this.sent.push(JSON.parse(data)); }
    close() {}
    asked() { return this.sent.filter((f) => f.t === 'command').map((f) => f.id); }
  }
  /** @type {any} */ (globalThis).WebSocket = Line;
  return lines;
}
const nothing = () => {};

test('when the browser says that the network is gone, half a second shows whether it is', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  const lines = wires();
  /** @type {string[]} */
  const phases = [];
  const socket = new Socket({ csrf: () => '', onFrames: nothing, onNet: (net) => phases.push(net.phase ?? ''), onReady: nothing, onRefused: nothing });
  t.after(() => socket.close());
  socket.open();
  socket.read({ t: 'ready' });
  t.mock.timers.tick(1);
  socket.suspect();
  socket.read({ t: 'pong' }); // a server on this machine is there without any network
  t.mock.timers.tick(500);
  assert.deepEqual(phases, ['live']);
  t.mock.timers.tick(1);
  socket.suspect();
  t.mock.timers.tick(500);
  assert.deepEqual(phases, ['live', 'cut']);
  assert.deepEqual(lines[0].sent.map((f) => f.t), ['ping', 'ping']);
  socket.retry(); // it is back: at once, without waiting for the next try
  assert.equal(lines.length, 2);
});

test('what was asked for during a cut is asked a few at a time, in order and again after the next cut', (t) => {
  const lines = wires();
  const socket = new Socket({ csrf: () => '', onFrames: nothing, onNet: nothing, onReady: nothing, onRefused: nothing });
  t.after(() => socket.close());
  const names = Array.from({ length: 40 }, (_, n) => `c${n}`);
  for (const name of names) void socket.command(name, 'x', 'notes', {});
  socket.open();
  socket.read({ t: 'ready' });
  const few = lines[0].asked();
  assert.ok(few.length > 0 && few.length <= 16, `${few.length} at once`); // the server keeps 32 frames
  socket.read({ t: 'result', id: few[0] });
  assert.deepEqual(lines[0].asked(), names.slice(0, few.length + 1));
  socket.open(); // after a cut
  socket.read({ t: 'ready' });
  assert.deepEqual(lines[1].asked(), names.slice(1, few.length + 1));
  for (const name of names.slice(1)) {
    assert.ok(lines[1].asked().includes(name));
    socket.read({ t: 'result', id: name });
  }
  assert.deepEqual(lines[1].asked(), names.slice(1));
});
