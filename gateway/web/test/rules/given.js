// What the tests of the store begin with: people, rows, frames, and states that hold them.

import { noFilter } from '../../app/core/filter.js';
import { apply, initial } from '../../app/core/reducer.js';
import { listKey } from '../../app/core/list.js';

export const me = { id: 'ana', name: 'Ana', role: 'agent', teams: ['t'] };
export const nobody = { kind: 'nobody', epoch: 0 };
export const ana = { kind: 'agent', id: 'ana', name: 'Ana', epoch: 1 };
export const bruno = { kind: 'agent', id: 'bruno', name: 'Bruno', epoch: 1 };
export const at = (minute) => new Date(Date.UTC(2026, 10, 24, 10, minute)).toISOString();

export const row = (id, minute, more = {}) => ({
  id, phone_number_id: '1', version: minute + 1, team_id: 't', owner: nobody, phase: 'open', contact: { id, name: `Name ${id}`, address: '5511999' },
  last: { at: at(minute), outbound: false, kind: 'text', preview: `m${minute}`, message_id: `w${minute}` }, turn: 'us', unread: 1, ...more,
});

export const all = { view: 'all', sort: 'newest', q: '', ...noFilter }, key = listKey(all);

/** A state with the list of all open and these rows in it. */
export function opened(rows, of = all, next = undefined) {
  let s = { ...initial(), me, session: 'in' };
  s = apply(s, { t: 'list.open', key: listKey(of), ...of, used: 1 });
  return apply(s, { t: 'list.page', key: listKey(of), first: true, page: { conversations: rows, next } });
}

export const tally = (n, us = n, customer = 0, unread = n) => ({ n, us, customer, unread });
export const count = (offset, n, more = {}) => ({ ...tally(n), numbers: n ? { 1: tally(n) } : {}, epoch: 'e', offset, ...more });
/** A state whose feed is at an offset, with counts as of there. */
export function counting(rows, views, offset = 5) {
  const s = apply(opened(rows), { t: 'subscribed', stream: 'inbox', epoch: 'e', offset, recovered: true });
  return apply(s, { t: 'counts', views });
}

export const ids = (s, k = key) => s.lists[k].ids.join(' ');
export const item = (version, message, more = {}) => ({ version, at: at(version), type: 'message', message: { direction: 'in', kind: 'text', author: { kind: 'contact' }, content: { kind: 'text', text: { body: message } }, id: `w${version}` }, ...more });
export const ours = (version, body, id = `m${version}`) => item(version, body, { message: { id, direction: 'out', kind: 'text', author: ana, content: { kind: 'text', text: { body } }, status: { message_id: id, state: 'waiting' } } });
export const status = (version, id, state) => ({ version, at: at(version), type: 'status', status: { message_id: id, state } });

/** A state with one thread open and live from version 2 on. */
export function reading(items = [item(1, 'a'), item(2, 'b')], before = 0) {
  let s = opened([row('c', 2)]);
  s = apply(s, { t: 'thread.set', id: 'c', set: { used: 1 } });
  s = apply(s, { t: 'thread.page', id: 'c', older: false, page: { version: items.at(-1).version, items, before } });
  return apply(s, { t: 'subscribed', stream: 'conversation:c', offset: items.at(-1).version, recovered: true, present: [] });
}
export const live = (version, items, more = {}) => ({ t: 'thread', stream: 'conversation:c', offset: version, row: row('c', version, { version, ...more }), items });
export const sending = (id, text, more = {}) => ({ t: 'send', id: 'c', pending: { id, kind: 'text', text, at: 0, state: 'sending', body: {}, ...more } });
