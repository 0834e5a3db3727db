// What stands in a form of the settings and is not saved. Whoever goes elsewhere is
// asked first; what is saved, taken back or thrown away is asked about no more.

import { useLayoutEffect } from '../html.js';
import { signal } from '../../lib/signals.js';
import { guardLeaving } from './router.js';

/** How many forms hold something. */
let open = 0;

/** The way that is asked about; null: nobody is asked. */
export const leaving = signal(/** @type {(() => void)|null} */ (null));

/** Goes there, at once where nothing would be lost. @param {() => void} there @param {boolean} [changed] */
export function unlessUnsaved(there, changed = open > 0) {
  if (changed) leaving.value = there;
  else there();
  return !changed;
}

/** Says that a form holds what is not saved. @param {boolean} changed */
export function useUnsaved(changed) {
  useLayoutEffect(() => { // before the next key
    if (!changed) return undefined;
    open++;
    return () => { open--; };
  }, [changed]);
}

/** Goes there though a form holds something: it was just saved, and is about to know. @param {() => void} there */
export function leaveSaved(there) {
  const kept = open;
  open = 0;
  try { there(); } finally { open = kept; } // the forms that go away count down themselves
}

/** Throws it away and goes there. */
export function leaveUnsaved() {
  const there = leaving.value;
  leaving.value = null;
  leaveSaved(() => there?.());
}

addEventListener('beforeunload', (e) => { if (open > 0) e.preventDefault(); });
guardLeaving(unlessUnsaved);
