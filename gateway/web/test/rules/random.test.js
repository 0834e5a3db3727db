// A server and a page play at random: changes, cuts, lost and doubled frames,
// answers that come late. Whenever it is quiet, the page has what the server has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inView, listKey } from '../../app/core/list.js';
import { apply, initial } from '../../app/core/reducer.js';
import { all, ana, bruno, me, nobody } from './given.js';

const replay = 40; // frames that the server keeps for who comes back
const names = ['mine', 'unclaimed', 'all', 'snoozed', 'resolved'];
const keys = names.map((view) => listKey({ ...all, view }));

/** Numbers below n, the same ones for the same seed (mulberry32). */
function chance(seed) {
  return (n) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
}

/** The truth: conversations, and the stream that tells of them. */
class Server {
  constructor(below) {
    this.below = below;
    this.rows = new Map();
    this.elsewhere = new Map(); // of a team that the person is not in
    this.epoch = 1;
    this.offset = 0;
    this.frames = [];
    this.minute = 0;
    this.ids = 0;
  }

  one(list) { return list[this.below(list.length)]; }

  tell(frame) {
    this.frames.push({ ...frame, epoch: `e${this.epoch}`, offset: ++this.offset });
    this.frames = this.frames.slice(-replay);
    return this.frames.at(-1);
  }

  put(row) {
    this.rows.set(row.id, row);
    return this.tell({ t: 'row', row });
  }

  said(row, outbound, unread) {
    const at = new Date(Date.UTC(2026, 0, 1) + ++this.minute * 60_000).toISOString();
    return { ...row, unread, turn: outbound ? 'customer' : 'us', last: { at, outbound, kind: 'text', preview: `m${this.minute}`, message_id: `w${this.minute}` } };
  }

  /** Something happens to a conversation. @returns the frame that tells it */
  change() {
    if (this.rows.size < 8 || (this.rows.size < 40 && this.below(12) === 0)) {
      const id = `c${this.ids++}`;
      const row = {
        id, phone_number_id: String(1 + this.below(3)), version: 2, team_id: 't', owner: nobody, phase: 'open',
        contact: { id, name: `Name ${id}`, address: '5511999' },
      };
      return this.put(this.said(row, false, 1));
    }
    const old = this.one([...this.rows.values()]), row = { ...old, version: old.version + 1 + this.below(3) };
    switch (this.below(9)) {
      case 0: return this.put({ ...row, owner: { ...this.one([ana, bruno]), epoch: row.owner.epoch + 1 } });
      case 1: return this.put({ ...row, owner: { ...nobody, epoch: row.owner.epoch + 1 } });
      case 2: return this.put({ ...row, phase: this.one(['open', 'pending', 'snoozed', 'resolved']) });
      case 3: return this.put({ ...row, unread: 0 });
      case 4: return this.put(this.said(row, true, 0));
      case 5: return this.goes(row);
      case 6: return this.comesBack() ?? this.put(row);
    }
    return this.put(this.said({ ...row, phase: 'open' }, false, row.unread + 1));
  }

  goes(row) {
    this.rows.delete(row.id);
    this.elsewhere.set(row.id, row);
    return this.tell({ t: 'gone', stream: 'inbox', conversation: row.id, version: row.version });
  }

  comesBack() {
    if (this.elsewhere.size === 0) return null;
    const row = this.one([...this.elsewhere.values()]);
    this.elsewhere.delete(row.id);
    return this.put({ ...row, version: row.version + 1 });
  }

  /** Its process begins anew: nobody's position means anything any more. */
  restart() {
    this.epoch++;
    this.offset = this.below(5);
    this.frames = [];
  }

  page(view) {
    const rows = [...this.rows.values()].filter((row) => inView(row, view, me));
    const at = (row) => Date.parse(row.last.at);
    return { conversations: rows.sort((a, b) => at(b) - at(a) || (a.id < b.id ? 1 : -1)) };
  }

  counts() {
    const tally = (rows) => ({
      n: rows.length, us: rows.filter((r) => r.turn === 'us').length,
      customer: rows.filter((r) => r.turn === 'customer').length, unread: rows.filter((r) => r.unread > 0).length,
    });
    return Object.fromEntries(names.map((view) => {
      const rows = this.page(view).conversations, numbers = {};
      for (const id of new Set(rows.map((r) => r.phone_number_id))) numbers[id] = tally(rows.filter((r) => r.phone_number_id === id));
      return [view, { ...tally(rows), numbers, epoch: `e${this.epoch}`, offset: this.offset }];
    }));
  }

  /** The answer to subscribe, and what follows it. */
  subscribe(from) {
    const mine = from?.epoch === `e${this.epoch}`, missed = mine ? this.frames.filter((f) => f.offset > from.offset) : [];
    const recovered = mine && missed.length === this.offset - from.offset;
    const answer = { t: 'subscribed', stream: 'inbox', epoch: `e${this.epoch}`, offset: this.offset, recovered };
    return [answer, ...(recovered ? missed : [])];
  }
}

