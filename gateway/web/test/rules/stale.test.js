// What a text was written without knowing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { newsOf } from '../../app/core/stale.js';

const said = (version, author = { kind: 'contact' }) => ({ version, type: 'message', message: { id: `w${version}`, direction: author.kind === 'contact' ? 'in' : 'out', author } });
const versions = (held, thread) => newsOf(held, thread, 'ana').map((i) => i.version);
const held = { text: 'x', difference: [said(5), { version: 6, type: 'status' }, said(7)], body: { body: { seen_version: 4 } } };

test('the strip counts what came since, not only what the refusal told', () => {
  assert.deepEqual(versions(held, undefined), [5, 7]);
  const thread = { items: [said(3), said(4), said(5), said(7), said(8), said(9), said(10), said(11), { version: 12, type: 'phase' }] };
  assert.deepEqual(versions(held, thread), [5, 7, 8, 9, 10, 11]);
});

test('what one wrote oneself is no news, what colleagues wrote is', () => {
  const thread = { items: [said(8, { kind: 'agent', id: 'ana' }), said(9, { kind: 'agent', id: 'bruno' })] };
  assert.deepEqual(versions(held, thread), [5, 7, 9]);
});

test('without a seen version the difference says where news begin', () => {
  assert.deepEqual(versions({ ...held, body: { body: {} } }, { items: [said(4), said(8)] }), [5, 7, 8]);
  assert.deepEqual(versions({ ...held, difference: [], body: { body: {} } }, { items: [said(4)] }), []);
});
