import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks, estimate, keyAt } from '../app/thread/blocks.js';
import { halfMinute, learn, onServer, serverNow } from '../app/core/clock.js';
import { composerState, windowOf, remedyOf } from '../app/core/composer_state.js';
import { asQuery, noFilter, passes, toggleNumber } from '../app/core/filter.js';
import { badge, counted, dayTime, doneAt, duration, initials, labels, lasting, length, phone } from '../app/text/format.js';
import { bars, viewable } from '../app/thread/viewable.js';
import { language, languages, parts, t } from '../app/text/i18n.js';
import { tokens } from '../app/thread/markup.js';
import { pieces, spread } from '../app/core/words.js';
import { objectWords, told } from '../app/settings/audit_words.js';
import { wordsOf } from '../app/settings/Page.js';
import { stateOf } from '../app/settings/fleet/state.js';
import { zoneOf } from '../app/panel/zones.js';
import { LatestRequests } from '../app/wire/latest.js';
import { Typing } from '../app/do/typing.js';

const { en, es, 'pt-BR': pt } = languages;
const noon = Date.UTC(2026, 10, 24, 12);
const at = (minute) => new Date(noon + minute * 60_000).toISOString();
const said = (version, body, more = {}) => ({
  version, at: at(version), type: 'message',
  message: { id: `w${version}`, direction: 'in', kind: 'text', author: { kind: 'contact' }, content: { kind: 'text', text: { body } }, ...more },
});
const draw = (items, more = {}) => blocks({ items, pending: [], me: 'ana', unread: 0, openedAt: 99, closedAt: 0, now: noon, ...more });
const kinds = (list) => list.map((b) => b.type).join(' ');

test('keys that were meant for a field that went away are no commands', () => {
  const typing = new Typing(), field = { isConnected: true, matches: () => true }, page = { isConnected: true, matches: () => false };
  const hear = (on, key, now) => typing.hear(on, key, now);
  assert.deepEqual([hear(page, 'e', 0), hear(field, 'o', 1000), hear(page, 'e', 1100)], [false, false, false]);
  hear(field, 'o', 1200);
  field.isConnected = false;
  assert.deepEqual([hear(page, 'e', 1300), hear(page, 'c', 2400), hear(page, 'e', 3700)], [true, true, false]);
  hear(field, 'o', 4000);
  hear(field, 'Escape', 4100);
  assert.equal(hear(page, 'e', 4200), false);
});

test('ages, windows and sleep count by the time that the server tells', () => {
  const drawn = halfMinute.value, here = Date.now(), moved = here + 25 * 3_600_000;
  learn(moved);
  assert.ok(serverNow() >= moved && serverNow() - moved < 3_600_000);
  assert.ok(halfMinute.value - drawn >= 25 * 3_600_000 - 30_000, 'what is drawn is drawn anew');
  assert.ok(Math.abs(onServer(here) - moved) < 3_600_000, 'what this page saw last stands among the times of rows');
  const row = { window_closes_at: new Date(here + 12 * 3_600_000).toISOString() };
  assert.deepEqual([here, serverNow()].map((now) => windowOf(row, now, undefined).open), [true, false]);
  learn(Date.now());
});

test('only the answer to what was asked last counts', () => {
  const requests = new LatestRequests(), early = requests.begin('c'), late = requests.begin('c');
  assert.deepEqual([requests.isLatest('c', early), requests.isLatest('c', late)], [false, true]);
  requests.end('c', early);
  assert.equal(requests.pending('c'), true);
  requests.end('c', late);
  assert.equal(requests.pending('c'), false);
});

test('days, groups and the divider', () => {
  const list = draw([said(1, 'a'), said(2, 'b'), said(30, 'c')], { unread: 2 });
  assert.equal(kinds(list), 'day msg new msg msg');
  assert.deepEqual(list.filter((b) => b.type === 'msg').map((b) => Boolean(b.cont)), [false, false, false], 'what is far apart or divided stands alone');
});

test('what arrives after opening is not behind the divider', () => {
  const list = draw([said(1, 'a'), said(2, 'b'), said(3, 'c')], { unread: 1, openedAt: 2 });
  assert.equal(kinds(list), 'day msg new msg msg');
});

