// Reading what stands beside the open thread. What comes after the answer is told
// by the thread's own stream, which is followed before this is asked.

import { api } from './api.js';
import { heedFailure } from './connection.js';
import { dispatch } from '../core/state.js';

/** @param {string} id */
export async function loadDetails(id) {
  dispatch({ t: 'details.open', id, used: Date.now() });
  const details = await api.details(id).catch((err) => { heedFailure(err); return null; });
  dispatch({ t: 'details', id, details });
}
