import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks, keyAt } from '../app/thread/blocks.js';
import { apply } from '../app/core/reducer.js';
import { holds } from '../app/core/thread.js';
import { live, ours, reading, sending } from './rules/given.js';

const noon = Date.UTC(2026, 10, 24, 12);
const minute = 60_000;

/** What arrived as a version, and stands at a minute. */
const said = (version, at, body, more = {}) => ({
  version, place_ms: noon + at * minute, at: new Date(noon + version * minute).toISOString(), type: 'message',
  message: { id: `w${version}`, direction: 'in', kind: 'text', author: { kind: 'contact' }, sent_at: new Date(noon + at * minute).toISOString(), content: { kind: 'text', text: { body } } }, ...more,
});
const change = (version, at, kind, target, content = {}) => {
  const item = said(version, at, '', { target });
  return { ...item, message: { ...item.message, kind, content: { kind, [kind]: { target, ...content } } } };
};
const draw = (items, more = {}) => blocks({ items, pending: [], me: 'ana', unread: 0, openedAt: 99, closedAt: 0, now: noon, ...more });
const versions = (s) => s.threads.c.items.map((i) => i.version).join(' ');

test('every order of arrival draws the same thread', () => {
  const did = [
    (v) => ({ ...said(v, 1, 'errrado'), message: { ...said(v, 1, 'errrado').message, id: 'a' } }),
    (v) => change(v, 2, 'edit', 'a', { text: 'certo' }), (v) => change(v, 3, 'edit', 'a', { text: 'certíssimo' }),
    (v) => ({ ...said(v, 4, 'senha'), message: { ...said(v, 4, 'senha').message, id: 'b' } }),
    (v) => change(v, 5, 'revoke', 'b'), (v) => change(v, 6, 'edit', 'b', { text: 'senha nova' }), (v) => change(v, 7, 'reaction', 'a', { emoji: '👍' }),
  ];
  const shown = (list) => list.filter((b) => b.type === 'msg').map((b) => [b.item.message.id, b.edit, b.revoked, b.marks?.[0].emoji]);
  const want = [['a', 'certíssimo', false, '👍'], ['b', undefined, true, undefined]];
  const visit = (done, left) => {
    if (left.length === 0) {
      let s = reading([said(1, 0, 'before')]);
      done.forEach((make, n) => { s = apply(s, live(n + 2, [make(n + 2)])); });
      assert.deepEqual(shown(draw(s.threads.c.items)).slice(1), want);
    }
    left.forEach((make, n) => visit([...done, make], left.toSpliced(n, 1)));
  };
  visit([], did);
});

test('an edit that came before is read with its message', () => {
  const edit = change(0, 2, 'edit', 'w9', { text: 'certo' }).message;
  const [, drawn] = draw([said(9, 1, 'errrado', { edit })]);
  assert.equal(drawn.edit, 'certo');
  const [, later] = draw([said(9, 1, 'errrado', { edit }), change(10, 1.5, 'edit', 'w9', { text: 'outra' })]);
  assert.equal(later.edit, 'certo', 'the newest wording, not the last to arrive');
  const [, gone] = draw([said(9, 1, '', { revoked: true })]);
  assert.deepEqual([gone.revoked, gone.edit], [true, undefined]);
});

test('no wording of what was taken back is shown, before its message comes either', () => {
  const list = draw([change(2, 1, 'edit', 'x', { text: 'secret' }), change(3, 2, 'revoke', 'x')]);
  assert.deepEqual(list.filter((b) => b.type === 'msg').map((b) => b.item.message.kind), ['revoke']);
});

test('a quote shows what is left of what it quotes', () => {
  const quoting = (version, of) => { const i = said(version, version, 're'); i.message.content.quoted = of; return i; };
  const list = draw([said(1, 1, 'a'), said(2, 2, 'b'), quoting(3, 'w1'), quoting(4, 'w2'), change(5, 5, 'revoke', 'w1'), change(6, 6, 'edit', 'w2', { text: 'B' })]);
  const of = (version) => list.find((b) => b.item?.version === version);
  assert.deepEqual([of(3).quotedGone, of(4).quotedGone, of(4).quotedEdit], [true, false, 'B']);
});

test('the unread begin at the first of what arrived last, wherever it stands', () => {
  const kinds = (list) => list.map((b) => (b.item ? b.item.version : b.type)).join(' ');
  const items = [said(1, 1, 'a'), said(4, 2, 'late'), said(2, 3, 'b'), said(3, 4, 'c')];
  assert.equal(kinds(draw(items, { unread: 2, openedAt: 4 })), 'day 1 new 4 2 3');
  assert.equal(kinds(draw(items, { unread: 1, openedAt: 3 })), 'day 1 4 2 new 3', 'what comes after opening is not behind it');
  assert.equal(kinds(draw([...items, change(5, 5, 'revoke', 'w3')], { unread: 1, openedAt: 5 })), 'day 1 new 4 2 3', 'what was taken back is not counted');
});

test('what is hours late stands at its arrival, with its own time, in the day of its neighbours', () => {
  const late = said(2, 60, 'from yesterday');
  late.message.sent_at = new Date(noon - 20 * 60 * minute).toISOString();
  const list = draw([said(1, 59, 'a'), late, said(3, 61, 'b')]);
  assert.equal(list.map((b) => b.type).join(' '), 'day msg msg msg');
  assert.deepEqual(list.slice(1).map((b) => b.otherDay), [false, true, false]);
  assert.equal(list[2].at, Date.parse(late.message.sent_at));
});

test('a version that is no line leads to what arrived last before it', () => {
  const list = draw([said(1, 1, 'a'), said(9, 2, 'late'), said(5, 3, 'b')]);
  assert.deepEqual([keyAt(list, 7), keyAt(list, 9), keyAt(list, 20)], ['v5', 'v9', 'v9']);
});

test('a bubble on its way stays at the end when a late message comes in above', () => {
  let s = reading([said(1, 1, 'a'), said(2, 5, 'b')]);
  s = apply(s, sending('e1', 'mine', { at: noon + 6 * minute }));
  s = apply(s, live(3, [said(3, 2, 'late')]));
  assert.equal(draw(s.threads.c.items, { pending: s.pending.c }).map((b) => b.key).slice(1).join(' '), 'v1 v3 v2 pe1');
  const mine = { ...ours(4, 'mine'), place_ms: noon + 6 * minute };
  mine.message.author = { kind: 'agent', id: 'ana' };
  s = apply(s, live(4, [mine]));
  assert.equal(s.pending.c, undefined);
  assert.equal(versions(s), '1 3 2 4');
});
