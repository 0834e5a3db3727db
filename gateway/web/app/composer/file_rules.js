// What WhatsApp takes of files: known before anything is uploaded. Pure; the server looks into the file and has the
// last word.

const MB = 1 << 20;

/** Bytes at most, by how it is sent (Meta, media types). */
export const limits = { image: 5 * MB, video: 16 * MB, audio: 16 * MB, document: 100 * MB };

/** @typedef {'image'|'video'|'audio'|'document'|'sticker'} Kind */

const taken = {
  image: ['image/jpeg', 'image/png'], video: ['video/mp4', 'video/3gpp'],
  audio: ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg', 'audio/x-m4a'],
};

/** What one expects a file to be sent as. @param {string} type @returns {Kind} */
export function kindOf(type) {
  const [of] = type.split('/');
  return type !== 'image/svg+xml' && (of === 'image' || of === 'video' || of === 'audio') ? of : 'document';
}

/**
 * What stands against a file, or null. `kind` is what it cannot be sent as; `document`: whether it may go as one.
 * @param {{size: number, type: string}} file @param {Kind} kind
 * @returns {{reason: 'empty'|'too_large'|'file_type', kind: Kind, limit: number, document: boolean}|null}
 */
export function against(file, kind) {
  if (file.size === 0) return { reason: 'empty', kind, limit: 0, document: false };
  if (file.size > limits.document) return { reason: 'too_large', kind: 'document', limit: limits.document,
    document: false };
  if (kind === 'document' || kind === 'sticker') return null;
  if (file.size > limits[kind]) return { reason: 'too_large', kind, limit: limits[kind], document: true };
  // a sticker may be among these: what it is its content says
  if (file.type && file.type !== 'image/webp' && !taken[kind].includes(file.type.split(';')[0]))
    return { reason: 'file_type', kind, limit: 0, document: true };
  return null;
}

/** Whether words can go with it. @param {string} kind */
export const captioned = (kind) => kind !== 'audio' && kind !== 'sticker';

export const maxCaption = 1024; // characters

/** Seconds that are left at this pace, 0 while it is not known. @param {number} sent @param {number} size
 * @param {number} took milliseconds */
export const left = (sent, size, took) => (sent > 0 && took > 400 ? Math.ceil((size - sent) / sent * took / 1000) : 0);
