// Files of messages: which sound plays, and fetching one again.

import { api, Failure } from '../wire/api.js';
import { say } from '../do/actions.js';
import { explain } from '../text/failure.js';
import { heedFailure } from '../wire/connection.js';
import { dispatch } from '../core/state.js';
import { signal } from '../../lib/signals.js';

/** The sound that plays: one at a time. @type {import('../../lib/signals.js').Signal<HTMLAudioElement|null>} */
const playing = signal(null);

/** @param {HTMLAudioElement} sound */
export function playAlone(sound) {
  if (playing.value !== sound) playing.value?.pause();
  playing.value = sound;
  return sound.play();
}

/** Has a file that failed fetched once more. @param {string} id @param {string} message */
export async function fetchAgain(id, message) {
  try {
    dispatch({ t: 'media', id, media: await api.mediaAgain(id, message) });
  } catch (err) {
    heedFailure(err);
    if (err instanceof Failure) say(explain(err.problem));
  }
}
