// The one socket, and the end of the session, which any request may find. What its
// frames mean is told by session.js, which knows everything else.

import { Failure, getCSRF } from './api.js';
import { dispatch, state } from '../core/state.js';
import { Socket } from './socket.js';

/**
 * @type {{frames: (frames: import('../core/frames.js').SocketFrame[]) => void, ready: () => void, refused: (code:
 *   number) => void}}
 */
let heard = { frames: () => {}, ready: () => {}, refused: () => {} };

export const socket = new Socket({
  csrf: getCSRF,
  onFrames: (frames) => heard.frames(frames),
  onNet: (net) => dispatch({ t: 'net', net }),
  onReady: () => heard.ready(),
  onRefused: (code) => heard.refused(code),
});

/** Says what becomes of what the socket hears. @param {typeof heard} by */
export function listen(by) { heard = by; }

/** The session has ended. */
export function out() {
  socket.close();
  dispatch({ t: 'session', session: 'out', ended: state.value.session === 'in' || state.value.ended });
}

/** Any request may find that the session has ended. @param {unknown} err */
export function heedFailure(err) {
  if (err instanceof Failure && err.problem.code === 'no_session') out();
}
