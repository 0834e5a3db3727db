import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedAt, filled, found, knownOf, missing, pieces, placeOf, variables, visibilityOf } from '../app/quick/replies.js';

test('a slash at the start of a line asks, and no other', () => {
  assert.deepEqual(askedAt('/prazo', 6), { from: 0, to: 6, q: 'prazo' });
  assert.deepEqual(askedAt('/', 1), { from: 0, to: 1, q: '' });
  assert.deepEqual(askedAt('oi\n/pra bom dia', 7), { from: 3, to: 7, q: 'pra' });
  assert.deepEqual(askedAt('/prazo', 3), { from: 0, to: 6, q: 'pr' }, 'what stands after the caret is of the word too');
  for (const [text, caret] of [['1/2', 3], ['oi /p', 5], ['/a b', 4], ['/a/b', 4], ['', 0], ['/a', 0], ['/a\n', 3],
    [`/${'a'.repeat(60)}`, 61]])
    assert.equal(askedAt(String(text), Number(caret)), null, `${text} at ${caret}`);
});

const reply = (visibility, shortcut, used = 0, title = 'Título') => ({ id: shortcut, visibility, shortcut, title, text: 'x',
  used, revision: 1, changed_at: '', changed_by: '', may_change: true });

test('the best shortcut first, then own, team, company, then use', () => {
  const all = [reply('company', 'prazo'), reply('own', 'prazolinho', 9), reply('team', 'prazotroca', 96),
    reply('team', 'prazoboleto', 71), reply('company', 'entrega', 900, 'Prázo de entrega'), reply('own', 'oi', 1000)];
  assert.deepEqual(found(all, 'Prazo').map((r) => r.shortcut),
    ['prazo', 'prazolinho', 'prazotroca', 'prazoboleto', 'entrega']);
  assert.deepEqual(found(all, '').map((r) => r.shortcut), ['oi', 'prazolinho', 'prazotroca', 'prazoboleto', 'entrega',
    'prazo']);
  assert.deepEqual(found(all, 'nada'), []);
});

test('variables are filled, and what is missing blocks', () => {
  const text = 'Oi, {{ contact.first_name }}! {{prazo}} e {{prazo}}, {{número do pedido}} {a} {{}}';
  assert.deepEqual(variables(text), ['contact.first_name', 'prazo', 'número do pedido']);
  assert.deepEqual(missing(text, { 'contact.first_name': 'Helena', prazo: ' ' }), ['prazo', 'número do pedido']);
  assert.equal(filled(text, { 'contact.first_name': 'Helena', prazo: '3 dias', 'número do pedido': '{{prazo}}' }),
    'Oi, Helena! 3 dias e 3 dias, {{prazo}} {a} {{}}', 'a value is no text with variables');
  assert.equal(pieces('a').length, 1);
});

test('nobody is addressed with a username', () => {
  const of = { contact: '@lojadavila', agent: 'Ana', number: 'Brás', company: 'Lume' };
  assert.equal(knownOf(of)['contact.first_name'], '');
  assert.equal(knownOf({ ...of, contact: 'Helena Prado' })['contact.first_name'], 'Helena');
});

test('whose it is, as one value', () => {
  for (const r of [{ visibility: 'own' }, { visibility: 'company' }, { visibility: 'team', team_id: 'a:b' }])
    assert.deepEqual(visibilityOf(placeOf(r)), r);
});
