// What is typed is kept in the browser until it was sent: drafts for each
// conversation, and sends that have no answer yet. Tabs of one person share drafts.

import { heed } from './draft_news.js';
import { signal } from '../../lib/signals.js';
import { erase, read, write } from '../storage.js';

const tab = Math.random().toString(36).slice(2);
let owner = '';
/** To the other tabs of the person. @typedef {{postMessage: (news: any) => void, onmessage: any}} Line */
/** @type {Line|null} */
let line = null;

/**
 * What this page knows of drafts: as it read or wrote them, or heard of them. It
 * goes before what the browser keeps, which may refuse a text or lag behind.
 * @type {Map<string, import('./draft_news.js').Shown>}
 */
const shown = new Map();

/**
 * Drafts are the person's, not the browser's.
 * @param {string} agent @param {Line|null} [to] reaches the person's other tabs
 */
export function draftsOf(agent, to = line ?? openLine()) {
  owner = agent;
  line = to;
  if (line) line.onmessage = (/** @type {{data: any}} */ e) => hear(e.data);
  for (const id of marks.keys()) mark(id);
}

const openLine = () => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('prosa.drafts'));

const name = (kind, id) => `prosa.${kind}.${owner}.${id}`;

/** @typedef {'reply'|'note'|'template'|'quote'|'files'|'build'} Kind quote, files: what goes with the
 * reply; build: what can be tapped */

/** @param {string} id @param {Kind} [kind] */
export function readDraft(id, kind = 'reply') {
  const key = name(kind, id), text = peek(key);
  if (!shown.has(key)) shown.set(key, { text, at: 0, tab });
  return text;
}

/**
 * @param {string} id @param {string} text @param {Kind} [kind]
 * @returns {boolean} whether it survives a reload
 */
export function writeDraft(id, text, kind = 'reply') {
  const over = peek(name(kind, id));
  if (text === over) return keep(name(kind, id), text);
  return put(id, kind, text, over, performance.timeOrigin + performance.now()); // the same clock in every tab
}

function put(id, kind, text, over, at) {
  const key = name(kind, id);
  shown.set(key, { text, at, tab });
  const kept = keep(key, text);
  mark(id);
  line?.postMessage({ key, id, kind, text, over, at, tab });
  return kept;
}

/** Drafts that the browser does not keep: too large, or storage refused. @type {Set<string>} */
const unkept = new Set();

function keep(key, text) {
  if (text === '') erase(key);
  else if (!write(key, text)) { unkept.add(key); return false; }
  unkept.delete(key);
  return true;
}

const peek = (key) => shown.get(key)?.text ?? read(key) ?? '';

/**
 * A draft was typed in another tab.
 * @param {import('./draft_news.js').News & {key: string, id: string, kind: Kind}} news
 */
function hear(news) {
  const { key, id, kind } = news;
  if (key !== name(kind, id)) return; // somebody else's, who was logged in here
  const mine = shown.get(key) ?? { text: '', at: 0, tab }, next = heed(mine, news);
  // What is no text is not joined: that of the tab used last stays.
  const text = next.joined && kind !== 'reply' && kind !== 'note' ? mine.text : next.text;
  if (next.follows) shown.set(key, { text, at: 0, tab });
  if (next.joined) put(id, kind, text, news.text, mine.at); // nobody typed: the time stays, and with it who joins
  mark(id);
  if (text !== mine.text) tellDraft(id);
}

/** Who shows the draft of a conversation reads it again. @param {string} id */
export function tellDraft(id) { dispatchEvent(new CustomEvent('prosa:draft', { detail: id })); }

/**
 * What lists show of a draft: the reply, else the note.
 * @typedef {{text: string, note: boolean, both: boolean}} Mark
 */

const sample = 300; // characters, more than a line shows

/** @type {Map<string, import('../../lib/signals.js').Signal<Mark|null>>} */
const marks = new Map();

/** The unsent draft of a conversation, wherever it is typed. @param {string} id */
export function draftOf(id) {
  let found = marks.get(id);
  if (!found) marks.set(id, found = signal(markOf(id)));
  return found;
}

function mark(id) {
  const found = marks.get(id);
  if (!found) return;
  const next = markOf(id), was = found.peek();
  if (next?.text !== was?.text || next?.note !== was?.note || next?.both !== was?.both) found.value = next;
}

/** @param {string} id @returns {Mark|null} */
function markOf(id) {
  const [reply, note] = ['reply', 'note'].map((kind) => peek(name(kind, id)).trimStart().slice(0, sample).trim());
  return reply || note ? { text: reply || note, note: !reply, both: Boolean(reply && note) } : null;
}

const unsentName = () => `prosa.unsent.${owner}`;

/** @returns {{id: string, pending: import('../core/types.js').Pending}[]} */
export function readUnsent() {
  try { return JSON.parse(read(unsentName()) ?? '[]'); } catch { return []; }
}

/** Sends that are in this page alone. @type {Set<string>} */
const loose = new Set();

/**
 * A send that was not accepted: under way, or refused and not yet decided upon.
 * @param {string} id
 * @param {import('../core/types.js').Pending} pending
 */
export function keepUnsent(id, pending) {
  const all = [...readUnsent().filter((u) => u.pending.id !== pending.id), { id, pending }];
  if (write(unsentName(), JSON.stringify(all))) loose.delete(pending.id);
  else loose.add(pending.id);
}

/** Whether something that was typed goes with this page. */
export const onlyHere = () => unkept.size > 0 || loose.size > 0;

/** @param {string} echo */
export function dropUnsent(echo) {
  loose.delete(echo);
  const rest = readUnsent().filter((u) => u.pending.id !== echo);
  if (rest.length) write(unsentName(), JSON.stringify(rest));
  else erase(unsentName());
}
