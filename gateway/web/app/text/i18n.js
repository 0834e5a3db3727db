// Words in three languages, one file each. A missing key is a bug that a test
// finds; here it shows itself as the key.

import { signal } from '../../lib/signals.js';
import { readSetting, writeSetting } from '../storage.js';
import en from './i18n/en.js';
import es from './i18n/es.js';
import pt from './i18n/pt-BR.js';
import enSettings from './i18n/settings/en.js';
import esSettings from './i18n/settings/es.js';
import ptSettings from './i18n/settings/pt-BR.js';
import enSignin from './i18n/signin/en.js';
import esSignin from './i18n/signin/es.js';
import ptSignin from './i18n/signin/pt-BR.js';
import enApps from './i18n/apps/en.js';
import esApps from './i18n/apps/es.js';
import ptApps from './i18n/apps/pt-BR.js';
import enConnect from './i18n/connect/en.js';
import esConnect from './i18n/connect/es.js';
import ptConnect from './i18n/connect/pt-BR.js';
import enData from './i18n/data/en.js';
import esData from './i18n/data/es.js';
import ptData from './i18n/data/pt-BR.js';
import enNotices from './i18n/notices/en.js';
import esNotices from './i18n/notices/es.js';
import ptNotices from './i18n/notices/pt-BR.js';
import enFleet from './i18n/fleet/en.js';
import esFleet from './i18n/fleet/es.js';
import ptFleet from './i18n/fleet/pt-BR.js';
import enProvider from './i18n/provider/en.js';
import esProvider from './i18n/provider/es.js';
import ptProvider from './i18n/provider/pt-BR.js';
import enTeams from './i18n/teams/en.js';
import esTeams from './i18n/teams/es.js';
import ptTeams from './i18n/teams/pt-BR.js';
import enCompany from './i18n/company/en.js';
import esCompany from './i18n/company/es.js';
import ptCompany from './i18n/company/pt-BR.js';
import enMessages from './i18n/messages/en.js';
import esMessages from './i18n/messages/es.js';
import ptMessages from './i18n/messages/pt-BR.js';
import enLater from './i18n/later/en.js';
import esLater from './i18n/later/es.js';
import ptLater from './i18n/later/pt-BR.js';
import enCompose from './i18n/compose/en.js';
import esCompose from './i18n/compose/es.js';
import ptCompose from './i18n/compose/pt-BR.js';
import enAudit from './i18n/audit/en.js';
import esAudit from './i18n/audit/es.js';
import ptAudit from './i18n/audit/pt-BR.js';
import enForms from './i18n/forms/en.js';
import esForms from './i18n/forms/es.js';
import ptForms from './i18n/forms/pt-BR.js';
import enStart from './i18n/start/en.js';
import esStart from './i18n/start/es.js';
import ptStart from './i18n/start/pt-BR.js';
import enFirst from './i18n/first/en.js';
import esFirst from './i18n/first/es.js';
import ptFirst from './i18n/first/pt-BR.js';
import enProfile from './i18n/profile/en.js';
import esProfile from './i18n/profile/es.js';
import ptProfile from './i18n/profile/pt-BR.js';
import enQuick from './i18n/quick/en.js';
import esQuick from './i18n/quick/es.js';
import ptQuick from './i18n/quick/pt-BR.js';
import enLines from './i18n/lines/en.js';
import esLines from './i18n/lines/es.js';
import ptLines from './i18n/lines/pt-BR.js';
import enUnconfirmed from './i18n/unconfirmed/en.js';
import esUnconfirmed from './i18n/unconfirmed/es.js';
import ptUnconfirmed from './i18n/unconfirmed/pt-BR.js';

/** The words, a line for each topic. @type {Record<string, Record<string, any>>[]} */
const topics = [
  { 'pt-BR': pt, en, es },
  { 'pt-BR': ptSettings, en: enSettings, es: esSettings },
  { 'pt-BR': ptSignin, en: enSignin, es: esSignin },
  { 'pt-BR': ptApps, en: enApps, es: esApps },
  { 'pt-BR': ptConnect, en: enConnect, es: esConnect },
  { 'pt-BR': ptData, en: enData, es: esData },
  { 'pt-BR': ptNotices, en: enNotices, es: esNotices },
  { 'pt-BR': ptFleet, en: enFleet, es: esFleet },
  { 'pt-BR': ptProvider, en: enProvider, es: esProvider },
  { 'pt-BR': ptTeams, en: enTeams, es: esTeams },
  { 'pt-BR': ptCompany, en: enCompany, es: esCompany },
  { 'pt-BR': ptMessages, en: enMessages, es: esMessages },
  { 'pt-BR': ptLater, en: enLater, es: esLater },
  { 'pt-BR': ptCompose, en: enCompose, es: esCompose },
  { 'pt-BR': ptAudit, en: enAudit, es: esAudit },
  { 'pt-BR': ptForms, en: enForms, es: esForms },
  { 'pt-BR': ptStart, en: enStart, es: esStart },
  { 'pt-BR': ptFirst, en: enFirst, es: esFirst },
  { 'pt-BR': ptProfile, en: enProfile, es: esProfile },
  { 'pt-BR': ptQuick, en: enQuick, es: esQuick },
  { 'pt-BR': ptLines, en: enLines, es: esLines },
  { 'pt-BR': ptUnconfirmed, en: enUnconfirmed, es: esUnconfirmed },
];

/** @type {Record<string, Record<string, any>>} */
export const languages = Object.fromEntries(['pt-BR', 'en', 'es'].map((tag) =>
  [tag, Object.assign({}, ...topics.map((of) => of[tag]))]));

function preferred() {
  const chosen = readSetting('language');
  if (languages[chosen]) return chosen;
  for (const tag of globalThis.navigator?.languages ?? []) {
    const base = tag.slice(0, 2).toLowerCase();
    if (base === 'pt') return 'pt-BR';
    if (base === 'en' || base === 'es') return base;
  }
  return 'en';
}

export const language = signal(preferred());

/** Speaks the language of a person; the browser keeps its own. @param {string} [tag] none: that of the browser */
export function adopt(tag) {
  language.value = tag && languages[tag] ? tag : preferred();
}

/** Speaks a language from now on in this browser. @param {string} tag '': the one that the browser asks for */
export function speak(tag) {
  writeSetting('language', tag);
  adopt(tag);
}

/**
 * Words for one name it ("1 key", "a person"), so nothing else may have them. The rules
 * of Unicode would: to them a Portuguese 0 and 1.5 are of the kind of 1.
 * @param {any} n
 */
const plural = (n) => (Number(n) === 1 ? 'one' : 'other');

/** @param {string} key @param {Record<string, any>} params */
function template(key, params) {
  const words = languages[language.value][key] ?? languages.en[key] ?? key;
  if (typeof words === 'string') return words;
  return words[plural(params.n)] ?? words.other;
}

const fill = (text, params) => text.replace(/\{(\w+)\}/g,
  (whole, name) => (name in params ? String(params[name] ?? '') : whole));

/** @param {string} key @param {Record<string, any>} [params] */
export const t = (key, params = {}) => fill(template(key, params), params);

/**
 * The same in parts, for what stands between stars in the words to be set off.
 * Stars in the parameters are just stars.
 * @param {string} key @param {Record<string, any>} [params]
 * @returns {{text: string, strong: boolean}[]}
 */
export function parts(key, params = {}) {
  return template(key, params).split(/(\*[^*]+\*)/).filter(Boolean).map((part) => (
    part.startsWith('*') ? { text: fill(part.slice(1, -1), params), strong: true }
      : { text: fill(part, params), strong: false }
  ));
}
