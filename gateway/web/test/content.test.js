import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { remedyOf } from '../app/core/composer_state.js';
import { blocks } from '../app/thread/blocks.js';
import { describe } from '../app/thread/EventLine.js';
import { explain, explainKept, group, reason } from '../app/text/failure.js';
import { money } from '../app/text/format.js';
import { languages, language, t } from '../app/text/i18n.js';
import { state } from '../app/core/state.js';
import { foldReplaced } from '../app/core/thread.js';
import { keyOf } from '../app/thread/wamid.js';

const byPhone = 'wamid.HBgNNTUyMTk4ODgxMDAwMhUCABIYFDNBNUYxOUMyRDRFNkI4QTA5MTdDAA==';
const byUser = 'wamid.HBgTQlIuNzc4ODk5MDAxMTIyMzM0NBUUABIYFDNBNUYxOUMyRDRFNkI4QTA5MTdDAA==';
const noon = Date.UTC(2026, 10, 24, 12);
const at = (minute) => new Date(noon + minute * 60_000).toISOString();
const item = (version, id, kind, content, more = {}) => ({
  version, at: at(version), type: 'message', ...more, message: { id, direction: 'in', kind, author: { kind: 'contact' }, sent_at: at(version), content: { kind, ...content } },
});
const draw = (items, more = {}) => blocks({ items, pending: [], me: 'ana', unread: 0, openedAt: 99, closedAt: 0, now: noon, ...more });
const bubbles = (list) => list.filter((b) => b.type === 'msg');

test('one message has one key, whichever of its ids names it', () => {
  assert.equal(keyOf(byPhone), '3A5F19C2D4E6B8A0917C');
  assert.equal(keyOf(byUser), keyOf(byPhone));
  for (const id of ['', 'wamid.', 'wamid.H11795897358327', 'wamid.HB!!', '0190-our-own', byPhone.slice(6)]) assert.equal(keyOf(id), id);
});

test('a quote and a reaction by the other id stand at their message', () => {
  const [first, second] = bubbles(draw([
    item(1, byPhone, 'text', { text: { body: 'Tem o vestido azul?' } }),
    item(2, 'wamid.q', 'text', { text: { body: 'esse aqui' }, quoted: byUser }),
    item(3, 'wamid.r', 'reaction', { reaction: { target: byUser, emoji: '👍' } }, { target: byUser }),
  ]));
  assert.deepEqual(first.marks?.map((m) => m.emoji), ['👍']);
  assert.equal(second.quoted?.version, 1);
});

test('an edit and a revoke by the other id are of their message', () => {
  const list = draw([
    item(1, byPhone, 'text', { text: { body: 'azul' } }),
    item(2, 'wamid.e', 'edit', { edit: { target: byUser, text: 'verde' } }, { target: byUser }),
  ]);
  assert.equal(bubbles(list)[0].edit, 'verde');
  const gone = draw([item(1, byPhone, 'text', { text: { body: 'azul' } }), item(2, 'wamid.x', 'revoke', {}, { target: byUser })]);
  assert.deepEqual(bubbles(gone).map((b) => b.revoked), [true]);
});

test('what nobody has to answer is a line, and not among the unread', () => {
  const list = draw([
    item(1, 'a', 'text', { text: { body: 'oi' } }), item(2, 'b', 'text', { text: { body: 'e aí?' } }),
    item(3, 'c', 'system', { system: { type: 'customer_identity_changed', body: 'Ana changed security code' } }),
  ], { unread: 1 });
  assert.deepEqual(list.map((b) => b.type), ['day', 'msg', 'new', 'msg', 'event']);
});

test('what comes late stands where its placeholder stood', () => {
  const items = [item(1, 'a', 'unsupported', { code: 131060 }), item(2, 'b', 'text', { text: { body: 'oi' } })];
  const late = { version: 5, type: 'replaced', message: { ...items[0].message, kind: 'text', content: { kind: 'text', text: { body: 'quero' } } } };
  const folded = foldReplaced(items, [late]);
  assert.deepEqual(folded.map((i) => [i.version, i.message.content.text?.body]), [[1, 'quero'], [2, 'oi']]);
  assert.equal(foldReplaced(items, []), items);
});

