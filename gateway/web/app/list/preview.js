// One line for what a message is: its text where there is one, else its kind.

import { t } from '../text/i18n.js';

/** @type {Record<string, string>} */
const icons = { media: 'image', image: 'image', sticker: 'smile', video: 'play', audio: 'mic', voice: 'mic',
  document: 'file', location: 'flag', contacts: 'user', order: 'file', template: 'template', call: 'phone',
  unsupported: 'alert',
  system: 'alert' };

/** @param {string} kind */
export const previewIcon = (kind) => icons[kind] ?? '';

/** @param {string} kind @param {string} text */
export const preview = (kind, text) => text || t(`kind.${kind}`);
