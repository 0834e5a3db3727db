// A thread as lines to draw: separators, events, bubbles in groups; reactions,
// edits and revokes folded onto what they are about. Pure.

import { placeOf } from '../core/thread.js';
import { keyOf } from './wamid.js';

/** @typedef {import('../core/types.js').Item} Item */
/** @typedef {import('../core/types.js').Pending} Pending */
/** @typedef {{emoji: string, by: string}} Mark */

/**
 * One line. `cont` continues the bubble above, `by` names an author that is not
 * the person; `marks`, `edit` and `revoked` come from other items. `at` is its own
 * time, which is of another day than the lines around it where it came long after.
 * @typedef {{
 *   key: string, type: 'day'|'new'|'event'|'fold'|'closed'|'msg', at: number, n?: number, item?: Item, items?: Item[],
 *   pending?: Pending, cont?: boolean, by?: boolean, marks?: Mark[], edit?: string, revoked?: boolean, quoted?:
 *   Item|null,
 *   quotedEdit?: string, quotedGone?: boolean, otherDay?: boolean,
 * }} Block
 */

/**
 * @param {{
 *   items: Item[], pending: Pending[], me: string, unread: number, openedAt: number,
 *   closedAt: number, whole?: boolean, older?: boolean, now: number,
 * }} of closedAt: when the newest window closed, 0 while it is open or where the end was not read (not `whole`);
 *   older: there is more before the first item
 * @returns {Block[]}
 */
export function blocks(of) {
  const known = index(of.items);
  const folded = fold(of.items, known, of.pending);
  const divider = dividerAt(of.items, of.unread, of.openedAt, folded);
  /** @type {Block[]} */
  const out = [];
  const closes = closings(of);
  let day = '';
  // Named by what follows: the day of the first line moves when older ones come.
  const separate = (at, of) => {
    const name = new Date(at).toDateString();
    if (name !== day) out.push({ key: `d${of}`, type: 'day', at });
    day = name;
  };
  const close = (at, before) => { separate(at, `closed${before}`);
    out.push({ key: `closed${before}`, type: 'closed', at }); };
  for (const item of of.items) {
    if (folded.hidden.has(item.version)) continue;
    const at = placeOf(item);
    if (closes.has(item.version)) close(closes.get(item.version) ?? 0, item.version);
    separate(at, item.version);
    if (item.version === divider) out.push({ key: 'new', type: 'new', at, n: of.unread });
    out.push(item.type === 'message' && !quiet(item) ? bubble(item, folded, known)
      : { key: `v${item.version}`, type: 'event', at, item });
  }
  if (closes.has(0)) close(closes.get(0) ?? 0, 'end');
  for (const p of of.pending) {
    if (p.message && known.has(keyOf(p.message)) || p.kind === 'reaction') continue;
    separate(p.at, p.id);
    out.push({ key: `p${p.id}`, type: 'msg', at: p.at, pending: p });
  }
  return group(foldEvents(out), of.me);
}

const serviceWindow = 24 * 3_600_000; // Meta, customer service window
const opensNone = ['reaction', 'edit', 'revoke', 'system'];

const opens = (/** @type {Item} */ i) => i.message?.direction === 'in' && !opensNone.includes(i.message.kind);

/**
 * Where a window closed: before which item (its version), or at the end (0). Each
 * message of the customer opens one for 24 hours, by Meta's time or ours,
 * whichever is earlier; only the newest is told by the server. What stands before
 * the first item was not read, so that nothing is said of it.
 * @param {{items: Item[], closedAt: number, whole?: boolean, older?: boolean}} of
 * @returns {Map<number, number>} when
 */
function closings({ items, closedAt, whole = true, older = false }) {
  /** @type {Map<number, number>} */
  const out = new Map();
  const newest = items.findLast(opens);
  let at = whole && !newest && items.length > 0 ? closedAt : 0;
  items.forEach((item, n) => {
    if (at > 0 && placeOf(item) > at) {
      if (n > 0 || !older) out.set(item.version, at);
      at = 0;
    }
    if (!opens(item)) return;
    const sent = timeOf(item), stored = Date.parse(item.at ?? '') || sent;
    at = whole && item === newest ? closedAt : Math.max(at, Math.min(sent, stored) + serviceWindow);
  });
  if (whole && at > 0 && at === closedAt) out.set(0, at);
  return out;
}

