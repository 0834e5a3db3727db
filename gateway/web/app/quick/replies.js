// Quick replies as rules: what is searched for after a slash, in which order it is
// found, and what a text becomes with its variables filled. Pure.

/** @typedef {import('../core/api_types.js').QuickReply} Reply */

/** Variables that the page fills in by itself. */
export const known = ['contact.name', 'contact.first_name', 'agent.name', 'number.name', 'company'];

export const fold = (/** @type {string} */ text) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

const longest = 40; // characters of what is searched for: more is a text that begins with a slash

/**
 * What is asked for where the caret stands: a slash at the start of a line, and the
 * word after it. from and to are the places of all that an inserted reply takes.
 * @param {string} text @param {number} caret
 * @returns {{from: number, to: number, q: string}|null}
 */
export function askedAt(text, caret) {
  if (caret < 1) return null;
  const from = text.lastIndexOf('\n', caret - 1) + 1, before = text.slice(from, caret);
  if (!/^\/[^\s/]*$/u.test(before) || before.length > longest) return null;
  const rest = /^[^\s/]*/u.exec(text.slice(caret))?.[0] ?? '';
  return { from, to: caret + rest.length, q: before.slice(1) };
}

/** How well a reply answers: less is better; null: it does not. @param {Reply} r @param {string} q folded */
function closeness(r, q) {
  if (q === '') return 0;
  const shortcut = fold(r.shortcut);
  if (shortcut === q) return 0;
  if (shortcut.startsWith(q)) return 1;
  if (shortcut.includes(q) || fold(r.title).includes(q)) return 2;
  return null;
}

const order = { own: 0, team: 1, company: 2 };

/**
 * The replies that answer: the best shortcut first, then one's own, the team's, the
 * company's, and of alike ones those that are used most.
 * @param {Reply[]} replies @param {string} q @returns {Reply[]}
 */
export function found(replies, q) {
  const of = fold(q);
  return replies.map((r) => ({ r, close: closeness(r, of) })).filter(({ close }) => close !== null)
    .sort((a, b) => Number(a.close) - Number(b.close) || order[a.r.visibility] - order[b.r.visibility]
      || b.r.used - a.r.used || (a.r.shortcut < b.r.shortcut ? -1 : 1)).map(({ r }) => r);
}

/**
 * A text in pieces: words, and variables by their name.
 * @param {string} text @returns {{text: string, name?: string}[]}
 */
export function pieces(text) {
  return text.split(/(\{\{[^{}]*\}\})/).filter(Boolean).map((piece) => {
    const name = /^\{\{([^{}]*)\}\}$/.exec(piece)?.[1].trim();
    return name ? { text: piece, name } : { text: piece };
  });
}

/** Its variables, each once. @param {string} text @returns {string[]} */
export const variables = (text) => [...new Set(pieces(text).flatMap((p) => (p.name ? [p.name] : [])))];

const said = (/** @type {string|undefined} */ value) => (value ?? '').trim();

/** Those that have no value yet. @param {string} text @param {Record<string, string>} values @returns {string[]} */
export const missing = (text, values) => variables(text).filter((name) => !said(values[name]));

/** The text as it is inserted. @param {string} text @param {Record<string, string>} values */
export const filled = (text, values) =>
  pieces(text).map((p) => (p.name ? said(values[p.name]) || p.text : p.text)).join('');

/**
 * What the page knows of a conversation. Who has no name has a username or a phone
 * instead, which nobody is addressed with.
 * @param {{contact: string, agent: string, number: string, company: string}} of
 * @returns {Record<string, string>}
 */
export function knownOf({ contact, agent, number, company }) {
  const name = contact.startsWith('@') ? '' : contact.trim();
  return { 'contact.name': name, 'contact.first_name': name.split(/\s+/)[0], 'agent.name': agent.trim(),
    'number.name': number.trim(), company: company.trim() };
}

/** Whose it is, as one value of a form. @param {{visibility: string, team_id?: string}} r */
export const placeOf = (r) => (r.visibility === 'team' ? `team:${r.team_id}` : r.visibility);

/** The same, read. @param {string} place */
export const visibilityOf = (place) => (place.startsWith('team:') ? { visibility: 'team', team_id: place.slice(5) }
  : { visibility: place });
