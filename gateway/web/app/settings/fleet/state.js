// All numbers of the company: how they fare, and in which order they stand.

import { api } from '../../wire/api.js';
import { signal } from '../../../lib/signals.js';
import { resource } from '../resource.js';

/** @typedef {import('../../core/api_types.js').FleetNumber} FleetNumber */

export const fleet = resource(async () => {
  const [all, teams] = await Promise.all([api.fleet(), api.teams()]);
  return { numbers: all.numbers, teams: teams.teams };
});

/** The job under way; null: none was begun here. */
export const job = signal(/** @type {import('../../core/api_types.js').Job|null} */ (null));

/** The numbers that have refused it. */
export const refused = signal(/** @type {string[]} */ ([]));

const dead = ['token_dead', 'token_missing', 'blocked', 'offline'];

/** Of no use at all, in trouble, held back by somebody, or well. @param {FleetNumber} n */
export function badness(n) {
  if (n.number.health === 'stopped' || n.troubles.some((one) => dead.includes(one))) return 0;
  if (n.troubles.length > 0 || n.number.health !== 'ok') return 1;
  return n.number.hold ? 2 : 3;
}

/** What is the matter: a key of the texts, and how bad it is. @param {FleetNumber} n */
export function stateOf(n) {
  const cls = ['late', 'soon', '', ''][badness(n)], { health, hold } = n.number;
  const worst = n.troubles.find((one) => dead.includes(one)) ?? (health === 'stopped' ? undefined : n.troubles[0]);
  if (worst) return { key: `fleet.t.${worst}`, cls };
  if (health !== 'ok') return { key: `fleet.state.${health}`, cls };
  return { key: !hold ? 'fleet.normal' : hold.rate ? 'fleet.held.rate' : hold.all ? 'fleet.held'
    : 'fleet.held.machines', cls };
}

/** How many messages a second go at most now. @param {FleetNumber['number']} n */
export const rateOf = (n) => Math.min(n.rate ?? Infinity, n.hold?.rate || Infinity);

/** @type {Record<string, (n: FleetNumber) => boolean>} */
export const tabs = {
  all: () => true,
  trouble: (n) => badness(n) < 2,
  coexistence: (n) => !!n.number.coexistence,
  paused: (n) => !!n.number.hold,
  restricted: (n) => n.troubles.some((one) => one === 'restricted' || one === 'blocked'),
  token: (n) => n.troubles.some((one) => one.startsWith('token')),
  silent: (n) => n.troubles.includes('silent'),
};

/** The worst first. @param {FleetNumber[]} list @returns {string[]} */
export const ranked = (list) => [...list].sort((a, b) => badness(a) - badness(b)
  || a.number.name.localeCompare(b.number.name) || a.number.id.localeCompare(b.number.id)).map((n) => n.number.id);

/**
 * Those of an order that was settled before; who is new stands behind. Nothing jumps
 * while one looks.
 * @param {FleetNumber[]} list @param {string[]} order
 */
export function inOrder(list, order) {
  const at = new Map(order.map((id, i) => [id, i])), last = order.length;
  return [...list].sort((a, b) => (at.get(a.number.id) ?? last) - (at.get(b.number.id) ?? last));
}

/** @param {FleetNumber[]} list @param {string} q @param {(id: string) => string} team */
export function matching(list, q, team) {
  const words = q.trim().toLocaleLowerCase(), digits = words.replace(/\D/g, '');
  if (!words) return list;
  return list.filter(({ number: n }) => [n.name, n.display, team(n.team_id)].some((text) =>
    text.toLocaleLowerCase().includes(words)) || digits.length > 2 && n.display.replace(/\D/g, '').includes(digits));
}

/** @param {string} id */
async function refusedOf(id) {
  const found = [];
  for (let page = await api.job(Number(id)); ; page = await api.job(Number(id), page.next)) {
    found.push(...(page.items ?? []).filter((i) => i.state === 'refused').map((i) => i.number));
    if (!page.next) return found;
  }
}

/** @param {string} id */
export async function follow(id) {
  const end = Date.now() + 10 * 60_000;
  refused.value = [];
  for (;;) {
    job.value = await api.job(Number(id));
    if (job.value?.ended_at && job.value.refused > 0) refused.value = await refusedOf(id);
    if (job.value?.ended_at || Date.now() > end) return;
    await new Promise((done) => { setTimeout(done, 500); });
  }
}
