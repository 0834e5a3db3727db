// Word of what others change in the settings, while somebody looks at them. It says
// that something changed, and who shows it reads it anew; what is missed is found by
// reading again now and then.

import { socket } from './connection.js';

const stream = 'settings';

/** Those who look, with the kinds that they show. @type {Set<{kinds: string[], changed: () => void}>} */
const looking = new Set();

/**
 * Calls changed when a thing of one of the kinds did. No kind means all.
 * @param {string[]} kinds @param {() => void} changed
 * @returns {() => void} ends it
 */
export function watchChanges(kinds, changed) {
  const one = { kinds, changed };
  looking.add(one);
  if (looking.size === 1) askForChanges();
  return () => {
    looking.delete(one);
    if (looking.size === 0) socket.send({ t: 'unsubscribe', stream, ref: stream });
  };
}

/** After each cut too: the stream begins anew with the connection. */
export function askForChanges() {
  if (looking.size > 0 && socket.live) socket.send({ t: 'subscribe', stream, ref: stream });
}

/**
 * Takes a frame if it is of the stream; with its beginning everything may have changed.
 * @param {import('../core/frames.js').SocketFrame} frame
 */
export function heardOfChange(frame) {
  if (!('stream' in frame) || frame.stream !== stream) return false;
  for (const { kinds, changed } of looking) {
    if (frame.t === 'subscribed' || (frame.t === 'changed' && (kinds.length === 0 || kinds.includes(frame.kind))))
      changed();
  }
  return true;
}
