import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, choices, fault, filled, prefill, readable, slots, wanted } from '../app/composer/templates.js';
import { distance, languageOf } from '../app/text/languages.js';

const ready = {
  name: 'order_ready', language: 'pt_BR', category: 'UTILITY', status: 'approved', header: { format: 'TEXT', text: 'Pedido {{1}}' },
  body: 'Oi, {{1}}! Aqui é a {{2}}. Retire até *{{3}}*.', footer: 'Lume',
  buttons: [{ type: 'QUICK_REPLY', text: 'Ok' }, { type: 'URL', text: 'Ver', url: 'https://x.example/{{1}}' }],
  variables: [
    { key: 'header.1', part: 'header', name: '1', kind: 'text' }, { key: 'body.1', part: 'body', name: '1', kind: 'text' },
    { key: 'body.2', part: 'body', name: '2', kind: 'text' }, { key: 'body.3', part: 'body', name: '3', kind: 'text' },
    { key: 'button.1', part: 'button', name: 'Ver', kind: 'url' },
  ],
};
const plain = (name, language, category = 'UTILITY', body = 'Oi') => ({ name, language, category, status: 'approved', body, variables: [] });

test('names are read, and texts cut at their variables', () => {
  assert.equal(readable('order_ready'), 'Order ready');
  assert.equal(readable('_'), '');
  assert.deepEqual(slots('a {{1}}{{ nome }} {{}} b', 'body'), [
    { text: 'a ' }, { text: '{{1}}', key: 'body.1' }, { text: '{{ nome }}', key: 'body.nome' }, { text: ' {{}} b' },
  ]);
});

test('the languages of the contact come first, advertising last', () => {
  const list = [plain('b', 'en_US'), plain('a', 'pt_PT'), plain('c', 'pt_BR', 'MARKETING'), plain('d', 'pt_BR'), plain('e', 'es')];
  const order = (wantedLanguages, q = '') => choices(list, q, wantedLanguages).map((t) => t.name).join('');
  assert.equal(order(['pt_BR']), 'dcabe');
  assert.equal(order(['pt_PT', 'pt_BR']), 'adcbe');
  assert.equal(order(['es_MX']), 'eabdc');
  assert.equal(order([], 'PT-br'), 'dc');
  assert.equal(order([], 'nothing'), '');
});

test('a search folds accents and looks at the text', () => {
  const list = [plain('a', 'pt_BR', 'UTILITY', 'A coleção chegou'), plain('b', 'pt_BR')];
  assert.deepEqual(choices(list, 'colecao cheg', []).map((t) => t.name), ['a']);
});

test('an address tells the language', () => {
  assert.equal(languageOf('5534955501142'), 'pt_BR');
  assert.equal(languageOf('+351915550155'), 'pt_PT');
  assert.equal(languageOf('PT.5a5b'), 'pt_PT');
  assert.equal(languageOf('XX.1'), '');
  assert.equal(languageOf('lojadavila'), '');
  assert.ok(distance('pt_BR', ['pt_BR']) < distance('pt_PT', ['pt_BR']) && distance('pt_PT', ['pt_BR']) < distance('it', ['pt_BR']));
});

test('what is known is filled in, and nothing else', () => {
  assert.deepEqual(prefill(ready, { name: 'Helena', mine: 'Ana' }), { 'body.1': 'Helena', 'body.2': 'Ana' });
  assert.deepEqual(prefill(ready, { name: '', mine: '' }), {});
  const named = { ...ready, body: 'Hi {{customer}}, {{order}} of {{agent}}' };
  assert.deepEqual(prefill(named, { name: 'Helena', mine: 'Ana' }), { 'body.customer': 'Helena', 'body.agent': 'Ana' });
  assert.deepEqual(prefill({ ...ready, body: 'Pedido {{1}} de {{2}}' }, { name: 'Helena', mine: 'Ana' }), {});
});

test('values are checked as the server does', () => {
  const values = { 'header.1': '48', 'body.1': 'Helena', 'body.2': 'Ana', 'body.3': 'sexta', 'button.1': '48' };
  assert.deepEqual(check(ready, values), { missing: [], faulty: [], long: 0 });
  assert.deepEqual(check(ready, { ...values, 'body.2': ' ' }).missing, ['body.2']);
  assert.deepEqual(check(ready, { ...values, 'button.1': 'a b' }).faulty, ['button.1']);
  assert.equal(check(ready, { ...values, 'body.3': 'ã'.repeat(1024) }).long, 1024);
  assert.equal(check(ready, { ...values, 'header.1': 'a'.repeat(60) }).long, 60);
  assert.equal(fault({ key: 'header.link', part: 'header', kind: 'link' }, 'http://x.example'), 'link');
  assert.equal(fault({ key: 'header.link', part: 'header', kind: 'link' }, 'https://x.example/a.png'), '');
  assert.equal(fault({ key: 'body.1', part: 'body', kind: 'text' }, 'a     b'), 'text');
  assert.deepEqual(Object.keys(wanted(ready, { ...values, 'body.9': 'old' })), ready.variables.map((v) => v.key));
});

test('a filled template reads as it is sent', () => {
  const values = { 'header.1': '48', 'body.1': '{{2}}', 'body.2': 'Ana', 'body.3': 'sexta', 'button.1': '48' };
  const got = filled(ready, values);
  assert.equal(got.rendered, 'Oi, {{2}}! Aqui é a Ana. Retire até *sexta*.', 'a value is not filled in turn');
  assert.equal(got.header.text, 'Pedido 48');
  assert.equal(got.buttons[1].url, 'https://x.example/48');
});
