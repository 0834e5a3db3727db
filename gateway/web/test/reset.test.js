import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tokenIn } from '../app/wire/reset.js';

test('only a whole link sets a password', () => {
  const token = 'q0b-3_'.repeat(7);
  assert.equal(tokenIn(`#reset=${token}`), token);
  for (const hash of ['', '#', '#reset=', '#reset=short', `#other=${token}`, `#reset=${token}&x=1`, `#reset=${token}<b>`, `#reset=${'a'.repeat(101)}`]) {
    assert.equal(tokenIn(hash), '', hash);
  }
});
