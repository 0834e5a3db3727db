// Up to which version the person can have seen a thread: a message counts once
// it has stood on the screen for a moment. Sends carry it, so that the server can
// say what arrived while somebody wrote.

const moment = 700;

/** @type {Map<string, number>} */
const seen = new Map();
/** @type {Map<string, number>} */
const timers = new Map();

/** @param {string} id */
export const seenVersion = (id) => seen.get(id) ?? 0;

/** @param {string} id @param {number} version @param {boolean} [atOnce] */
export function look(id, version, atOnce = false) {
  if (atOnce || !seen.has(id)) { note(id, version); return; }
  if (version <= seenVersion(id)) return;
  clearTimeout(timers.get(id));
  timers.set(id, window.setTimeout(() => note(id, version), moment));
}

/** @param {string} id */
export function lookAway(id) { clearTimeout(timers.get(id)); }

function note(id, version) {
  clearTimeout(timers.get(id));
  if (version > seenVersion(id)) seen.set(id, version);
}
