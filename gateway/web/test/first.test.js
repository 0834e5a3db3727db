import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { addressOf } from '../app/core/address.js';
import { writeFirst } from '../app/wire/write_first.js';

test('an address is one to the page where it is one to the server', () => {
  const values = JSON.parse(readFileSync(new URL('../../recipient/testdata/addresses.json', import.meta.url), 'utf8'));
  for (const [typed, value] of Object.entries(values)) assert.equal(addressOf(typed).value, value, typed);
});

test('what may become an address is not called wrong while it is typed', () => {
  for (const whole of ['+55 (11) 98888-7777', 'BR.ENT.abc123'])
    for (let n = 1; n < whole.length; n++) assert.notEqual(addressOf(whole.slice(0, n)).fault, 'wrong', whole.slice(0, n));
  assert.equal(addressOf(' ').fault, 'missing');
  for (const never of ['ana@', '011 9', '+55+', '1234567890123456']) assert.equal(addressOf(never).fault, 'wrong', never);
});

test('a first message keeps its id until somebody answers, and no longer', async () => {
  /** @type {string[]} */
  const echoes = [];
  let answers = [];
  globalThis.fetch = /** @type {any} */ (async (_, { body }) => {
    echoes.push(JSON.parse(body).echo_id);
    const next = answers.shift();
    if (!next) throw new TypeError('no network');
    return { ok: next.status < 300, status: next.status, statusText: '', json: async () => next.body };
  });
  const what = { phone_number_id: '1', to: '5511988887777', name: '', template: { name: 'a' } };
  const refused = { status: 409, body: { code: 'not_owner', title: '', status: 409 } };
  const taken = { status: 201, body: { id: '1:c' } };
  await assert.rejects(writeFirst(what)); // nobody knows what became of it
  answers = [refused];
  await assert.rejects(writeFirst(what));
  answers = [taken, taken];
  assert.equal((await writeFirst(what)).id, '1:c');
  await writeFirst(what);
  assert.equal(echoes[1], echoes[0]);
  assert.equal(new Set(echoes).size, 3);
});