/** What session.js, load_list.js and polls.js do around the reducer, without their timers. */
class Page {
  constructor(server) {
    this.server = server;
    this.state = { ...initial(), me, session: 'in' };
    this.line = []; // frames on their way
    this.answers = []; // of requests, on their way: they overtake frames and are overtaken
    this.refetched = this.counted = 0;
    this.asked = {};
    names.forEach((view, n) => this.take({ t: 'list.open', key: keys[n], ...all, view, used: n }));
    this.connect();
    this.read();
  }

  take(frame) { this.state = apply(this.state, frame); }

  connect() { this.line = this.server.subscribe(this.state.feed ?? undefined); }

  /** Asks for every list and the counts: the answers are as of now. */
  read() {
    for (const [n, key] of keys.entries()) {
      if (!this.state.lists[key]) continue;
      this.take({ t: 'list.set', key, set: { touched: [] } });
      const request = this.asked[key] = {}, page = this.server.page(names[n]);
      this.answers.push(() => { if (this.asked[key] === request) this.take({ t: 'list.page', key, first: true, page }); });
    }
    this.count();
  }

  count() {
    this.counted = this.state.countsDue;
    const request = this.asked.counts = {}, views = this.server.counts();
    this.answers.push(() => { if (this.asked.counts === request) this.take({ t: 'counts', views }); });
  }

  /** Does what the state asks for. */
  heed() {
    if (this.state.refetch !== this.refetched) {
      this.refetched = this.state.refetch;
      this.read();
    } else if (this.state.countsDue !== this.counted) this.count();
  }

  /** Takes frames, one by one or together, and perhaps one of them twice. */
  hear(n, together, twice) {
    const frames = this.line.splice(0, n);
    if (twice && frames.length > 0) frames.push(frames[0].t === 'subscribed' ? frames.at(-1) : frames[0]);
    if (together) this.take({ t: 'batch', frames: frames.filter((f) => f.t !== 'subscribed' || this.take(f)) });
    else for (const frame of frames) this.take(frame);
  }

  /** Everything arrives, and what that asks for is answered. */
  answerAll() {
    for (let n = 0; n < 20; n++) {
      this.hear(this.line.length, n % 2 === 0, false);
      for (const answer of this.answers.splice(0)) answer();
      if (this.state.refetch === this.refetched && this.state.countsDue === this.counted && this.line.length === 0) return;
      this.heed();
    }
    assert.ok(false, 'it comes to no rest');
  }
}

function compare(page, server, when) {
  const views = server.counts();
  names.forEach((view, n) => {
    const list = page.state.lists[keys[n]], want = server.page(view).conversations.map((row) => row.id);
    assert.deepEqual(list.ids, want, `${when}: the list ${view}`);
    const { epoch, offset, numbers, ...sums } = page.state.counts[view], { epoch: _e, offset: _o, numbers: theirs, ...truth } = views[view];
    assert.deepEqual(sums, truth, `${when}: the count of ${view}`);
    for (const id of ['1', '2', '3']) assert.equal(numbers[id]?.n ?? 0, theirs[id]?.n ?? 0, `${when}: number ${id} in ${view}`);
    assert.equal(sums.n, list.ids.length, `${when}: count and list of ${view}`);
  });
  for (const row of server.rows.values()) assert.equal(page.state.rows[row.id]?.version, row.version, `${when}: the row ${row.id}`);
}

function play(seed, operations) {
  const below = chance(seed), server = new Server(below), page = new Page(server);
  let cut = false;
  page.answerAll();
  for (let n = 1; n <= operations; n++) {
    switch (below(30)) {
      case 0: cut = true; page.line = []; break; // what was on its way is lost
      case 1: if (cut) { cut = false; page.connect(); } break;
      case 2: if (below(8) === 0) { server.restart(); cut = true; page.line = []; } break;
      case 3: // the page was too slow: the server drops what waits, and says so
        if (!cut && page.line.every((f) => f.t !== 'subscribed')) {
          page.line = [{ t: 'resync', stream: 'inbox', epoch: `e${server.epoch}`, offset: server.offset }];
        }
        break;
      case 4: case 5: case 6: page.answers.splice(below(3), 1).forEach((answer) => answer()); break;
      case 7: page.take({ t: 'list.hold', key: keys[below(keys.length)], on: below(2) === 0 }); break;
      case 8: page.heed(); break;
      case 9: { // a row comes by another way: an answer, or the open thread
        const rows = [...server.rows.values()];
        if (rows.length > 0) page.take({ t: 'rows', rows: [server.one(rows)] });
        break;
      }
      case 10: case 11: case 12: case 13: case 14: case 15:
        page.hear(1 + below(6), below(2) === 0, below(3) === 0);
        break;
      default: {
        const frame = server.change();
        if (!cut) page.line.push(frame);
      }
    }
    if (n % 100 !== 0) continue;
    if (cut) { cut = false; page.connect(); }
    for (const key of keys) page.take({ t: 'list.hold', key, on: false });
    page.answerAll();
    compare(page, server, `seed ${seed}, after ${n}`);
  }
}

for (const [seed, operations] of [[1, 10_000], [2, 1_000], [3, 1_000]]) {
  test(`counts equal lists after ${operations} operations at random, seed ${seed}`, () => play(seed, operations));
}
