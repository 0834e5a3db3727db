// Frames that come together are applied together, once a picture: a burst of a
// thousand rows costs one drawing.

/** @template T @param {(frames: T[]) => void} take */
export function batcher(take) {
  /** @type {T[]} */
  let waiting = [];
  let due = false;
  const flush = () => {
    due = false;
    if (waiting.length === 0) return;
    const frames = waiting;
    waiting = [];
    take(frames);
  };
  // A picture that was asked for while the page showed does not come while it is hidden.
  globalThis.document?.addEventListener('visibilitychange', () => { if (document.hidden) flush(); });
  return {
    /** @param {T} frame */
    push(frame) {
      waiting.push(frame);
      if (due) return;
      due = true;
      // A page in the background draws no pictures, but its title counts.
      if (document.hidden) setTimeout(flush, 50);
      else requestAnimationFrame(flush);
    },
    flush,
  };
}
