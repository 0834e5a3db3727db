// Who may pass a conversation on, to whom, and by which command.

import assert from 'node:assert/strict';
import test from 'node:test';
import { hasLeft, keepsFromPassing, passing, receivers, requestedAt } from '../../app/core/handover.js';
import { apply } from '../../app/core/reducer.js';
import { ana, bruno, me, nobody, opened, row } from './given.js';

const manager = { ...me, id: 'rafa', role: 'manager' };
const person = (id, ...teams) => ({ id, name: id[0].toUpperCase() + id.slice(1), role: 'agent', teams });
const agents = [person('ana', 't'), person('bruno', 't'), person('césar', 'vip'), person('dora', 't', 'vip'), person('rafa')];
const teams = [{ id: 't', name: 'Loja' }, { id: 'vip', name: 'VIP' }];
const names = (of) => receivers({ me: manager, agents, teams, q: '', ...of }).map((r) => r.key + (r.team && r.agent ? `@${r.team.id}` : ''));

test('the owner and managers pass it on; others are told why not', () => {
  const given = [
    [nobody, me, 'unclaimed'], [nobody, manager, ''], [nobody, { ...me, role: 'admin' }, ''],
    [ana, me, ''], [bruno, me, 'other'], [bruno, manager, ''], [{ kind: 'assistant', id: 'ana', epoch: 1 }, me, 'other'],
  ];
  for (const [owner, who, want] of given) assert.equal(keepsFromPassing(row('a', 1, { owner }), who), want, `${owner.kind} ${who.role}`);
});

test('it goes to colleagues of its team, to its queue, and to other teams', () => {
  assert.deepEqual(names({ row: row('a', 1) }), ['ana', 'bruno', 'dora', 'team vip'], 'what is in the queue does not go there');
  assert.deepEqual(names({ row: row('a', 1, { owner: ana }) }), ['bruno', 'dora', 'queue', 'team vip']);
  assert.deepEqual(names({ row: row('a', 1, { owner: ana }), me }), ['bruno', 'dora', 'queue', 'team vip']);
  assert.deepEqual(names({ row: row('a', 1), q: 'cesar' }), ['césar@vip'], 'who is looked for may be elsewhere');
  assert.deepEqual(names({ row: row('a', 1), q: 'vip' }), ['team vip']);
  assert.deepEqual(names({ row: row('a', 1, { team_id: 'vip' }), q: '' }), ['césar', 'dora', 'team t']);
});

test('nobody is offered who does not work with its number', () => {
  const at = (numbers) => agents.map((a) => (a.id === 'bruno' ? { ...a, numbers, own_only: true } : { ...a, numbers: [] }));
  const number = row('a', 1).phone_number_id;
  for (const [numbers, offered] of [[[], true], [[number], true], [['other', number], true], [['other'], false]]) {
    assert.equal(names({ row: row('a', 1), agents: at(numbers) }).includes('bruno'), offered, numbers.join());
  }
});

test('what nobody has is assigned as long as that is so; a note and another team make a transfer', () => {
  const free = row('a', 1, { owner: { ...nobody, epoch: 4 } }), owned = row('a', 1, { owner: ana });
  const to = { key: 'bruno', kind: 'agent', agent: agents[1] }, far = { key: 'césar', kind: 'agent', agent: agents[2], team: teams[1] };
  assert.deepEqual(passing(free, to, ''), { type: 'assign', body: { agent_id: 'bruno', expected_owner_epoch: 4 } });
  assert.deepEqual(passing(free, to, 'Oi'), { type: 'transfer', body: { agent_id: 'bruno', note: 'Oi' } });
  assert.deepEqual(passing(owned, to, ''), { type: 'transfer', body: { agent_id: 'bruno', note: '' } });
  assert.deepEqual(passing(free, far, ''), { type: 'transfer', body: { agent_id: 'césar', team_id: 'vip', note: '' } });
  assert.deepEqual(passing(owned, { key: 'team vip', kind: 'team', team: teams[1] }, 'Oi'), { type: 'transfer', body: { team_id: 'vip', note: 'Oi' } });
  assert.deepEqual(passing(owned, { key: 'queue', kind: 'queue' }, ''), { type: 'release', body: {} });
  assert.deepEqual(passing(owned, { key: 'queue', kind: 'queue' }, 'Oi'), { type: 'transfer', body: { note: 'Oi' } });
});

test('an owner has left who is not among the colleagues that were read since, or is closed', () => {
  const at = Date.UTC(2026, 10, 24, 12), owner = (id, since) => ({ kind: 'agent', id, epoch: 1, since: new Date(at + since).toISOString() });
  assert.equal(hasLeft(owner('bruno', -1000), agents, at), false);
  assert.equal(hasLeft(owner('bruno', -1000), agents.map((a) => ({ ...a, active: a.id !== 'bruno' })), at), true);
  assert.equal(hasLeft(owner('zeca', -1000), agents, at), true);
  assert.equal(hasLeft(owner('zeca', 1000), agents, at), false, 'new since');
  assert.equal(hasLeft(owner('zeca', -1000), [], 0), false, 'nobody was read yet');
  assert.equal(hasLeft({ ...owner('zeca', -1000), kind: 'assistant' }, agents, at), false);
  assert.deepEqual(names({ row: row('a', 1), agents: agents.map((a) => ({ ...a, active: a.id !== 'bruno' })) }), ['ana', 'dora', 'team vip'], 'nothing is passed to who has left');
});

test('who was asked for it is not asked again until he may have missed it, or somebody else has it', () => {
  const minute = 60_000, held = row('a', 1, { owner: bruno });
  let s = apply(opened([held]), { t: 'requested', id: 'a', at: 100 });
  const at = (now) => requestedAt(s.requested.a, s.rows.a, now);
  assert.deepEqual([at(100), at(100 + 9 * minute), at(100 + 11 * minute)], [100, 100, 0]);
  const refused = apply(s, { t: 'requested', id: 'a', at: 0 });
  assert.equal(requestedAt(refused.requested.a, held, 100), 0, 'it never reached him');
  s = apply(s, { t: 'rows', rows: [row('a', 2, { owner: { ...ana, epoch: 2 } })] });
  assert.equal(at(100), 0, 'whoever has got it since was not asked');
});
