// Who works here, who is invited, and the teams, as the pages of people and teams
// show them.

import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { resource } from './resource.js';

/** @typedef {import('../core/api_types.js').Agent} Person */

export const office = resource(async () => {
  const [people, teams, invitations, numbers, jobs] = await Promise.all([
    api.people(), api.teams(), api.invitations(), api.numbers(), api.jobs(),
  ]);
  return { people: people.agents, teams: teams.teams, invitations: invitations.invitations,
    numbers: numbers.numbers, removed: teams.removed, jobs: jobs.jobs };
}, ['person', 'team', 'number', 'invitation', 'job']);

/** @param {{id: string, name: string}[]} teams @param {string[]} ids */
export const teamNames = (teams, ids) => ids.map((id) => teams.find((team) => team.id === id)?.name ?? id).join(', ');

/** How many are invited at once, as the server has it. */
const mostInvited = 100;

/** What is wrong with a list of addresses, in words; '' where nothing is. @param {string[]} list */
export function wrongAddresses(list) {
  if (list.length > mostInvited) return t('people.wrong.many', { n: list.length, most: mostInvited });
  const none = list.find((email) => !/.@./.test(email));
  if (none !== undefined) return t('people.wrong.address', { email: none });
  const seen = new Set();
  const twice = list.find((email) => seen.size === seen.add(email.toLowerCase()).size);
  return twice === undefined ? '' : t('people.wrong.twice', { email: twice });
}
