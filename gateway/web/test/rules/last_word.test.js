// Who wrote last, where the owner need not be the author.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastWord } from '../../app/core/last_word.js';
import { ana, bruno, ours, item, row } from './given.js';

const by = (author, version = 3) => { const i = ours(version, 'hi'); return { ...i, message: { ...i.message, author } }; };
const answered = (owner, more = {}) => row('c', 3, { owner, turn: 'customer', last: { ...row('c', 3).last, outbound: true, message_id: 'm3' }, ...more });
const thread = (...items) => ({ items });

test('an answer is said of who wrote it, not of the owner', () => {
  assert.equal(lastWord(answered(bruno), thread(by(bruno)), 'eva').word, 'replied');
  const other = lastWord(answered(bruno), thread(by(ana)), 'eva');
  assert.deepEqual([other.word, other.who.name], ['repliedBy', 'Ana']);
  assert.equal(lastWord(answered(bruno), thread(by(ana)), 'ana').word, 'repliedBy.me');
  assert.equal(lastWord(answered(bruno), thread(by({ kind: 'assistant' })), 'ana').word, 'repliedBy', 'or of what wrote it');
  assert.equal(lastWord(answered({ kind: 'phone', epoch: 2 }), thread(by({ kind: 'phone' })), 'ana').word, 'replied');
});

test('where the page has not read it, it is said of nobody', () => {
  assert.equal(lastWord(answered(bruno), undefined, 'ana').word, 'answered');
  assert.equal(lastWord(answered(bruno), thread(item(1, 'a'), by(ana, 2)), 'ana').word, 'answered');
});

test('who was sent an answer that was refused waits on', () => {
  assert.equal(lastWord(answered(bruno, { turn: 'us' }), thread(by(bruno)), 'ana').word, 'waitsOn');
  assert.equal(lastWord(row('c', 3, { owner: bruno }), thread(by(bruno)), 'ana').word, 'waits');
});
