// Reading what a number may send.

import { api, Failure } from './api.js';
import { dispatch, state } from '../core/state.js';
import { heedFailure } from './connection.js';

const fresh = 30_000;

/**
 * Reads the list of a number, unless it was just read.
 * @param {string} number
 * @param {{q?: string, again?: boolean}} [of]
 */
export async function loadTemplates(number, { q = '', again = false } = {}) {
  const known = state.value.templates[number];
  if (!again && !q && known?.state === 'ready' && known.synced && Date.now() - known.at < fresh) return;
  if (!known || known.state === 'error')
    dispatch({ t: 'templates', number,
      set: { state: 'loading', list: [], more: false, synced: 0, failure: '', at: 0 } });
  try {
    const a = await api.templates(number, q);
    dispatch({ t: 'templates', number, set: {
      state: 'ready', list: a.templates, more: Boolean(a.more) || (q !== '' && Boolean(known?.more)),
      synced: Date.parse(a.synced_at ?? '') || 0,
      failure: a.failure ?? '', error: '', at: Date.now(),
    } });
  } catch (err) {
    heedFailure(err);
    const code = err instanceof Failure ? err.problem.code : 'internal';
    // What was read before is shown on, and that it could not be read again.
    dispatch({ t: 'templates', number,
      set: known?.state === 'ready' ? { error: code } : { state: 'error', error: code } });
  }
}
