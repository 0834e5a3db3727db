// What administrators should know, read for its page and for the mark in the rail.

import { api } from '../wire/api.js';
import { resource } from './resource.js';

/** @typedef {import('../core/api_types.js').Notices} Notices */
/** @typedef {import('../core/api_types.js').PublishedNotices} Rules */

export const notices = resource(async () => {
  const [list, rules] = await Promise.all([api.notices(), api.settings('notices')]);
  return { list: /** @type {Notices} */ (list), rules: /** @type {Rules} */ (rules) };
});
