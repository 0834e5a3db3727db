// What a person can do, in which languages and in which zone, as forms need it.

import { language } from '../text/i18n.js';

/** @typedef {{skills: string[], languages: string[], time_zone: string, interface_language: string}} Profile */

/** Those that the server knows. */
export const tags = [
  'ar', 'bg', 'ca', 'cs', 'da', 'de', 'el', 'en', 'en-GB', 'en-US', 'es', 'es-AR', 'es-ES', 'es-MX', 'fi', 'fr', 'gl',
  'gn', 'he', 'hi', 'hr', 'hu', 'id', 'it', 'ja', 'ko', 'nl', 'no', 'pl', 'pt', 'pt-BR', 'pt-PT', 'qu', 'ro', 'ru',
  'sk', 'sr', 'sv', 'th', 'tr', 'uk', 'vi', 'zh', 'zh-Hans', 'zh-Hant',
];

/** @param {string} tag */
export const languageName = (tag) => new Intl.DisplayNames([language.value], { type: 'language' }).of(tag) ?? tag;

/** @param {string[]} list */
export const languageNames = (list) => list.map(languageName).join(', ');

/** The zones that people live in, by name. @type {string[]} */
let known = [];
export function zones() {
  if (known.length === 0) known = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort();
  return known;
}

/** @param {Partial<Profile>} of @returns {Profile} */
export const profileOf = (of) => ({ skills: of.skills ?? [], languages: of.languages ?? [],
  time_zone: of.time_zone ?? '', interface_language: of.interface_language ?? '' });

/** @param {Partial<Profile>} a @param {Partial<Profile>} b */
export const sameProfile = (a, b) => JSON.stringify(profileOf(a)) === JSON.stringify(profileOf(b));

/** As one writes it, with single spaces. @param {string} skill */
export const clean = (skill) => skill.trim().replace(/\s+/g, ' ');

/**
 * The skills after a key: what stands before a comma is whole, and what is written is the last of them.
 * @param {string[]} whole @param {string} text
 * @returns {{whole: string[], text: string}}
 */
export function written(whole, text) {
  const parts = text.split(','), last = parts.pop() ?? '';
  return { whole: parts.reduce(joined, whole), text: parts.length > 0 ? last.trimStart() : last };
}

/** @param {string[]} skills @param {string} skill left out where it is empty or there already */
export function joined(skills, skill) {
  const one = clean(skill), there = skills.some((s) => s.toLowerCase() === one.toLowerCase());
  return !one || there ? skills : [...skills, one];
}
