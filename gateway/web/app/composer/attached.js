// Files that wait to be sent, by conversation: they are uploaded at once, and kept with the draft as soon as the
// server has them. What is under way survives everything but the end of the page, which asks.

import { api } from '../wire/api.js';
import { upload } from '../wire/upload.js';
import { effect, signal } from '../../lib/signals.js';
import { readDraft, writeDraft } from './drafts.js';
import { against, captioned, kindOf } from './file_rules.js';
import { net } from '../core/state.js';

/**
 * One file. `state`: waits for its turn or the connection, is under way, is there, or is refused; `why` says what
 * stands against it, and whether it may go as a document; `sent` are bytes, `began` is a time of the page.
 * @typedef {{
 *   key: string, name: string, size: number, type: string, kind: import('./file_rules.js').Kind, caption: string,
 *   state: 'waits'|'goes'|'there'|'refused', sent: number, began: number, upload: string, picture: string,
 *   why?: {reason: string, kind: string, limit: number, document: boolean}, file?: File,
 * }} Attachment
 */

/** @type {Map<string, import('../../lib/signals.js').Signal<Attachment[]>>} */
const all = new Map();
/** @type {Map<string, () => void>} */
const stops = new Map();
/** Conversations whose message leaves as soon as its files are there, and what then happens. */
export const armed = signal(/** @type {Record<string, () => void>} */ ({}));

const atOnce = 2; // uploads, of all conversations

/** @param {string} id @returns {import('../../lib/signals.js').Signal<Attachment[]>} */
export function filesOf(id) {
  let found = all.get(id);
  if (!found) all.set(id, found = signal(restored(id)));
  return found;
}

/** @param {string} id @returns {Attachment[]} */
function restored(id) {
  try {
    return JSON.parse(readDraft(id, 'files') || '[]').map((a) => ({ ...a, key: a.upload, state: 'there', sent: a.size,
      began: 0, picture: a.kind === 'image' ? api.uploadURL(a.upload, true) : '' }));
  } catch {
    return [];
  }
}

/** @param {string} id @param {(list: Attachment[]) => Attachment[]} change */
function change(id, change) {
  const list = filesOf(id);
  list.value = change(list.value);
  const there = list.value.filter((a) => a.state === 'there')
    .map(({ upload: of, name, size, type, kind, caption }) => ({ upload: of, name, size, type, kind, caption }));
  writeDraft(id, there.length ? JSON.stringify(there) : '', 'files');
}

/** @param {string} id @param {string} key @param {Partial<Attachment>} set */
export const setFile = (id, key, set) => change(id, (list) => list.map((a) => (a.key === key ? { ...a, ...set } : a)));

let made = 0;

/** Takes files, in their order. @param {string} id @param {Iterable<File>} files */
export function addFiles(id, files) {
  const news = [...files].map((file) => {
    const kind = kindOf(file.type), why = against(file, kind) ?? undefined;
    return /** @type {Attachment} */ ({ key: `f${++made}`, name: file.name || `${kind}`, size: file.size,
      type: file.type, kind, caption: '', state: why ? 'refused' : 'waits', why, sent: 0, began: 0, upload: '', file,
      picture: '' });
  });
  change(id, (list) => [...list, ...news]);
  goOn();
}

/** Sends it as what everything can be sent as. @param {string} id @param {Attachment} a */
export function asDocument(id, a) {
  setFile(id, a.key, { kind: 'document', why: undefined, state: a.upload ? 'there' : 'waits' });
  goOn();
}

/** @param {string} id @param {Attachment} a */
export function removeFile(id, a) {
  stops.get(a.key)?.();
  change(id, (list) => list.filter((x) => x.key !== a.key));
  if (a.upload) void api.removeUpload(a.upload).catch(() => {}); // it goes by itself within a day
  settle(id);
}

/** @param {string} id @param {string} key @param {number} to its new place */
export const moveFile = (id, key, to) => change(id, (list) => {
  const from = list.findIndex((a) => a.key === key), next = list.filter((a) => a.key !== key);
  if (from < 0 || to < 0 || to >= list.length) return list;
  next.splice(to, 0, list[from]);
  return next;
});

/** Those that will leave, and whether all of them are there. @param {Attachment[]} list */
export const leaving = (list) => list.filter((a) => a.state !== 'refused');

/** Takes what is there out of the draft, to be sent. @param {string} id @returns {Attachment[]} */
export function takeFiles(id) {
  const list = filesOf(id).value.filter((a) => a.state === 'there');
  change(id, (now) => now.filter((a) => a.state === 'refused'));
  return list;
}

/** @param {string} id @param {(() => void)|undefined} then undefined: it does not leave by itself any more */
export function arm(id, then) {
  const { [id]: _, ...rest } = armed.value;
  armed.value = then ? { ...rest, [id]: then } : rest;
}

/** Sends what waited for the last of its files. */
function settle(id) {
  const then = armed.value[id], list = leaving(filesOf(id).value);
  if (!then || list.some((a) => a.state !== 'there')) return;
  arm(id, undefined);
  then();
}

function goOn() {
  for (const [id, list] of all) {
    for (const a of list.value) {
      if (a.state === 'waits' && a.file && stops.size < atOnce && net.value.phase !== 'cut') void go(id, a, a.file);
    }
  }
}

/** @param {string} id @param {Attachment} a @param {File} file */
async function go(id, a, file) {
  const { done, stop } = upload(file, (sent) => setFile(id, a.key, { sent }));
  stops.set(a.key, stop);
  setFile(id, a.key, { state: 'goes', sent: 0, began: performance.now() });
  try {
    const view = await done;
    if (!filesOf(id).value.some((x) => x.key === a.key)) throw null;
    there(id, a, view);
  } catch (problem) {
    if (problem) refused(id, a, problem);
  }
  stops.delete(a.key);
  settle(id);
  goOn();
}

/** The server says what it is, and what it may be sent as. */
function there(id, a, view) {
  const asked = a.kind === 'document', kind = asked ? 'document' : view.kinds[0] ?? 'document';
  const bar = asked ? undefined : view.barred?.[0];
  setFile(id, a.key, { upload: view.id, name: view.name, sent: a.size, type: view.type,
    kind: bar ? bar.kind : kind, picture: view.width && !bar ? api.uploadURL(view.id, true) : '',
    ...(captioned(kind) ? {} : { caption: '' }),
    state: bar ? 'refused' : 'there',
    why: bar && { reason: bar.reason, kind: bar.kind, limit: bar.limit ?? 0,
      document: view.kinds.includes('document') } });
}

function refused(id, a, problem) {
  if (problem.code === 'unreachable' || problem.code === 'unavailable') { // it goes on with the connection
    setFile(id, a.key, { state: 'waits', sent: 0 });
    setTimeout(goOn, 5000);
    return;
  }
  setFile(id, a.key, { state: 'refused',
    why: { reason: problem.reason ?? problem.code, kind: a.kind, limit: problem.limit ?? 0, document: false } });
}

effect(() => { if (net.value.phase === 'live') goOn(); });

/** Whether files are here that the server does not have. */
export const filesOnlyHere = () => [...all.values()].some((list) =>
  list.value.some((a) => a.state === 'waits' || a.state === 'goes'));
