// Searching: contacts and messages, a moment after the last key.

import { api, Failure } from '../wire/api.js';
import { useEffect, useState } from '../html.js';
import { go } from '../shell/router.js';
import { heedFailure } from '../wire/connection.js';
import { asked, dispatch, pane } from '../core/state.js';

/** @typedef {import('../core/types.js').Hit} Hit */
/**
 * What is known of a search. While a new one is on its way the old results stay.
 * @typedef {{q: string, state: 'idle'|'loading'|'ready'|'error', contacts: string[], hits: Hit[], next: string, error:
 *   string}} Search
 */

const wait = 180;
const least = 2; // characters

/** @returns {Search} */
const idle = () => ({ q: '', state: 'idle', contacts: [], hits: [], next: '', error: '' });

/**
 * @param {string} typed @param {number} limit
 * @returns {Search & {more: () => void, again: () => void}}
 */
export function useSearch(typed, limit) {
  const q = typed.trim(), [now, set] = useState(idle), [round, again] = useState(0);
  useEffect(() => {
    if ([...q].length < least) { set(idle()); return undefined; }
    const stop = new AbortController();
    set((was) => ({ ...was, state: 'loading' }));
    const timer = setTimeout(() => void first(q, limit, stop.signal).then((found) => { if (found) set(found); }), wait);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [q, limit, round]);
  const more = () => {
    if (now.state !== 'ready' || !now.next) return;
    set({ ...now, state: 'loading' });
    void following(now, limit).then((then) => set((was) => (was.q === now.q && was.state === 'loading' ? then : was)));
  };
  return { ...now, more, again: () => again((n) => n + 1) };
}

/**
 * @param {string} q
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<Search|null>} null: nobody waits any more
 */
async function first(q, limit, signal) {
  try {
    const page = await api.search({ q, limit }, signal);
    take(page);
    return { q, state: 'ready', contacts: page.contacts.map((row) => row.id), hits: page.messages,
      next: page.next ?? '', error: '' };
  } catch (err) {
    return err.name === 'AbortError' ? null : { ...idle(), q, state: 'error', error: failure(err) };
  }
}

/** @param {Search} known @param {number} limit @returns {Promise<Search>} */
async function following(known, limit) {
  try {
    const page = await api.search({ q: known.q, limit, cursor: known.next });
    take(page);
    return { ...known, hits: [...known.hits, ...page.messages], next: page.next ?? '' };
  } catch (err) {
    return { ...known, state: 'error', error: failure(err) };
  }
}

const take = (page) => dispatch({ t: 'rows', rows: [...page.contacts, ...page.messages.map((hit) => hit.row)] });

function failure(err) {
  heedFailure(err);
  return err instanceof Failure ? err.problem.code : 'internal';
}

/** @param {Hit} hit */
export const hitKey = (hit) => `${hit.row.id}-${hit.message.version}`;

/** Opens the conversation at the message. @param {Hit} hit */
export function openHit({ row, message }) {
  pane.value = 'thread';
  asked.value = { id: row.id, at: message.version, n: asked.value.n + 1 };
  go({ id: row.id, at: String(message.version) });
}
