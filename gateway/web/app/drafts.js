// What is typed is kept in the browser until it was sent: drafts for each
// conversation, and sends that have no answer yet.

const store = (() => { try { return window.localStorage; } catch { return null; } })();
/** For what the browser does not keep: too large, or storage refused. @type {Map<string, string>} */
const memory = new Map();
let owner = '';

/** @param {string} agent drafts are the person's, not the browser's */
export function draftsOf(agent) { owner = agent; }

const name = (kind, id) => `prosa.${kind}.${owner}.${id}`;

/** @param {string} id @param {'reply'|'note'|'template'} [kind] */
export function readDraft(id, kind = 'reply') {
  const key = name(kind, id);
  return memory.get(key) ?? read(key) ?? '';
}

/**
 * @param {string} id @param {string} text @param {'reply'|'note'|'template'} [kind]
 * @returns {boolean} whether it survives a reload
 */
export function writeDraft(id, text, kind = 'reply') {
  const key = name(kind, id);
  if (text === '') {
    memory.delete(key);
    store?.removeItem(key);
    return true;
  }
  if (write(key, text)) { memory.delete(key); return true; }
  memory.set(key, text);
  return false;
}

const unsentName = () => `prosa.unsent.${owner}`;

/** @returns {{id: string, pending: import('./types.js').Pending}[]} */
export function readUnsent() {
  try { return JSON.parse(read(unsentName()) ?? '[]'); } catch { return []; }
}

/** Sends that are in this page alone. @type {Set<string>} */
const loose = new Set();

/** A send that was not accepted: under way, or refused and not yet decided upon. @param {string} id @param {import('./types.js').Pending} pending */
export function keepUnsent(id, pending) {
  const all = [...readUnsent().filter((u) => u.pending.id !== pending.id), { id, pending }];
  if (write(unsentName(), JSON.stringify(all))) loose.delete(pending.id);
  else loose.add(pending.id);
}

/** Whether something that was typed goes with this page. */
export const onlyHere = () => memory.size > 0 || loose.size > 0;

/** @param {string} echo */
export function dropUnsent(echo) {
  loose.delete(echo);
  const rest = readUnsent().filter((u) => u.pending.id !== echo);
  if (rest.length) write(unsentName(), JSON.stringify(rest));
  else store?.removeItem(unsentName());
}

/** Settings of this browser: theme, language, density. @param {string} key */
export const readSetting = (key) => read(`prosa.${key}`) ?? '';
/** @param {string} key @param {string} value */
export function writeSetting(key, value) {
  if (value) write(`prosa.${key}`, value);
  else store?.removeItem(`prosa.${key}`);
}

function read(key) { try { return store?.getItem(key) ?? null; } catch { return null; } }
function write(key, value) {
  try { store?.setItem(key, value); return store !== null; } catch { return false; }
}