/** @param {Item} item */
export const timeOf = (item) => Date.parse(item.message?.sent_at || item.at || '') || 0;

/** Messages by every name they have: ours, and Meta's where it is known. */
function index(items) {
  /** @type {Map<string, Item>} */
  const known = new Map();
  for (const item of items) {
    const m = item.message;
    if (!m) continue;
    known.set(keyOf(m.id), item);
    const wamid = m.wamid ?? m.status?.wamid;
    if (wamid) known.set(keyOf(wamid), item);
  }
  return known;
}

/**
 * What some items do to others, whichever came first: the newest wording counts,
 * and nothing of what was taken back. Those whose target is not here stay lines,
 * but no wording of what was taken back does.
 */
function fold(items, known, pending) {
  /** @type {Map<string, Map<string, string>>} */
  const marks = new Map();
  /** @type {Map<string, string>} */
  const edits = new Map();
  const revoked = new Set(), hidden = new Set(), changes = [];
  for (const item of items) {
    const m = item.message;
    if (!m) continue;
    if (item.revoked) revoked.add(m.id);
    if (item.edit) changes.push({ on: m.id, m: item.edit, version: 0 });
    const target = changing.includes(m.kind) && (item.target || m.content?.[m.kind]?.target);
    if (!target) continue;
    const on = known.get(keyOf(target))?.message?.id;
    if (m.kind === 'revoke') revoked.add(on ?? target);
    if (on) hidden.add(item.version);
    changes.push({ on: on ?? target, m, version: item.version });
  }
  const mark = (on, by, emoji) => {
    const all = marks.get(on) ?? new Map();
    if (emoji) all.set(by, emoji);
    else all.delete(by);
    marks.set(on, all);
  };
  const when = ({ m }) => Date.parse(m.sent_at ?? '') || 0;
  changes.sort((a, b) => when(a) - when(b) || a.version - b.version);
  for (const { on, m, version } of changes) {
    if (m.kind === 'edit') {
      if (revoked.has(on)) hidden.add(version);
      edits.set(on, m.content?.edit?.text ?? '');
    } else if (m.kind === 'reaction') {
      mark(on, m.direction === 'in' ? `in${m.author.id ?? ''}` : ours, m.content?.reaction?.emoji);
    }
  }
  for (const { kind, body } of pending) { // what is asked for here comes last
    const on = kind === 'reaction' && known.get(keyOf(body.reaction.target))?.message?.id;
    if (on) mark(on, ours, body.reaction.emoji);
  }
  return { marks, edits, revoked, hidden };
}

const changing = ['reaction', 'edit', 'revoke'];

/** By whom a mark of ours is: a number has one on each message, whoever of us gave it. */
export const ours = 'out';

/** What happened around the conversation is a line of it that nobody has to answer. @param {Item} item */
const quiet = (item) => item.message?.kind === 'system';

/**
 * Where the unread begin: the first in the thread of the last n messages of the
 * customer to arrive before it was opened. What the server does not count is none.
 * @returns {number} its version, 0 without one
 */
function dividerAt(items, unread, openedAt, { hidden, revoked }) {
  if (unread <= 0) return 0;
  const theirs = items.filter((i) => i.message?.direction === 'in' && i.version <= openedAt && !hidden.has(i.version)
    && !quiet(i) && !changing.includes(i.message.kind) && !revoked.has(i.message.id));
  if (theirs.length < unread) return 0;
  const since = theirs.map((i) => i.version).sort((a, b) => b - a)[unread - 1];
  return theirs.find((i) => i.version >= since)?.version ?? 0;
}