test('reactions, edits and revokes fold onto their message', () => {
  const list = draw([
    said(1, 'a'), said(2, 'b'),
    said(3, '', { kind: 'reaction', content: { kind: 'reaction', reaction: { target: 'w1', emoji: '😍' } } }),
    said(4, '', { kind: 'edit', content: { kind: 'edit', edit: { target: 'w2', text: 'B' } } }),
    said(5, '', { kind: 'revoke', content: { kind: 'revoke', revoke: { target: 'w1' } } }),
  ]);
  const [a, b] = list.filter((x) => x.type === 'msg');
  assert.equal(list.length, 3);
  assert.deepEqual([a.marks[0].emoji, a.revoked, b.edit], ['😍', true, 'B']);
});

test('a reaction taken back is none, and one without its message is a line', () => {
  const react = (version, emoji, target) => said(version, '', { kind: 'reaction', content: { kind: 'reaction', reaction: { target, emoji } } });
  assert.equal(draw([said(1, 'a'), react(2, '👍', 'w1'), react(3, '', 'w1')])[1].marks, undefined);
  assert.equal(kinds(draw([said(1, 'a'), react(2, '👍', 'elsewhere')])), 'day msg msg');
});

test('a message of ours is found by the name that Meta gave it', () => {
  const own = { id: 'uuid', direction: 'out', author: { kind: 'agent', id: 'ana' }, status: { message_id: 'uuid', state: 'sent', wamid: 'wamid.1' } };
  const list = draw([said(1, 'ours', own), said(2, 'answer', { content: { kind: 'text', text: { body: 'answer' }, quoted: 'wamid.1' } })]);
  assert.equal(list[2].quoted.version, 1);
});

test('many events fold, the last stays', () => {
  const event = (version) => ({ version, at: at(version), type: 'phase', phase: { from: 'open', to: 'pending', by: { kind: 'agent', id: 'x' } } });
  const list = draw([said(1, 'a'), event(2), event(3), event(4), event(5), said(6, 'b')]);
  assert.equal(kinds(list), 'day msg fold event msg');
  assert.equal(list[2].items.length, 3);
  assert.equal(kinds(draw([said(1, 'a'), event(2), event(3), said(4, 'b')])), 'day msg event event msg');
});

test('the close of the window stands at its time', () => {
  assert.equal(kinds(draw([said(1, 'a'), said(9, 'b', { direction: 'out', author: { kind: 'agent', id: 'ana' } })], { closedAt: noon + 5 * 60_000 })), 'day msg closed msg');
  assert.equal(kinds(draw([said(1, 'a')], { closedAt: noon + 5 * 60_000 })), 'day msg closed');
});

test('a window closes between the messages where it did, however much of the thread was read', () => {
  const hour = 60, sent = (version, hours, more = {}) => ({ ...said(version, `m${version}`, { sent_at: at(hours * hour), ...more }), at: at(hours * hour) });
  const ours = { direction: 'out', author: { kind: 'agent', id: 'ana' } };
  const thread = [sent(1, 0), sent(2, 1, ours), sent(3, 10), sent(4, 40, ours), sent(5, 50), sent(6, 60, { kind: 'reaction', content: {} }), sent(7, 80, ours)];
  const lines = (items, more = {}) => draw(items, { closedAt: Date.parse(at(74 * hour)), ...more }).filter((b) => b.type === 'closed' || b.type === 'msg')
    .map((b) => (b.type === 'closed' ? `closed ${(b.at - noon) / 3_600_000}` : b.item.version)).join(' ');
  assert.equal(lines(thread), '1 2 3 closed 34 4 5 6 closed 74 7');
  assert.equal(lines(thread.slice(0, 6)), '1 2 3 closed 34 4 5 6 closed 74');
  assert.equal(lines(thread.slice(2), { older: true }), '3 closed 34 4 5 6 closed 74 7', 'a page that begins in the middle');
  assert.equal(lines(thread.slice(3), { older: true }), '4 5 6 closed 74 7', 'what closed before the page is not told');
  assert.equal(lines(thread.slice(6), { older: true }), '7');
  assert.equal(lines(thread.slice(0, 3), { whole: false, closedAt: 0 }), '1 2 3', 'nor what closes behind it');
  assert.equal(lines(thread.slice(0, 4), { whole: false, closedAt: 0 }), '1 2 3 closed 34 4');
  assert.equal(lines(thread, { closedAt: 0 }), '1 2 3 closed 34 4 5 6 7', 'the newest is open');
  const late = [{ ...sent(1, 0), at: at(-hour) }, sent(2, 23.5, ours)];
  assert.equal(lines([...late, sent(3, 30)], { closedAt: 0 }), '1 closed 23 2 3', 'by whichever clock is earlier');
  const keys = draw(thread, { closedAt: Date.parse(at(74 * hour)) }).map((b) => b.key);
  assert.equal(new Set(keys).size, keys.length);
});

