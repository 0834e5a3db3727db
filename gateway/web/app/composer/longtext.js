// Texts that are too long for one message. Pure.

import { length } from '../text/format.js';

/** Characters in one text message, by Meta's reference of text messages. */
export const limit = 4096;

/**
 * Characters that a field can hold without being felt: a browser lays a field
 * out anew at each change, and a megabyte takes it seconds each time.
 */
export const handy = 32_768;

/** The longest beginning that one message takes, cut where a reader would. @param {string} text */
export function firstPart(text) {
  if (length(text) <= limit) return text;
  let end = 0;
  for (let n = 0; n < limit; n++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  const head = text.slice(0, end);
  // A cut that leaves less than half is worse than one in the middle of a word.
  for (const mark of ['\n\n', '\n', '. ', ' ']) {
    const at = head.lastIndexOf(mark);
    if (at > end / 2) return head.slice(0, at + mark.length);
  }
  return head;
}

/** How many messages a text makes. @param {string} text */
export function countParts(text) {
  let n = 0;
  for (let rest = text.trim(); rest; rest = rest.slice(firstPart(rest).length).trimStart()) n++;
  return n;
}
