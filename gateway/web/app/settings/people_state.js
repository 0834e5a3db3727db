// Who works here, who is invited, and the teams, as the pages of people and teams
// show them.

import { api } from '../wire/api.js';
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