test('what is of this minute does not wait yet', () => {
  language.value = 'en';
  assert.deepEqual([lasting('row.queued', 0), lasting('row.queued', 59_999), lasting('row.queued', 60_000)], ['Just arrived', 'Just arrived', 'Waiting 1 min']);
});

test('a bubble is not drawn beside its message', () => {
  const pending = [{ id: 'e', kind: 'text', text: 'x', at: noon, state: 'sending', message: 'w1', body: {} }];
  assert.equal(kinds(draw([said(1, 'x')], { pending })), 'day msg');
});

const row = (more = {}) => ({ owner: { kind: 'nobody', epoch: 0 }, window_closes_at: at(60), turn: 'us', phone_number_id: 'n', unread: 0, ...more });
const ana = { id: 'ana', role: 'agent' };

test('the composer follows from owner, window and number', () => {
  const mode = (r, more = {}) => composerState({ row: r, me: ana, now: noon, ...more }).mode;
  assert.equal(mode(row()), 'unclaimed');
  assert.equal(mode(row({ owner: { kind: 'agent', id: 'ana', epoch: 1 } })), 'mine');
  assert.equal(mode(row({ owner: { kind: 'agent', id: 'bruno', epoch: 1 } })), 'other');
  assert.equal(mode(row({ owner: { kind: 'assistant', epoch: 1 } })), 'other');
  assert.equal(mode(row({ window_closes_at: at(-1) })), 'closed');
  assert.equal(mode(row({ window_closes_at: at(1) })), 'closed', 'the server refuses two minutes before');
  assert.equal(mode(row({ window_closes_at: undefined })), 'closed');
  assert.equal(mode(row(), { number: { health: 'stopped' } }), 'down');
  assert.deepEqual(['token', 'token_missing', 'account', 'maintenance', undefined].map((cause) => remedyOf({ health: 'stopped', health_cause: cause })),
    ['down.do.token', 'down.do.token_missing', 'down.do.account', '', '']);
  assert.equal(mode(row(), { shut: at(60) }), 'closed', 'a refusal said so');
  assert.equal(mode(row(), { shut: at(10) }), 'unclaimed', 'of an older window');
});

test('the window is soon over within two hours', () => {
  assert.deepEqual([windowOf(row({ window_closes_at: at(119) }), noon).soon, windowOf(row({ window_closes_at: at(121) }), noon).soon], [true, false]);
});

test('filters', () => {
  const rows = { a: row({ unread: 2, owner: { kind: 'agent', id: 'ana', epoch: 1 } }), b: row({ turn: 'customer', phone_number_id: 'm' }), c: row({ window_closes_at: at(-1) }) };
  const by = (more, shut = {}) => Object.keys(rows).filter((id) => passes({ id, ...rows[id] }, { ...noFilter, ...more }, { now: noon, shut })).join('');
  assert.deepEqual([by({}), by({ unread: '1' }), by({ turn: 'customer' }), by({ window: 'closed' }), by({ number: 'm' })], ['abc', 'a', 'b', 'c', 'b']);
  assert.deepEqual([by({ number: 'n,m' }), by({ owner: 'nobody' }), by({ owner: 'ana' }), by({ turn: 'us', unread: '1' })], ['abc', 'bc', 'a', 'a']);
  assert.deepEqual([by({ window: 'open' }), by({ window: 'closing' }), by({ window: 'closed' }, { a: at(60) })], ['ab', 'ab', 'ac'], 'a refusal counts');
  assert.deepEqual([toggleNumber('', 'a'), toggleNumber('a', 'b'), toggleNumber('a,b', 'a')], ['a', 'a,b', 'b']);
  assert.deepEqual(asQuery({ ...noFilter, number: 'a,b', unread: '1' }), { number: ['a', 'b'], turn: '', owner: '', window: '', unread: 'true' });
});

