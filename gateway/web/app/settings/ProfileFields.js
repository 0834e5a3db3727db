// Fields of what a person can do, in which languages and in which zone.

import { html, useState } from '../html.js';
import { languages as screens, t } from '../text/i18n.js';
import { Icon } from '../shell/primitives.js';
import { clean, joined, languageName, languageNames, tags, written, zones } from './profile.js';

/** What is wrong with a field of a profile, in the reader's language.
 * @param {{failure: import('../wire/api.js').Failure|null, field: string}} props */
const Wrong = ({ failure, field }) => (failure?.problem.field === field
  ? html`<small class="late" role="alert" data-test=${`wrong-${field}`}>${t(`profile.no.${field}`)}</small>` : null);

/**
 * What was chosen; a click takes it away.
 * @param {{list: string[], name?: (value: string) => string, onChange: (list: string[]) => void,
 *   test: string}} props
 */
const Chosen = ({ list, name = String, onChange, test }) => (list.length === 0 ? null
  : html`<ul class="picks tags">${list.map((one) => html`<li key=${one}><button class="pick" type="button"
      aria-label=${t('profile.remove', { name: name(one) })} onClick=${() => onChange(list.filter((x) => x !== one))}
      data-test=${`${test}-${one}`}><bdi class="cut">${name(one)}</bdi><${Icon} name="x" cls="i-12" /></button>
      </li>`)}</ul>`);

/**
 * Skills as short tags. What is being written counts already: nobody has to end it to save.
 * @param {{id: string, skills: string[], others: string[], onChange: (skills: string[]) => void,
 *   failure: import('../wire/api.js').Failure|null}} props others: those that colleagues have
 */
export function SkillField({ id, skills, others, onChange, failure }) {
  const [text, setText] = useState('');
  const open = clean(text) !== '' && skills.at(-1) === clean(text); // else what was written is no more
  const whole = open ? skills.slice(0, -1) : skills;
  const write = (value) => {
    const now = written(whole, value);
    setText(now.text);
    onChange(clean(now.text) ? [...now.whole, clean(now.text)] : now.whole);
  };
  const end = () => { if (open) { setText(''); onChange(joined(whole, text)); } };
  const key = (e) => {
    if (e.key === 'Enter' && open) { e.preventDefault(); end(); }
    if (e.key === 'Backspace' && !e.target.value && !e.repeat) onChange(whole.slice(0, -1));
  };
  return html`<div class="field"><span><label for=${id}>${t('profile.skills')}</label></span>
    <${Chosen} list=${whole} onChange=${(list) => onChange(open ? [...list, clean(text)] : list)} test="skill" />
    <input class="input" id=${id} list=${`${id}-others`} maxlength="400" autocomplete="off"
      placeholder=${t('profile.skills.hint')} value=${open || !clean(text) ? text : ''} onKeyDown=${key} onBlur=${end}
      onInput=${(e) => write(e.target.value)} data-test=${id} />
    <datalist id=${`${id}-others`}>${others.filter((s) => !whole.includes(s)).map((s) =>
      html`<option key=${s} value=${s}></option>`)}</datalist>
    <${Wrong} failure=${failure} field="skills" /></div>`;
}

/**
 * @param {{id: string, list: string[], onChange: (list: string[]) => void,
 *   failure: import('../wire/api.js').Failure|null}} props
 */
export function LanguagesField({ id, list, onChange, failure }) {
  const left = tags.filter((tag) => !list.includes(tag)).map((tag) => ({ tag, name: languageName(tag) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return html`<div class="field"><span><label for=${id}>${t('profile.languages')}</label></span>
    <${Chosen} list=${list} name=${languageName} onChange=${onChange} test="writes" />
    <select class="input" id=${id} value="" data-test=${id}
      onChange=${(e) => { const tag = e.target.value; e.target.value = ''; if (tag) onChange([...list, tag]); }}>
      <option value="">${t('profile.languages.add')}</option>
      ${left.map(({ tag, name }) => html`<option key=${tag} value=${tag}>${name}</option>`)}</select>
    <${Wrong} failure=${failure} field="languages" /></div>`;
}

/** @param {{id: string, zone: string, onChange: (zone: string) => void,
 *   failure: import('../wire/api.js').Failure|null}} props */
export const ZoneField = ({ id, zone, onChange, failure }) => html`<label class="field" for=${id}>
    <span>${t('profile.zone')}<small>${t('profile.zone.hint')}</small></span>
    <input class="input" id=${id} list=${`${id}-all`} maxlength="100" autocomplete="off" spellcheck=${false}
      value=${zone} onInput=${(e) => onChange(e.target.value)} data-test=${id} />
    <datalist id=${`${id}-all`}>${zones().map((one) => html`<option key=${one} value=${one}></option>`)}</datalist>
    <${Wrong} failure=${failure} field="time_zone" /></label>`;

/** In words; '' is that of the browser. @param {string} tag */
export const screenName = (tag) => screens[tag]?.name ?? t('profile.interface.browser');

/** @param {{id: string, tag: string, onChange: (tag: string) => void,
 *   failure: import('../wire/api.js').Failure|null}} props */
export const ScreenField = ({ id, tag, onChange, failure }) => html`<label class="field" for=${id}>
    <span>${t('profile.interface')}</span><select class="input" id=${id} value=${tag} data-test=${id}
      onChange=${(e) => onChange(e.target.value)}>${['', ...Object.keys(screens)].map((one) =>
      html`<option key=${one} value=${one} lang=${one || undefined}>${screenName(one)}</option>`)}</select>
    <${Wrong} failure=${failure} field="interface_language" /></label>`;

/**
 * The fields, for the view of two who changed the same.
 * @param {import('./profile.js').Profile} now
 * @param {(name: keyof import('./profile.js').Profile) => (value: any) => void} set
 * @returns {import('./Conflict.js').Field[]}
 */
export function profileFields(now, set) {
  /** @param {keyof import('./profile.js').Profile} name @param {string} label @param {(value: any) => string} words */
  const field = (name, label, words) => ({ name, label: t(label), of: (p) => p[name], now: now[name], set: set(name),
    words });
  return [field('skills', 'profile.skills', (list) => list.join(', ')),
    field('languages', 'profile.languages', languageNames), field('time_zone', 'profile.zone', String),
    field('interface_language', 'profile.interface', screenName)];
}
