// The emoji that can be picked: loaded when somebody first asks, by group, named and found in the person's language.

import { language } from '../text/i18n.js';
import { readSetting, writeSetting } from '../storage.js';

/** @typedef {{emoji: string, name: string, words: string, group: string}} Emoji */

const names = {
  en: () => import('./emoji/en.js'), es: () => import('./emoji/es.js'), 'pt-BR': () => import('./emoji/pt-BR.js'),
};

/** @type {Map<string, Promise<Emoji[]>>} */
const loaded = new Map();

/** All of them in the language of the screen. @returns {Promise<Emoji[]>} */
export function allEmoji() {
  const tag = language.value;
  let found = loaded.get(tag);
  if (!found) {
    found = Promise.all([import('./emoji/list.js'), names[tag]()]).then(([list, of]) => read(list.default, of.default));
    found.catch(() => loaded.delete(tag)); // without a connection: the next who asks tries again
    loaded.set(tag, found);
  }
  return found;
}

/** @param {Record<string, string>} groups @param {string} text names, in the same order @returns {Emoji[]} */
export function read(groups, text) {
  const names = text.replaceAll('\n', '').split('|');
  let n = 0;
  return Object.entries(groups).flatMap(([group, list]) => list.trim().split(' ').map((emoji) => {
    const [name, words = ''] = names[n++].split(';');
    return { emoji, name, words: fold(`${name} ${words}`), group };
  }));
}

const fold = (/** @type {string} */ text) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

const most = 120; // found ones: whoever sees more searches on

/** Those whose words begin as what was typed. @param {Emoji[]} all @param {string} q */
export function find(all, q) {
  const words = fold(q).split(/\s+/).filter(Boolean);
  return all.filter((e) => e.emoji === q.trim()
    || words.every((w) => e.words.startsWith(w) || new RegExp(`[ ,(]${escaped(w)}`).test(e.words))).slice(0, most);
}

const escaped = (/** @type {string} */ text) => text.replace(/[^\p{L}\p{N}]/gu, '\\$&');

const kept = 24;

/** Picked lately in this browser, the last first. */
export const recent = () => readSetting('emoji').split(' ').filter(Boolean);

/** @param {string} emoji */
export const remember = (emoji) => writeSetting('emoji',
  [emoji, ...recent().filter((e) => e !== emoji)].slice(0, kept).join(' '));
