// What was chosen and filled in, kept like any other draft until it is sent.

import { readDraft, writeDraft } from './drafts.js';

/** @typedef {{pick: string, values: Record<string, Record<string, string>>}} TemplateDraft by name and language */

/** @param {string} id @returns {TemplateDraft} */
export function readTemplate(id) {
  try {
    const kept = JSON.parse(readDraft(id, 'template') || '{}');
    return { pick: String(kept.pick ?? ''), values: kept.values ?? {} };
  } catch {
    return { pick: '', values: {} };
  }
}

/** @param {string} id @param {TemplateDraft} draft */
export const writeTemplate = (id, draft) => writeDraft(id, JSON.stringify(draft), 'template');

/**
 * Brings back what did not go out.
 * @param {string} id
 * @param {{name: string, language: string, values?: Record<string, string>}} sent
 */
export function keepTemplate(id, sent) {
  const draft = readTemplate(id), pick = `${sent.name}|${sent.language}`;
  writeTemplate(id, { pick, values: { ...draft.values, [pick]: { ...draft.values[pick], ...sent.values } } });
}