/** @returns {Block} */
function bubble(item, folded, known) {
  const m = item.message;
  const marks = folded.marks.get(m.id);
  const quoted = m.content?.quoted, source = quoted ? known.get(keyOf(quoted)) ?? null : undefined,
    name = source?.message?.id ?? '';
  const at = timeOf(item), gone = folded.revoked.has(m.id);
  return {
    key: `v${item.version}`, type: 'msg', at, item,
    otherDay: new Date(at).toDateString() !== new Date(placeOf(item)).toDateString(),
    marks: marks?.size ? [...marks].map(([by, emoji]) => ({ by, emoji })) : undefined,
    edit: gone ? undefined : folded.edits.get(m.id), revoked: gone,
    quoted: source, quotedEdit: folded.edits.get(name), quotedGone: folded.revoked.has(name),
  };
}

/** Three or more events in a row become one line that unfolds. */
function foldEvents(list) {
  /** @type {Block[]} */
  const out = [];
  for (let i = 0; i < list.length;) {
    let j = i;
    while (j < list.length && list[j].type === 'event') j++;
    if (j - i >= 4) {
      out.push({ key: `f${list[i].key}`, type: 'fold', at: list[i].at,
        items: list.slice(i, j - 1).map((b) => /** @type {Item} */ (b.item)) });
      out.push(list[j - 1]);
    } else out.push(...list.slice(i, j));
    i = Math.max(j, i + 1);
    if (j === i - 1 && list[j].type !== 'event') out.push(list[j]);
  }
  return out;
}

function group(list, me) {
  /** @type {Block|null} */
  let above = null;
  for (const b of list) {
    if (b.type === 'msg') {
      b.cont = above !== null && side(above, me) === side(b, me) && b.at - above.at < 15 * 60_000;
      b.by = !b.cont && byline(b, me);
      above = b;
    } else above = null;
  }
  return list;
}

function side(b, me) {
  const m = b.item?.message;
  if (!m) return b.pending?.kind === 'note' ? `note${me}` : `out${me}`;
  return m.direction === 'in' ? 'in' : `${m.direction}${m.author.id ?? m.author.kind}`;
}

/** Own bubbles have no byline, notes always. */
function byline(b, me) {
  const m = b.item?.message;
  if (!m) return b.pending?.kind === 'note';
  return m.direction === 'note' || (m.direction === 'out' && m.author.id !== me);
}

/**
 * The line of a version, or the one it is folded into; else what arrived last before it.
 * @param {Block[]} list
 * @param {number} version
 */
export function keyAt(list, version) {
  let near = '', before = 0;
  for (const b of list) {
    if (b.item?.version === version || b.items?.some((i) => i.version === version)) return b.key;
    if (b.item && b.item.version < version && b.item.version >= before) { near = b.key; before = b.item.version; }
  }
  return near;
}

/** About how high a line will be, until it was measured. @param {Block} b */
export function estimate(b) {
  if (b.type !== 'msg') return b.type === 'day' || b.type === 'new' ? 42 : 26;
  const c = b.pending?.content ?? b.item?.message?.content;
  const text = c?.media?.caption ?? b.pending?.text ?? c?.text?.body ?? '';
  const lines = Math.max(1, Math.ceil(text.length / 52)) + (text.match(/\n/g)?.length ?? 0);
  return lines * 20 + (b.cont ? 15 : 21) + (b.by ? 19 : 0) + (b.quoted !== undefined ? 43 : 0) + fileHeight(b)
    + partsHeight(b);
}

/** Of what has lines of its own: cards, products, answers of a form, an advert. */
function partsHeight(b) {
  const c = b.revoked ? null : b.item?.message?.content;
  if (!c) return 0;
  const entries = (c.contacts ?? []).reduce((n, x) => n + 34 + 18 * ((x.phones?.length ?? 0) + (x.emails?.length ?? 0)),
    0);
  return entries + 20 * (c.order?.items?.length ?? 0) + (c.order ? 40 : 0) + 36 * (c.interactive?.fields?.length ?? 0)
    + (c.referral ? 70 : 0) + (c.product ? 44 : 0);
}

/** Of a file above its words: pictures keep their box whether they are here or not. */
function fileHeight(b) {
  const m = b.item?.message, type = m?.kind === 'media' && !b.revoked ? m.content?.media?.type : '';
  if (!type) return 0;
  if (m.media && (type === 'image' || type === 'video')) return 146;
  return m.media?.state === 'kept' && type === 'sticker' ? 123 : 37;
}