test('counts stay short', () => {
  assert.deepEqual([badge(7), badge(999), badge(5000)], ['7', '999', '999+']);
  assert.deepEqual([counted(undefined), counted({ n: 0 }), counted({ n: 40, more: true }), counted({ n: 5000, more: true })], ['', '0', '40+', '999+']);
});

test('markup is tokens, and HTML is text', () => {
  const kindsOf = (text) => tokens(text).map((x) => `${x.kind}:${x.text}`);
  assert.deepEqual(kindsOf('a *b* _c_ ~d~ `e`'), ['text:a ', 'bold:b', 'text: ', 'italic:c', 'text: ', 'strike:d', 'text: ', 'code:e']);
  assert.deepEqual(kindsOf('2*3*4 snake_case_name * no *'), ['text:2*3*4 snake_case_name * no *']);
  assert.deepEqual(kindsOf('<img src=x onerror=alert(1)>'), ['text:<img src=x onerror=alert(1)>']);
  assert.deepEqual(tokens('see https://a.example/x?y=1. ok')[1], { kind: 'link', text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' });
  assert.deepEqual(kindsOf('javascript:alert(1)'), ['text:javascript:alert(1)']);
  const long = '*a* '.repeat(50_000), start = performance.now();
  assert.equal(tokens(long).length, 1);
  assert.ok(performance.now() - start < 100);
});

test('names, phones, lengths', () => {
  assert.deepEqual(['Helena Prado', '@lojadavila', '+55 81 9', '', '😀 Ana', 'مرحبا بك'].map(initials), ['HP', 'LO', '', '', 'A', 'مب']);
  assert.equal(phone('5534955501142'), '+55 34 95550-1142');
  assert.equal(phone('BR.8f3a'), 'BR.8f3a');
  assert.equal(length('😀'.repeat(4097)), 4097);
  assert.equal(zoneOf('5592955501142'), 'America/Manaus');
  assert.equal(zoneOf('351915550155'), 'Europe/Lisbon');
  assert.equal(zoneOf('BR.8f3a'), '');
  assert.equal(labels([{ id: '1', name: 'Lume · Brás', display: '' }])['1'].label, 'Brás');
});

test('three languages say the same things', () => {
  const keys = Object.keys(en).sort();
  for (const [name, words] of Object.entries({ pt, es })) assert.deepEqual(Object.keys(words).sort(), keys, name);
  const holes = (w) => [...new Set(JSON.stringify(w).match(/\{\w+\}/g) ?? [])].sort().join();
  for (const key of keys) {
    assert.equal(typeof pt[key], typeof en[key], key);
    if (typeof en[key] === 'string') assert.deepEqual([holes(pt[key]), holes(es[key])], [holes(en[key]), holes(en[key])], key);
  }
});

test('words are filled, and stars in names are stars', () => {
  language.value = 'en';
  assert.equal(t('newer', { n: 1 }), '1 new conversation');
  assert.equal(t('newer', { n: 2 }), '2 new conversations');
  assert.deepEqual(parts('ev.claimed', { who: '*A*' }), [{ text: '*A*', strong: true }, { text: ' claimed it', strong: false }]);
  assert.equal(duration(3_900_000), '1 h 5 min');
  assert.equal(duration(245_000, true), '4:05');
});

test('words for one thing are of one thing', () => {
  for (const tag of Object.keys(languages)) {
    language.value = tag;
    for (const [key, words] of Object.entries(languages[tag])) {
      if (typeof words === 'string') continue;
      assert.deepEqual(Object.keys(words).sort(), ['one', 'other'], `${tag} ${key}`);
      for (const n of [0, 1.5, 2, 21, 1e6]) assert.equal(t(key, { n }), t(key, { n: 7 }).replaceAll('7', String(n)), `${tag} ${key} ${n}`);
    }
  }
  language.value = 'en';
});

test('what is wrong with a field is said in the language of the reader', () => {
  const of = (field, detail) => wordsOf({ problem: { code: 'bad_request', field, detail } });
  language.value = 'pt-BR';
  assert.equal(of('code', 'want the six digits of the newest code'), 'Escreva os seis dígitos do código mais novo.');
  assert.match(of('settings.keep_days', 'want 0 to 36500 days; 0 keeps files for ever'), /para sempre/);
  assert.match(of('emails', '"nada": want an address such as ana@example.com'), /^nada: escreva/);
  assert.equal(of('novelty', 'want something'), 'want something');
  language.value = 'en';
});

test('the audit tells each field by its name, and things by theirs', () => {
  const before = { rate: 20 }, after = { rate: 80, expires_at: '2027-11-29T19:46:09Z', own_only: true };
  assert.deepEqual(told({ action: 'number.changed', object: { kind: 'number', id: '1' }, before, after }).map((one) => [one.label, one.before]),
    [['Messages a second', '20'], ['Good until', undefined], ['Sees', undefined]]);
  assert.match(told({ action: 'key.made', object: {}, after })[1].after, /2027/);
  const filter = 'action=number&from=2026-11-23T00%3A00%3A00.000Z';
  assert.match(told({ action: 'audit.exported', object: { kind: 'audit', id: 'audit' }, after: { filter } })[0].after, /^Numbers · since/);
  assert.equal(objectWords({ action: 'number.changed', by: {}, object: { kind: 'number', id: '7', name: '5571955500121' } }), '+55 71 95550-0121');
});

test('another year is said', () => {
  language.value = 'pt-BR';
  const now = Date.parse('2026-11-29T12:00:00Z'), next = Date.parse('2027-11-29T12:00:00Z');
  assert.match(dayTime(next, now), /2027/);
  assert.match(doneAt(next, now), /2027/);
  assert.doesNotMatch(dayTime(now + 86_400_000, now), /2026/);
  language.value = 'en';
});

test('numbers that end alike keep what tells them apart', () => {
  const of = (...names) => Object.values(labels(names.map((name, i) => ({ id: String(i), name, display: '' })))).map((l) => l.label);
  assert.deepEqual(of('Rep 002 · Campinas', 'Rep 012 · Campinas', 'Rep 003 · Natal'), ['002 · Campinas', '012 · Campinas', 'Natal']);
  assert.deepEqual(of('Campinas', 'Lume · Campinas', 'Lume'), ['Campinas', 'Lume · Campinas', 'Lume']);
});

test('of a number that is out its being out is said', () => {
  const of = (health, ...troubles) => stateOf({ number: { health }, troubles }).key;
  assert.equal(of('stopped', 'quality_low'), 'fleet.state.stopped');
  assert.equal(of('stopped', 'quality_low', 'token_dead'), 'fleet.t.token_dead');
  assert.equal(of('ok', 'quality_low'), 'fleet.t.quality_low');
});

test('every key that the app names exists', async () => {
  const { readdir, readFile } = await import('node:fs/promises');
  const root = new URL('../app/', import.meta.url);
  for (const file of await readdir(root, { recursive: true })) {
    if (!file.endsWith('.js') || file.startsWith('text/i18n/')) continue;
    const source = await readFile(new URL(file, root), 'utf8');
    for (const [, key] of source.matchAll(/\bt\('([^']+)'/g)) assert.ok(key in en, `${file}: ${key}`);
    for (const [, key] of source.matchAll(/'(ev\.[a-zA-Z.]+)'/g)) assert.ok(key in en, `${file}: ${key}`);
  }
  const { commands } = await readFile(new URL('do/commands.js', root), 'utf8').then((s) => ({ commands: [...s.matchAll(/\{ id: '([^']+)'/g)].map((m) => m[1]) }));
  for (const id of commands) assert.ok(`do.${id}` in en, id);
});

test('marks set words off, and strange ones break nothing', () => {
  const drawn = (text, marks) => pieces(text, marks).map((p) => (p.hit ? `[${p.text}]` : p.text)).join('');
  assert.equal(drawn('a 👗 calça', [[5, 10]]), 'a 👗 [calça]');
  assert.equal(drawn('abc', [[0, 1], [2, 3]]), '[a]b[c]');
  assert.equal(drawn('abc', [[2, 1], [1, 2], [0, 1], [2, 9]]), 'a[b]c');
  assert.equal(drawn('', []), '');
  assert.equal(spread('Açaí É 👗'), 'acai e 👗');
});

test('a version has a line, or one near it', () => {
  const list = draw([said(2, 'a'), said(4, 'b'), said(5, 'no', { kind: 'reaction', content: { kind: 'reaction', reaction: { target: 'w4', emoji: '!' } } }), said(7, 'c')]);
  assert.deepEqual([1, 2, 4, 5, 6, 7, 99].map((v) => keyAt(list, v)), ['', 'v2', 'v4', 'v4', 'v4', 'v7', 'v7']);
});

test('a viewer goes through pictures and films that are here', () => {
  const file = (version, type, state) => said(version, '', { kind: 'media', content: { kind: 'media', media: { type } }, media: { message_id: `w${version}`, state } });
  const items = [file(1, 'image', 'kept'), file(2, 'image', 'wanted'), file(3, 'audio', 'kept'), file(4, 'video', 'kept'), file(5, 'image', 'kept'),
    said(6, '', { kind: 'revoke', content: { kind: 'revoke', revoke: { target: 'w5' } } })];
  assert.deepEqual(viewable(items).map((i) => i.version), [1, 4]);
});

test('the bars of a sound stay the same and inside their box', () => {
  assert.deepEqual(bars('wamid.1', 38), bars('wamid.1', 38));
  assert.notDeepEqual(bars('wamid.1', 38), bars('wamid.2', 38));
  for (const h of bars('wamid.3', 200)) assert.ok(h > 0.1 && h <= 1, String(h));
});

test('pictures keep their height whether they are here or not', () => {
  const height = (type, state) => estimate(draw([said(1, '', { kind: 'media', content: { kind: 'media', media: { type } }, media: { state } })])[1]);
  assert.equal(height('image', 'wanted'), height('image', 'kept'));
  assert.equal(height('audio', 'wanted'), height('audio', 'kept'));
});

test('what is typed for a field that was asked for is given to it when it comes, and is no command', () => {
  const field = { isConnected: true, matches: () => true }, page = { isConnected: true, matches: () => false };
  const type = (typing, text, now = 0) => [...text].map((key) => typing.hear(page, key, now)).every(Boolean);
  const one = new Typing();
  one.ask(0);
  assert.equal(type(one, 'Resx'), true);
  assert.deepEqual(['Backspace', 'Enter', 'ArrowUp'].map((key) => one.hear(page, key, 1)), [true, true, true]);
  one.ask(2); // asked again while it is under way
  assert.equal(type(one, 'p'), true);
  assert.equal(one.came(), 'Resp');
  assert.equal(one.hear(page, 'e', 3), false, 'afterwards keys are commands again');

  const never = new Typing();
  never.ask(0);
  never.hear(page, 'r', 10);
  never.fails();
  assert.deepEqual([never.hear(page, 'e', 20), never.hear(page, 'e', 1100), never.hear(page, 'e', 2400)], [true, true, false], 'nothing comes: lost until one pauses');
  assert.equal(never.came(), '');

  const late = new Typing();
  late.ask(0);
  assert.equal(late.hear(page, 'e', 3001), false, 'nobody waits for ever');

  for (const away of [(x) => x.leave(), (x) => x.hear(page, 'Escape', 1), (x) => x.hear(page, 'Tab', 1), (x) => x.hear(field, 'a', 1)]) {
    const gone = new Typing();
    gone.ask(0);
    away(gone);
    assert.equal(gone.held, null);
    assert.equal(gone.hear(page, 'e', 2), false, 'whoever goes elsewhere types there');
  }
});
