// The one socket: identify, subscribe, command, and coming back after a cut with
// the positions. It knows no state; it is given functions.

import { batcher } from './batch.js';

const pingEvery = 20_000;
const patience = 6_000; // without an answer to a ping the connection is dead
const doubt = 500; // the same, when the browser says that there is no network: a server on this machine still answers
const knock = 12_000; // from opening to ready; the server may take five seconds to find its place
const longest = 6_000; // between two tries: who waits for a server looks at the screen

const atOnce = 16; // commands without a result; with 32 frames waiting the server hangs up

/**
 * @typedef {{
 *   csrf: () => string,
 *   onFrames: (frames: import('../core/frames.js').SocketFrame[]) => void,
 *   onNet: (net: Partial<import('../core/types.js').Net>) => void,
 *   onReady: (frame: any) => void,
 *   onRefused: (code: number) => void,
 * }} Handlers
 */

export class Socket {
  /** @param {Handlers} on */
  constructor(on) {
    this.on = on;
    this.tries = 0;
    this.live = false;
    this.wanted = false;
    /**
     * Commands without a result, in order; sent again after a cut.
     * @type {Map<string, {frame: any, done: (frame: any) => void}>}
     */
    this.commands = new Map();
    /** Those of them that this connection was asked. @type {Set<string>} */
    this.asked = new Set();
    /** @type {WebSocket|null} */
    this.ws = null;
    this.lastAt = 0;
    this.timer = 0;
    this.ping = 0;
    this.door = 0; // when a server that does not answer is given up
    this.frames = batcher((frames) => this.on.onFrames(frames));
  }

  open() {
    this.wanted = true;
    clearTimeout(this.timer);
    this.drop();
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const ws = this.ws = new WebSocket(`${scheme}//${location.host}/api/v1/ws`);
    ws.onmessage = (event) => { if (ws === this.ws) this.read(JSON.parse(event.data)); };
    ws.onclose = (event) => { if (ws === this.ws) this.closed(event.code); };
    this.door = setTimeout(() => { if (ws === this.ws && !this.live) this.closed(1006); }, knock);
  }

  close() {
    this.wanted = false;
    this.live = false;
    clearTimeout(this.timer);
    this.drop();
  }

  drop() {
    clearInterval(this.ping);
    clearTimeout(this.door);
    const ws = this.ws;
    this.ws = null;
    if (ws) { ws.onmessage = ws.onclose = null; ws.close(); }
  }

  /** @param {any} frame */
  read(frame) {
    this.lastAt = Date.now();
    switch (frame.t) {
      case 'hello':
        this.frames.push(frame);
        this.send({ t: 'identify', csrf: this.on.csrf(), client: 'inbox' });
        return;
      case 'ready': this.ready(frame); return;
      case 'result': this.result(frame); return;
    }
    this.frames.push(frame);
  }

  ready(frame) {
    this.tries = 0;
    this.live = true;
    clearInterval(this.ping);
    this.ping = setInterval(() => this.check(patience), pingEvery);
    this.frames.push(frame);
    this.frames.flush();
    this.on.onNet({ phase: 'live', code: 0, nextAt: 0, lastAt: this.lastAt });
    this.on.onReady(frame);
    this.asked.clear();
    this.give();
  }

  /** Asks for what waits, the oldest first. */
  give() {
    for (const [id, { frame }] of this.commands) {
      if (!this.live || this.asked.size >= atOnce) return;
      if (!this.asked.has(id) && this.send(frame)) this.asked.add(id);
    }
  }

  result(frame) {
    const waiting = this.commands.get(frame.id);
    this.commands.delete(frame.id);
    this.asked.delete(frame.id);
    this.give();
    this.frames.flush(); // what led to the result comes before it
    waiting?.done(frame);
  }

  /** Asks whether the other side is there. @param {number} within milliseconds */
  check(within) {
    if (!this.live || !this.ws) return;
    const ws = this.ws, asked = Date.now();
    this.send({ t: 'ping', ref: 'alive' });
    setTimeout(() => { if (ws === this.ws && this.lastAt < asked) this.closed(1006); }, within);
  }

  /** The browser says that there is no network: whether it is so shows at once. */
  suspect() { this.check(doubt); }

  /** @param {number} code */
  closed(code) {
    const wasLive = this.live;
    this.live = false;
    this.drop();
    this.frames.flush();
    if (!this.wanted) return;
    if (code >= 4500 && code < 5000) {
      this.on.onNet({ phase: 'stopped', code, since: Date.now(), lastAt: this.lastAt });
      this.on.onRefused(code);
      return;
    }
    const base = code === 4003 && this.tries === 0 ? 0 : Math.min(longest, 1000 * 2 ** this.tries);
    const pause = wasLive && this.tries === 0 ? 200 + Math.random() * 300 : base * (0.6 + Math.random() * 0.4);
    this.tries++;
    this.on.onNet({ phase: 'cut', code, nextAt: Date.now() + pause, lastAt: this.lastAt,
      ...(wasLive ? { since: Date.now() } : {}) });
    if (code === 4003) this.on.onRefused(code);
    this.timer = setTimeout(() => this.open(), pause);
  }

  /** Tries now: somebody asked, or the network is said to be back. */
  retry() {
    if (!this.wanted) return;
    if (this.live) { this.check(1500); return; }
    this.tries = 0;
    this.open();
  }

  /** @param {any} frame @returns {boolean} whether it left */
  send(frame) {
    if (this.ws?.readyState !== WebSocket.OPEN) return false;
    this.ws.send(JSON.stringify(frame));
    return true;
  }

  /**
   * Gives a command once, over as many connections as it takes.
   * @param {string} id @param {string} conversation @param {string} type @param {any} body
   * @returns {Promise<any>} the result frame
   */
  command(id, conversation, type, body) {
    return new Promise((done) => {
      const frame = { t: 'command', id, conversation, type, body };
      this.commands.set(id, { frame, done });
      this.give();
    });
  }
}
