// What a page of the settings shows: read when it opens, again and again while it is
// shown, for others change it too, and at once when it was changed here. What was read
// stays while it is read anew or cannot be.

import { Failure } from '../wire/api.js';
import { heedFailure } from '../wire/connection.js';
import { useEffect } from '../html.js';
import { signal } from '../../lib/signals.js';

const every = 10_000; // milliseconds

/**
 * @template T
 * @typedef {{data: T|null, at: number, failure: Failure|null}} Read data null: not read yet; at as Date.now() says
 */

/**
 * @template T
 * @param {() => Promise<T>} read
 */
export function resource(read) {
  const now = signal(/** @type {Read<T>} */ ({ data: null, at: 0, failure: null }));
  let turn = 0;
  async function load() {
    const mine = ++turn;
    try {
      const data = await read();
      if (mine === turn) now.value = { data, at: Date.now(), failure: null };
    } catch (err) {
      heedFailure(err);
      if (mine === turn && err instanceof Failure) now.value = { ...now.value, failure: err };
    }
  }
  return { now, load };
}

/** Reads it while the page is shown. @param {{load: () => Promise<void>}} of */
export function useFresh(of) {
  useEffect(() => {
    void of.load();
    const timer = setInterval(() => { if (!document.hidden) void of.load(); }, every);
    const look = () => { if (!document.hidden) void of.load(); };
    document.addEventListener('visibilitychange', look);
    return () => { clearInterval(timer); document.removeEventListener('visibilitychange', look); };
  }, [of]);
}
