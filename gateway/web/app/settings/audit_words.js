// What a line of the audit tells, in words: whom it is about, and each field that it
// was done with or that it changed.

import { browserOf } from '../text/browser.js';
import { dayTime, phone } from '../text/format.js';
import { t } from '../text/i18n.js';
import { agents, numbers, teamOf } from '../core/state.js';
import { numberNames } from './LimitChoice.js';
import { languageNames } from './profile.js';
import { screenName } from './ProfileFields.js';

/** @typedef {import('../core/api_types.js').AuditLine} Line */
/**
 * A field; before is there where it was changed.
 * @typedef {{name: string, label: string, before?: string, after?: string}} Told
 */

/** Words where there are some. @param {string} key @param {string} otherwise */
const wordsOr = (key, otherwise) => {
  const words = t(key);
  return words === key ? otherwise : words;
};

const names = { team: (id) => teamOf(id)?.name ?? id, number: (id) => numberNames(numbers.value, [id]),
  person: (id) => agents.value.find((a) => a.id === id)?.name ?? id };

/** Whom or what it is about. @param {Line} line */
export function objectWords({ object, by, client, action }) {
  const { kind, id } = object, known = object.name || id;
  if (action === 'person.signed_in' && id === by.id && client) return browserOf(client);
  if (kind === 'settings') return wordsOr(`audit.of.${id}`, known);
  if (kind === 'audit') return t('settings.audit');
  if (kind !== 'number') return known;
  const number = numbers.value.find((n) => n.id === id);
  return number?.name || phone(known.replace(/^\+/, ''));
}

/** What is told; of what is new only what says something. @param {Line} line @returns {Told[]} */
export function told({ before, after, action, object }) {
  return [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])]
    .filter((name) => (before && name in before) || !empty(after?.[name]))
    .filter((name) => !(after?.all_teams && name === 'teams') && !(name === 'email' && after?.email === object.name
      && action === 'person.invited'))
    .map((name) => ({ name, label: wordsOr(`audit.field.${name}`, name), after: valueWords(name, after?.[name]),
      ...(before && name in before ? { before: valueWords(name, before[name]) } : {}) }));
}

const empty = (value) => value === null || value === undefined || value === '' || value === false
  || Array.isArray(value) && value.length === 0;

const several = (/** @type {any} */ value) => (Array.isArray(value) ? value : []);

/** A value as people say it. @param {string} name of the field @param {any} value */
function valueWords(name, value) {
  switch (name) {
    case 'role': case 'join_role': return value ? t(`role.${value}`) : t('audit.nothing');
    case 'rights': return several(value).map((r) => t(`apikey.right.${r}`)).join(', ') || t('audit.nothing');
    case 'visibility': return wordsOr(`quick.whose.${value}`, String(value));
    case 'policy': return wordsOr(`apikey.policy.${value}.short`, String(value));
    case 'factor': return wordsOr(`factor.policy.${value}`, String(value));
    case 'stops': return wordsOr(`fleet.stops.${value}`, String(value));
    case 'numbers': return numberNames(numbers.value, several(value)) || t('scope.all');
    case 'teams': case 'join_teams': return several(value).map(names.team).join(', ') || t('audit.nothing');
    case 'team': case 'into': return names.team(value) || t('audit.nothing');
    case 'password_people': return several(value).map(names.person).join(', ') || t('audit.nothing');
    case 'display': return phone(String(value ?? '').replace(/^\+/, ''));
    case 'disabled': return t(value ? 'people.off' : 'people.on');
    case 'own_only': return t(value ? 'scope.own' : 'scope.team');
    case 'ended': return t('fleet.ended');
    case 'keep_days': return value === 0 ? t('data.ever') : t('data.nDays', { n: value });
    case 'filter': return filterWords(String(value ?? ''));
    case 'languages': return languageNames(several(value)) || t('audit.nothing');
    case 'interface_language': return screenName(value);
  }
  if (value === true || value === false) return t(value ? 'fleet.yes' : 'fleet.no');
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return dayTime(Date.parse(value));
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : one)).join(', ')
    || t('audit.nothing');
  if (empty(value)) return t('audit.nothing');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** @type {Record<string, (value: string) => string>} */
const filters = {
  q: (value) => `“${value}”`, by: names.person,
  action: (value) => wordsOr(`audit.kind.${value}`, wordsOr(`audit.do.${value}`, value)),
  from: (value) => t('audit.since', { time: dayTime(Date.parse(value)) }),
};

/** What an export was narrowed to. @param {string} query of its address */
function filterWords(query) {
  const words = [...new URLSearchParams(query)].filter(([, value]) => value)
    .map(([name, value]) => filters[name]?.(value) ?? `${name} ${value}`);
  return words.join(' · ') || t('audit.everything');
}
