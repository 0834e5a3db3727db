// How far the first steps have come. All of it is read from what there is: who leaves
// takes it up again where it stands, from any browser.

import { api } from '../wire/api.js';
import { readSetting, writeSetting } from '../storage.js';
import { resource } from './resource.js';

/** The steps, in their order. */
export const steps = ['company', 'number', 'people', 'test'];

export const start = resource(async () => {
  const [me, people, teams, invitations, numbers] = await Promise.all([
    api.me(), api.people(), api.teams(), api.invitations(), api.numbers(),
  ]);
  return { named: me.setup.named, name: me.tenant_name, teams: teams.teams, numbers: numbers.numbers,
    people: people.agents.filter((/** @type {any} */ one) => !one.disabled).length,
    invited: invitations.invitations.length };
}, ['tenant', 'person', 'team', 'number', 'invitation']);

/** A conversation in which a customer has written, or null. */
export const arrived = resource(async () => {
  for (const view of ['all', 'resolved']) {
    const rows = (await api.list({ view, limit: 20 })).conversations;
    const row = rows.find((/** @type {any} */ one) => !one.last.outbound || one.window_closes_at);
    if (row) return { view, row };
  }
  return { view: 'all', row: null };
}, ['none']); // nothing of the settings tells of it

const skipped = 'start.alone';
export const alone = () => readSetting(skipped) !== '';
export const skipPeople = () => writeSetting(skipped, '1');

/** Which steps are done, by what was read. @returns {Record<string, boolean>} */
export function doneOf(of, came) {
  return { company: of.named, number: of.numbers.length > 0, people: of.people > 1 || of.invited > 0 || alone(),
    test: Boolean(came?.row) };
}
