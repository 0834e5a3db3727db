// What a person or a key sees of its teams: some numbers, or his own conversations alone.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { Wrong } from './Page.js';

/** @typedef {{numbers: string[], own_only: boolean}} Limits */
/** @typedef {{id: string, display: string, name: string}} NumberName */

/** @type {Limits} */
export const unlimited = { numbers: [], own_only: false };

/** What of the limits a role can have: administrators and auditors see everything. */
export const limitsOf = (/** @type {string} */ role, /** @type {Limits} */ limits) =>
  ({ numbers: role === 'agent' || role === 'manager' ? limits.numbers : [],
    own_only: role === 'agent' && limits.own_only });

/** @param {Limits} a @param {Limits} b */
export const sameLimits = (a, b) => a.own_only === b.own_only && a.numbers.length === b.numbers.length
  && a.numbers.every((id) => b.numbers.includes(id));

/** @param {NumberName[]} numbers @param {string[]} ids */
export const numberNames = (numbers, ids) => ids.map((id) => {
  const known = numbers.find((n) => n.id === id);
  return known ? known.name || known.display : id;
}).join(', ');

/** In a line; '' where there are none. @param {NumberName[]} numbers @param {Limits} limits */
export const limitWords = (numbers, limits) => [numberNames(numbers, limits.numbers),
  limits.own_only && t('scope.own')].filter(Boolean).join(' · ');

/**
 * @param {{role: string, numbers: NumberName[], limits: Limits, onChange: (limits: Limits) => void, hint?: string,
 *   failure: import('../wire/api.js').Failure|null}} props
 */
export function LimitChoice({ role, numbers, limits, onChange, hint = 'scope.numbers.hint', failure }) {
  const may = limitsOf(role, { numbers: ['x'], own_only: true });
  const flip = (id) => onChange({ ...limits,
    numbers: limits.numbers.includes(id) ? limits.numbers.filter((n) => n !== id) : [...limits.numbers, id] });
  return html`${may.numbers.length > 0 && numbers.length > 0 && html`<fieldset class="choices">
      <legend class="fld-label">${t('scope.numbers')}</legend>
      <div class="picks numpicks">${numbers.map((n) => html`<button class="pick" type="button" key=${n.id}
        title=${n.display} aria-pressed=${limits.numbers.includes(n.id)} onClick=${() => flip(n.id)}
        data-test=${`limit-${n.id}`}><bdi>${n.name || n.display}</bdi></button>`)}</div>
      <p class="hint">${t(hint)}</p></fieldset>`}
    <${Wrong} failure=${failure} field="numbers" />
    ${may.own_only && html`<fieldset class="choices"><legend class="sr">${t('scope.own')}</legend>
      <label class="choice"><input class="chk" type="checkbox" checked=${limits.own_only}
        onChange=${() => onChange({ ...limits, own_only: !limits.own_only })} data-test="own-only" />
        <b>${t('scope.own')}</b><small>${t('scope.own.hint')}</small></label></fieldset>`}
    <${Wrong} failure=${failure} field="own_only" />`;
}
