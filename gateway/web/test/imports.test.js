// No module of the app needs itself by a detour: each can be understood, tested
// and begun without the ones that use it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'app');

test('imports go in no circle', () => {
  const files = readdirSync(root, { recursive: true }).map(String).filter((f) => f.endsWith('.js'));
  assert.ok(files.length > 60, `${files.length} files`);
  const needs = Object.fromEntries(files.map((f) => [f, [...readFileSync(join(root, f), 'utf8').matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)'/gm)]
    .map((m) => normalize(join(dirname(f), m[1])))]));
  const done = new Set();
  const visit = (f, path) => {
    const at = path.indexOf(f);
    assert.ok(at < 0, [...path.slice(at), f].join(' → '));
    if (done.has(f)) return;
    for (const next of needs[f] ?? []) visit(next, [...path, f]);
    done.add(f);
  };
  for (const f of files) visit(f, []);
});

test('the core stands by itself: no page, no server, no words', () => {
  for (const f of readdirSync(join(root, 'core')).filter((name) => name.endsWith('.js'))) {
    const needs = [...readFileSync(join(root, 'core', f), 'utf8').matchAll(/ from '([^']+)'/g)].map((m) => m[1]);
    for (const n of needs) assert.match(n, /^\.\/[a-z_]+\.js$|^\.\.\/\.\.\/lib\/signals\.js$/, `core/${f}`);
  }
});
