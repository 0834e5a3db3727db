import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heed, join } from '../../app/composer/draft_news.js';
// Each tab of a browser has its own copy of the module; what they keep is one.
import * as a from '../../app/composer/drafts.js?a';
import * as b from '../../app/composer/drafts.js?b';

const kept = new Map();
globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value); }, removeItem: (key) => { kept.delete(key); } };
globalThis.window = globalThis;
globalThis.dispatchEvent = () => true;
globalThis.CustomEvent = class {};
let now = 0;
globalThis.performance = { timeOrigin: 0, now: () => ++now };

/** Two tabs of a person whose news arrive when the test lets them. @param {string} person */
function tabs(person) {
  kept.clear();
  const toA = { postMessage: () => {}, onmessage: null }, toB = { postMessage: () => {}, onmessage: null };
  const way = [];
  toA.postMessage = (data) => way.push(() => toB.onmessage({ data }));
  toB.postMessage = (data) => way.push(() => toA.onmessage({ data }));
  a.draftsOf(person, toA);
  b.draftsOf(person, toB);
  return () => { for (let n = 0; way.length; n++) { assert.ok(n < 50, 'the tabs go on telling each other'); way.shift()(); } };
}

test('a tab that is not typed in follows the other, both ways', () => {
  const arrive = tabs('follow');
  assert.equal(b.readDraft('c'), '');
  a.writeDraft('c', 'O');
  a.writeDraft('c', 'Oi');
  arrive();
  assert.equal(b.readDraft('c'), 'Oi');
  b.writeDraft('c', 'Oi, tudo');
  arrive();
  assert.equal(a.readDraft('c'), 'Oi, tudo');
  a.writeDraft('c', ''); // sent
  arrive();
  assert.deepEqual([b.readDraft('c'), kept.size], ['', 0]);
});

test('what both typed before either heard of it is kept, in both tabs and after a reload', () => {
  const arrive = tabs('both');
  a.writeDraft('c', 'Oi');
  arrive();
  a.writeDraft('c', 'Oi A');
  b.writeDraft('c', 'Oi, B');
  a.writeDraft('c', 'Oi Ana');
  arrive();
  const text = a.readDraft('c');
  assert.ok(text.includes('Oi Ana') && text.includes('Oi, B'), text);
  assert.deepEqual([b.readDraft('c'), kept.get('prosa.reply.both.c')], [text, text]);
});

test('the tab typed in last wins over one that only sent', () => {
  const arrive = tabs('sent');
  a.writeDraft('c', 'Fechado');
  arrive();
  a.writeDraft('c', '');
  b.writeDraft('c', 'Fechado, e até já');
  arrive();
  assert.deepEqual([a.readDraft('c'), b.readDraft('c')], ['Fechado, e até já', 'Fechado, e até já']);
});

test('replies and notes do not mix, nor do people', () => {
  const arrive = tabs('kinds');
  a.writeDraft('c', 'resposta');
  a.writeDraft('c', 'nota', 'note');
  arrive();
  assert.deepEqual([b.readDraft('c'), b.readDraft('c', 'note'), b.readDraft('d')], ['resposta', 'nota', '']);
  b.draftsOf('bruno');
  a.writeDraft('c', 'dela');
  arrive();
  assert.deepEqual([b.readDraft('c'), b.draftOf('c').value], ['', null]);
});

test('lists show the reply, else the note, and follow the other tab', () => {
  const arrive = tabs('marks');
  const mark = b.draftOf('c');
  assert.equal(mark.value, null);
  a.writeDraft('c', ' perguntar ao estoque', 'note');
  arrive();
  assert.deepEqual(mark.value, { text: 'perguntar ao estoque', note: true, both: false });
  a.writeDraft('c', 'Oi, Helena');
  arrive();
  assert.deepEqual(mark.value, { text: 'Oi, Helena', note: false, both: true });
  a.writeDraft('c', '  ');
  a.writeDraft('c', '', 'note');
  arrive();
  assert.equal(mark.value, null, 'blanks are no draft');
});

test('joined texts hold all that was typed, each once', () => {
  assert.equal(join('xb', 'xa', 'x'), 'xb\nxa');
  assert.equal(join('xb\nxa', 'xab', 'xa'), 'xb\nxab', 'theirs goes on');
  assert.equal(join('xb\nxa', '', 'xa'), 'xb', 'theirs was sent');
  assert.equal(join('', 'xa', ''), 'xa');
  assert.equal(join('xab\nxb', 'xb\nxa', 'xa'), 'xab\nxb');
  const early = { text: 'xa', at: 1, tab: 'a' }, news = { text: 'xb', over: 'x', at: 2, tab: 'b' };
  assert.deepEqual(heed(early, news), { text: 'xa', joined: false, follows: false }, 'the other was typed in last, and joins');
  assert.equal(heed({ ...early, at: 2, tab: 'c' }, news).joined, true, 'of two at once it is one');
});

test('what the browser refuses to keep is known to be in this page alone', () => {
  tabs('unkept');
  const keep = globalThis.localStorage.setItem;
  globalThis.localStorage.setItem = () => { throw new Error('full'); };
  assert.deepEqual([a.writeDraft('c', 'muito'), a.onlyHere(), a.readDraft('c')], [false, true, 'muito']);
  globalThis.localStorage.setItem = keep;
  assert.deepEqual([a.writeDraft('c', ''), a.onlyHere()], [true, false]);
});
