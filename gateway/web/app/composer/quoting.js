// What a reply quotes: kept beside its draft until it is sent or taken away.

import { readDraft, tellDraft, writeDraft } from './drafts.js';

/** @param {string} id @returns {string} the quoted message, '' without one */
export const quoteOf = (id) => readDraft(id, 'quote');

/** @param {string} id @param {string} message '' takes the quote away */
export function keepQuote(id, message) {
  writeDraft(id, message, 'quote');
  tellDraft(id);
}

/** The quote of what is being sent: the next reply has none. @param {string} id */
export function takeQuote(id) {
  const quoted = quoteOf(id);
  if (quoted) keepQuote(id, '');
  return quoted;
}
