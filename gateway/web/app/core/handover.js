// Who may pass a conversation on, and to whom. Pure.

import { spread } from './words.js';

/** @typedef {import('./types.js').Agent} Agent */
/** @typedef {{id: string, name: string}} Team */
/**
 * @typedef {{key: string, kind: 'agent'|'queue'|'team', agent?: Agent, team?: Team}} Receiver team: the one that it
 *   moves to
 */

/**
 * What keeps a person from passing it on: nothing, that nobody has it, or that
 * somebody else has. A manager gives what is nobody's and what is another's.
 * @param {import('./types.js').Row} row @param {{id: string, role: string}|null} me @returns {''|'unclaimed'|'other'}
 */
export function keepsFromPassing(row, me) {
  if (me !== null && me.role !== 'agent' || row.owner.kind === 'agent' && row.owner.id === me?.id) return '';
  return row.owner.kind === 'nobody' ? 'unclaimed' : 'other';
}

/**
 * Whether an owner no longer answers here: the account was closed, or he left the
 * team, so that nobody can ask him. Who owns since before the colleagues were read
 * would be among them; who came later may be new.
 * @param {import('./types.js').Owner} owner @param {Agent[]} agents @param {number} at when they were read, 0 never
 */
export function hasLeft(owner, agents, at) {
  if (owner.kind !== 'agent' || at === 0) return false;
  const found = agents.find((a) => a.id === owner.id);
  return found ? found.active === false : (Date.parse(owner.since ?? '') || 0) < at;
}

/** How long one waits for an answer before one asks again, in milliseconds. */
const patience = 10 * 60_000;

/**
 * When the person asked this owner for the conversation, as long as an answer may
 * come: whoever has got it since was not asked. 0: not asked.
 * @param {{epoch: number, at: number}|undefined} request @param {import('./types.js').Row} row @param {number} now
 */
export const requestedAt = (request, row, now) =>
  (request?.epoch === row.owner.epoch && now - request.at < patience ? request.at : 0);

/**
 * Whether the conversation's number is among those of a colleague.
 * @param {Agent} a @param {import('./types.js').Row} row
 */
const worksWith = (a, row) => !a.numbers?.length || a.numbers.includes(row.phone_number_id);

/**
 * Colleagues of the conversation's team, its queue, the queues of other teams,
 * and, once one looks for somebody, colleagues of those.
 * @param {{row: import('./types.js').Row, me: {id: string}|null, agents: Agent[], teams: Team[], q: string}} of
 * @returns {Receiver[]}
 */
export function receivers({ row, me, agents, teams, q }) {
  const asked = spread(q.trim()), fits = (/** @type {string} */ name) => spread(name).includes(asked);
  const may = agents.filter((a) => a.active !== false && a.role !== 'auditor' && worksWith(a, row)
    && a.id !== me?.id && a.id !== row.owner.id && fits(a.name));
  const others = teams.filter((x) => x.id !== row.team_id), here = may.filter((a) => a.teams.includes(row.team_id));
  const there = asked === '' ? [] : may.filter((a) => !here.includes(a));
  return [
    ...here.map((agent) => ({ key: agent.id, kind: /** @type {const} */ ('agent'), agent })),
    ...(row.owner.kind === 'nobody' ? [] : [{ key: 'queue', kind: /** @type {const} */ ('queue') }]),
    ...others.filter((x) => fits(x.name))
      .map((team) => ({ key: `team ${team.id}`, kind: /** @type {const} */ ('team'), team })),
    ...there.map((agent) =>
      ({ key: agent.id, kind: /** @type {const} */ ('agent'), agent,
        team: others.find((x) => agent.teams.includes(x.id)) })).filter((x) => x.team),
  ];
}

/**
 * The command that passes it on. What nobody has is assigned, and only as long as
 * that is so; a note goes with a transfer alone.
 * @param {import('./types.js').Row} row @param {Receiver} to @param {string} note
 * @param {boolean} [drop] what is scheduled is not sent @returns {{type: string, body: any}}
 */
export function passing(row, to, note, drop = false) {
  if (to.kind === 'queue' && note === '' && !drop) return { type: 'release', body: {} };
  if (to.agent && !to.team && row.owner.kind === 'nobody' && note === '' && !drop) {
    return { type: 'assign', body: { agent_id: to.agent.id, expected_owner_epoch: row.owner.epoch } };
  }
  return { type: 'transfer',
    body: { ...(to.agent ? { agent_id: to.agent.id } : {}), ...(to.team ? { team_id: to.team.id } : {}), note,
      ...(drop ? { drop_scheduled: true } : {}) } };
}
