// Giving a first message to the server.

import { api, Failure } from './api.js';
import { newId } from './new_id.js';

const pauses = [600, 2000, 5000];

/** Sends that nobody has answered, by what they ask for. @type {Map<string, string>} */
const unanswered = new Map();

/** What leaves it open whether the message was taken. */
const open = ['unreachable', 'unknown_outcome', 'unavailable', 'internal'];

/**
 * Sends a first message. Until it was answered it keeps its id, so that the same, given again, is not sent twice. What
 * was refused throws a Failure.
 * @param {{phone_number_id: string, to: string, name: string, template: any}} what
 * @returns {Promise<import('../core/api_types.js').First>}
 */
export async function writeFirst(what) {
  const key = JSON.stringify(what), echo = unanswered.get(key) ?? newId();
  unanswered.set(key, echo);
  for (let n = 0; ; n++) {
    try {
      const answer = await api.writeFirst({ ...what, echo_id: echo });
      unanswered.delete(key);
      return answer;
    } catch (err) {
      const code = err instanceof Failure ? err.problem.code : '';
      if (!open.includes(code)) unanswered.delete(key);
      if (n >= pauses.length || (code !== 'unknown_outcome' && code !== 'unavailable')) throw err;
      await new Promise((then) => setTimeout(then, pauses[n]));
    }
  }
}