test('every code of the server has words in every language', () => {
  const table = readFileSync(new URL('../../cloudapi/codes/table.go', import.meta.url), 'utf8');
  const codes = [...table.matchAll(/Code: (\d+),(?! Last)[^}]*?Group: "/g)].map((m) => Number(m[1]));
  assert.ok(codes.length > 80, `${codes.length} codes`);
  for (const code of new Set(codes)) {
    assert.notEqual(group(code), 'unknown', String(code));
  }
  for (const tag of Object.keys(languages)) {
    language.value = tag;
    assert.ok(!reason({ message_id: '', state: 'failed', error_code: 424242, error_text: 'Something in English' }).includes('English'));
    assert.ok(reason({ message_id: '', state: 'failed', error_code: 131026 }).endsWith('(131026)'));
    for (const code of new Set(codes)) assert.ok(languages[tag][`meta.${group(code)}`], `${tag} ${code}`);
  }
  language.value = 'en';
});

test('every rule that a person can break is said in each language, and not in the words of the server', () => {
  const api = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
  const ofCallers = ['template_unnamed', 'value_unknown', 'template_values']; // no form of the page brings them about
  for (const tag of Object.keys(languages)) {
    language.value = tag;
    for (const why of api.components.schemas.Problem.properties.reason.enum) {
      if (languages[tag][`connect.why.${why}`]) continue; // of a token, said where one is given
      if (why === 'expired') continue; // of an invitation, said where its link is opened
      for (const code of ['bad_content', 'no_template']) {
        const said = explain({ code, reason: why, title: '', status: 422, detail: 'its status is odd' });
        assert.ok(said && !said.includes('no.') && !said.includes('odd'), `${tag} ${why}: ${said}`);
        assert.equal(said === t('no.content') || said === t('no.template'), ofCallers.includes(why), `${tag} ${why}: ${said}`);
      }
    }
    assert.equal(explain({ code: 'no_template', title: '', status: 422, detail: 'of a newer server' }), t('no.template'));
  }
  language.value = 'en';
});

test('a snooze that ended says what ended it', () => {
  const k = (from, by) => describe({ version: 3, type: 'phase', at: '', place_ms: 3, phase: { from, to: 'open', by } }, 0).k;
  const contact = { kind: 'contact' }, clock = { kind: 'system', id: 'snooze' }, person = { kind: 'agent', id: 'bruno', name: 'Bruno' };
  assert.deepEqual([k('snoozed', contact), k('snoozed', clock), k('snoozed', person)], ['ev.back.contact', 'ev.back.self', 'ev.reopened']);
  assert.deepEqual([k('resolved', contact), k('resolved', clock), k('pending', contact)], ['ev.reopened.contact', 'ev.reopened.self', 'ev.reopened.contact']);
});

test('that a text is kept is said only where there is one', () => {
  const late = { code: 'already_owned', title: '', status: 409, owner: { kind: 'agent', id: 'bruno', name: 'Bruno', epoch: 2 } };
  for (const tag of Object.keys(languages)) {
    language.value = tag;
    for (const code of ['not_owner', 'already_owned', 'unclaimed', 'epoch', 'window_closed']) {
      const plain = explain({ ...late, code });
      assert.ok(!plain.includes(t('no.kept')), `${tag} ${code}`);
      assert.equal(explainKept({ ...late, code }), `${plain} ${t('no.kept')}`, `${tag} ${code}`);
    }
    assert.equal(explainKept({ code: 'bad_content', title: '', status: 422 }), t('no.content'));
  }
  language.value = 'en';
});

test('what ends the fault of a number does not tell the fault again', () => {
  for (const tag of Object.keys(languages)) {
    language.value = tag;
    assert.match(reason({ message_id: '', state: 'failed', error_code: 190 }), /WhatsApp/, tag);
    assert.doesNotMatch(t(remedyOf({ health_cause: 'token' })), /WhatsApp/, tag);
  }
  language.value = 'en';
});

test('amounts are in their currency, whatever it is', () => {
  assert.match(money(224.8, 'BRL'), /224\.80/);
  assert.equal(money(3, 'points'), '3 points');
  assert.equal(money(3), '3');
});

const shaped = ['message', 'owner', 'phase', 'status', 'read', 'media', 'replaced'];

test('what somebody did is said in the words of its type, in each language', () => {
  const api = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
  const types = api.components.schemas.Item.properties.type.enum;
  assert.deepEqual(types.slice(0, shaped.length), shaped);
  // 'released' stands for them while there is none
  for (const type of [...types.slice(shaped.length), 'released']) {
    const of = (id) => describe({ version: 3, type, at: '', place_ms: 3, by: { kind: 'agent', id, name: 'Ana Lima' } }, 0);
    state.value = { ...state.value, me: { id: 'bruno' } };
    assert.deepEqual(of('ana'), { icon: 'user', k: `ev.${type}`, of: { who: 'Ana' } });
    assert.equal(of('bruno').k, `ev.${type}.me`);
    for (const tag of Object.keys(languages)) {
      for (const k of [`ev.${type}`, `ev.${type}.me`]) assert.equal(typeof languages[tag][k], 'string', `${tag} ${k}`);
    }
  }
  state.value = { ...state.value, me: null };
  assert.equal(describe({ version: 3, type: 'of_a_newer_server', at: '', place_ms: 3, by: { kind: 'system' } }, 0).k, 'kind.system');
});
