// Two changed the same: what the other has made of it and what one wrote oneself, side
// by side, and a choice for each field. What only one of them touched needs none.

import { html, useState } from '../html.js';
import { Failure } from '../wire/api.js';
import { t } from '../text/i18n.js';

/**
 * A field of a form: what it began with in seen, what stands in it in now.
 * @typedef {{name: string, label: string, of: (thing: any) => any, now: any, set: (value: any) => void,
 *   words: (value: any) => string}} Field
 */
/** @typedef {{name: string, mine: any, theirs: any}} Clash */

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Sends what is refused where somebody was faster: then theirs is read, what one has not
 * touched becomes theirs, and the rest is to be chosen.
 * @template T
 * @param {T} seen what the form began with
 * @param {Field[]} fields
 */
export function useConflict(seen, fields) {
  const [clash, setClash] = useState(/** @type {Clash[]|null} */ (null));
  return {
    clash, end: () => setClash(null),
    /** @param {() => Promise<void>} send @param {() => Promise<T|undefined>} read @param {(theirs: T) => void} see */
    async sending(send, read, see) {
      try {
        await send();
        setClash(null);
      } catch (err) {
        if (!(err instanceof Failure) || err.problem.code !== 'outdated') throw err;
        const theirs = await read();
        if (!theirs) throw err;
        for (const f of fields) if (same(f.now, f.of(seen))) f.set(f.of(theirs));
        setClash(fields.filter((f) => !same(f.now, f.of(seen)) && !same(f.now, f.of(theirs)))
          .map((f) => ({ name: f.name, mine: f.now, theirs: f.of(theirs) })));
        see(theirs);
      }
    },
  };
}

/** @param {{clash: Clash[]|null, fields: Field[]}} props */
export function Conflict({ clash, fields }) {
  if (!clash) return null;
  return html`<div class="guard clash" role="alert" data-test="conflict"><b>${t('conflict')}</b>
    ${t(clash.length > 0 ? 'conflict.choose' : 'conflict.none')}
    ${clash.map(({ name, mine, theirs }) => {
      const f = fields.find((one) => one.name === name);
      const side = (who, value) => html`<button type="button" class="pick" aria-pressed=${same(f?.now, value)}
        onClick=${() => f?.set(value)} data-test=${`${who}-${name}`}><small>${t(`conflict.${who}`)}</small>
        <span><bdi>${f?.words(value) || t('conflict.empty')}</bdi></span></button>`;
      return html`<div key=${name} role="group" aria-label=${f?.label} data-test=${`conflict-${name}`}>
        <strong>${f?.label}</strong>${side('theirs', theirs)}${side('mine', mine)}</div>`; })}</div>`;
}
