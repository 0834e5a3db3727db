// What a page of the settings shows: read when it opens, when it was changed, here or
// by others, and again and again while it is shown, should word of a change be lost.
// What was read stays while it is read anew or cannot be.

import { Failure } from '../wire/api.js';
import { watchChanges } from '../wire/changes.js';
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
 * @param {string[]} [kinds] of things that it shows; none: all
 */
export function resource(read, kinds = []) {
  const now = signal(/** @type {Read<T>} */ ({ data: null, at: 0, failure: null }));
  let turn = 0, newest = Promise.resolve();
  async function readOnce(/** @type {number} */ mine) {
    try {
      const data = await read();
      if (mine === turn) now.value = { data, at: Date.now(), failure: null };
    } catch (err) {
      heedFailure(err);
      if (mine === turn && err instanceof Failure) now.value = { ...now.value, failure: err };
    }
  }
  /** Whoever waits for it finds nothing older than when he asked: of one that was overtaken, that one's end. */
  function load() {
    const mine = ++turn;
    newest = readOnce(mine).then(() => (mine === turn ? undefined : newest));
    return newest;
  }
  return { now, load, kinds };
}

/** Reads it while the page is shown. @param {{load: () => Promise<void>, kinds: string[]}} of */
export function useFresh(of) {
  useEffect(() => {
    void of.load();
    const timer = setInterval(() => { if (!document.hidden) void of.load(); }, every);
    const look = () => { if (!document.hidden) void of.load(); };
    document.addEventListener('visibilitychange', look);
    const unwatch = watchChanges(of.kinds, look);
    return () => { unwatch(); clearInterval(timer); document.removeEventListener('visibilitychange', look); };
  }, [of]);
}
