// One draft that is open in two tabs of a person. Pure: what a tab shows after it
// hears what was typed in another.
//
// A tab that was not typed in since it last followed shows what the other typed.
// Where both were typed in before either heard of it, both texts are kept: the
// tab that was typed in last joins them, and the other waits for that and follows.

import { handy } from './longtext.js';

/**
 * What was typed elsewhere: `over` is the text that stood there before, `at` the
 * time in milliseconds.
 * @typedef {{text: string, over: string, at: number, tab: string}} News
 */

/**
 * What a tab shows; `at` is when it was typed in here, 0 if not since it last followed.
 * @typedef {{text: string, at: number, tab: string}} Shown
 */

/**
 * @param {Shown} mine
 * @param {News} news
 * @returns {{text: string, joined: boolean, follows: boolean}} joined: the other tab must hear of it
 */
export function heed(mine, news) {
  if (mine.at === 0 || news.text === mine.text || news.over === mine.text)
    return { text: news.text, joined: false, follows: true };
  if (!later(mine, news)) return { text: mine.text, joined: false, follows: false };
  return { text: join(mine.text, news.text, news.over), joined: true, follows: false };
}

const later = (a, b) => a.at > b.at || (a.at === b.at && a.tab > b.tab);

/**
 * Both texts, one under the other; what of theirs begins a line of mine is there
 * already.
 * @param {string} mine @param {string} theirs @param {string} over what theirs was before, perhaps joined to mine
 *   already
 */
export function join(mine, theirs, over) {
  if (theirs === '' || mine === '')
    return over !== '' && mine.endsWith(`\n${over}`) ? mine.slice(0, -over.length - 1) : mine || theirs;
  if (over !== '' && mine.endsWith(`\n${over}`)) return mine.slice(0, -over.length) + theirs;
  if (mine.length > handy || theirs.length > handy) return mine.includes(theirs) ? mine : `${mine}\n${theirs}`;
  const have = mine.split('\n');
  return [mine, ...theirs.split('\n').filter((line) => !have.some((own) => own.startsWith(line)))].join('\n');
}
