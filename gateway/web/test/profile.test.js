// What a person can do, as it is written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined, sameProfile, written, zones } from '../app/settings/profile.js';

test('a comma ends a skill, and what follows is the next', () => {
  assert.deepEqual(written(['jeans'], 'tro'), { whole: ['jeans'], text: 'tro' });
  assert.deepEqual(written(['jeans'], 'troca,'), { whole: ['jeans', 'troca'], text: '' });
  assert.deepEqual(written([], ' nota   fiscal , troca, bol'), { whole: ['nota fiscal', 'troca'], text: 'bol' });
  assert.deepEqual(written(['jeans'], ' , ,'), { whole: ['jeans'], text: '' });
});

test('nobody has a skill twice', () => {
  assert.deepEqual(joined(['Troca'], 'troca '), ['Troca']);
  assert.deepEqual(joined(['Troca'], ''), ['Troca']);
  assert.deepEqual(joined(['Troca'], 'linho'), ['Troca', 'linho']);
});

test('a profile that says nothing is like none', () => {
  assert.ok(sameProfile({}, { skills: [], languages: [], time_zone: '', interface_language: '' }));
  assert.ok(!sameProfile({ skills: ['a', 'b'] }, { skills: ['b', 'a'] }));
});

test('zones are those of the browser and UTC, each once', () => {
  assert.ok(zones().includes('America/Sao_Paulo'));
  assert.equal(zones().filter((zone) => zone === 'UTC').length, 1);
});
