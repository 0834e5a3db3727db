// What is said beyond words: places, what can be tapped, files and emoji.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, limitOf, location, nothing, placeOf, prompt, restore } from '../app/composer/build.js';
import { find, read } from '../app/composer/emoji.js';
import { against, kindOf, left } from '../app/composer/file_rules.js';
import list from '../app/composer/emoji/list.js';
import en from '../app/composer/emoji/en.js';
import es from '../app/composer/emoji/es.js';
import pt from '../app/composer/emoji/pt-BR.js';

test('a place is read from coordinates and from links of maps', () => {
  const at = (/** @type {string} */ text) => { const p = placeOf(text); return p && [p.latitude, p.longitude, p.name]; };
  assert.deepEqual(at('-23.5505, -46.6333'), [-23.5505, -46.6333, '']);
  assert.deepEqual(at('−23.5; −46.6'), [-23.5, -46.6, '']);
  assert.deepEqual(at('https://www.google.com/maps/place/Rua+25+de+Mar%C3%A7o/@-23.1,-46.1,17z/data=!3d-23.54!4d-46.63'), [-23.54, -46.63, 'Rua 25 de Março']);
  assert.deepEqual(at('https://maps.google.com/?q=-23.5,-46.6'), [-23.5, -46.6, '']);
  assert.deepEqual(at('https://maps.apple.com/?ll=-23.5,-46.6&z=3'), [-23.5, -46.6, '']);
  assert.deepEqual(at('https://www.openstreetmap.org/?mlat=38.7&mlon=-9.1#map=16/1/2'), [38.7, -9.1, '']);
  assert.deepEqual(at('geo:38.7,-9.1'), [38.7, -9.1, '']);
  for (const none of ['', 'Rua Augusta', '95, 10', '10, 181', 'https://maps.app.goo.gl/x', '1.2.3, 4', '/place/%E0%A4%A/@'])
    assert.equal(at(none), null, none);
  assert.deepEqual(location({ ...nothing(), kind: 'location', place: '1, 2', name: ' Loja ' }), { latitude: 1, longitude: 2, name: 'Loja' });
});

test('what can be tapped is checked as WhatsApp does', () => {
  const of = (/** @type {any} */ set) => faults({ ...nothing(), body: 'a', ...set }).map((f) => `${f.field} ${f.fault}${f.over || ''}`);
  assert.deepEqual(of({ buttons: ['Sim', 'Não'] }), []);
  assert.deepEqual(of({ buttons: ['Sim', ' Sim', ''] }), ['button1 twice', 'button2 missing']);
  assert.deepEqual(of({ buttons: ['x'.repeat(23)], footer: '👍'.repeat(61) }), ['button0 long3', 'footer long1']);
  assert.deepEqual(of({ kind: 'cta_url', label: 'Ver', url: 'ftp://x' }), ['url bad']);
  assert.deepEqual(of({ kind: 'location_request_message', footer: 'x'.repeat(99) }), []);
  assert.deepEqual(of({ kind: 'list', label: 'Ver', sections: [{ title: '', rows: [{ title: 'a', description: '' }] }] }), []);
  assert.deepEqual(of({ kind: 'list', label: 'Ver', sections: [{ title: '', rows: [{ title: 'a', description: 'x'.repeat(73) }] }, { title: 'B', rows: [] }] }), ['section0 missing', 'row0.0.text long1']);
  assert.equal(limitOf('body', 'list'), 4096);
  assert.deepEqual(prompt({ ...nothing(), body: ' a ', buttons: ['Sim', 'Não'], footer: 'f' }), { type: 'button', body: 'a', footer: 'f', buttons: [{ id: 'b1', title: 'Sim' }, { id: 'b2', title: 'Não' }] });
  assert.deepEqual(restore('{broken'), nothing());
});

test('files are judged before they go up', () => {
  assert.deepEqual(['image/png', 'image/svg+xml', 'video/mp4', 'text/csv', ''].map(kindOf), ['image', 'document', 'video', 'document', 'document']);
  assert.equal(against({ size: 5 << 20, type: 'image/png' }, 'image'), null);
  assert.deepEqual(against({ size: (5 << 20) + 1, type: 'image/png' }, 'image'), { reason: 'too_large', kind: 'image', limit: 5 << 20, document: true });
  assert.equal(against({ size: 101 << 20, type: 'video/mp4' }, 'video')?.document, false);
  assert.equal(against({ size: 0, type: 'text/plain' }, 'document')?.reason, 'empty');
  assert.equal(against({ size: 1, type: 'image/heic' }, 'image')?.reason, 'file_type');
  assert.deepEqual([left(0, 100, 900), left(50, 100, 1000), left(10, 100, 100)], [0, 1, 0]);
});

test('every emoji has a name in each language, and is found by it', () => {
  const all = { en: read(list, en), es: read(list, es), pt: read(list, pt) };
  for (const [tag, of] of Object.entries(all)) {
    assert.ok(of.length > 1000 && of.every((e) => e.emoji && e.name), tag);
    assert.equal(new Set(of.map((e) => e.emoji)).size, of.length, tag);
  }
  const first = (/** @type {any} */ of, /** @type {string} */ q) => find(of, q).map((e) => e.emoji);
  assert.ok(first(all.pt, 'coração verm').includes('❤️'));
  assert.ok(first(all.pt, 'CORACAO').includes('❤️'));
  assert.ok(first(all.es, 'cohete').includes('🚀'));
  assert.ok(first(all.en, 'rocket').includes('🚀'));
  assert.deepEqual(first(all.en, '~~'), []);
});
