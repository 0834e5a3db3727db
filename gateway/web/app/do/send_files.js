// Sends what is in the composer: its files in their order, then its text.

import { claims, send, sendReply } from './actions.js';
import { arm, filesOf, leaving, takeFiles } from '../composer/attached.js';
import { captioned } from '../composer/file_rules.js';
import { takeQuote } from '../composer/quoting.js';
import { readDraft } from '../composer/drafts.js';

/**
 * Now, or as soon as the last file is there.
 * @param {string} id @param {'resolved'|'snoozed'} [then] @param {Date} [until]
 */
export function sendAll(id, then, until) {
  const list = leaving(filesOf(id).value);
  if (list.some((a) => a.state !== 'there')) { arm(id, () => sendAll(id, then, until)); return; }
  arm(id, undefined);
  const words = readDraft(id).trim() !== '', files = takeFiles(id);
  let quoted = files.length ? takeQuote(id) : '';
  files.forEach((a, n) => {
    const last = n === files.length - 1 && !words, caption = captioned(a.kind) ? a.caption.trim() : '';
    const media = { file: a.upload, type: a.kind, ...(caption ? { caption } : {}),
      ...(a.kind === 'document' ? { file_name: a.name } : {}) };
    void send(id, { kind: 'media', text: caption, part: { media }, claim: claims(id), quoted,
      content: { kind: 'media', media: { ...media, file_name: a.name }, size: a.size },
      ...(last ? { then, until } : {}) });
    quoted = '';
  });
  if (words) sendReply(id, then, until);
}
