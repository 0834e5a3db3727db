// What is known of a number, in words.

import { dayTime, duration, number } from '../../text/format.js';
import { t } from '../../text/i18n.js';

const thousands = { K: 1_000, M: 1_000_000 };

/** TIER_10K as "10.000". @param {string|undefined} tier */
export function tierWords(tier) {
  if (!tier) return '';
  if (tier === 'TIER_UNLIMITED') return t('fleet.unlimited');
  const [, n, unit] = /^TIER_(\d+)([KM]?)$/.exec(tier) ?? [];
  return n ? number(Number(n) * (thousands[unit] ?? 1)) : tier;
}

/** @param {string|undefined} quality */
export const qualityWords = (quality) => {
  const words = t(`fleet.q.${quality}`);
  return !quality ? '' : words === `fleet.q.${quality}` ? quality : words;
};

/** Who pauses it, why, and until when. @param {import('../../core/api_types.js').Hold} hold */
export const heldWords = (hold) => [t(hold.rate ? 'fleet.slowedBy' : 'fleet.heldBy', { name: hold.by.name,
  reason: hold.reason, rate: hold.rate ?? 0 }),
  hold.until && t('fleet.heldUntil', { time: dayTime(Date.parse(hold.until)) })].filter(Boolean).join(' · ');

/** Messages a second, to a tenth. @param {number} n */
export const paceWords = (n) => number(Math.round(n * 10) / 10);

/** How long ago. @param {string|undefined} at @param {number} now */
export const agoWords = (at, now) => (at ? t('fleet.ago', { time: duration(now - Date.parse(at)) }) : t('fleet.never'));

/** @param {import('./state.js').FleetNumber} n @param {number} now */
export function tokenWords(n, now) {
  switch (n.token) {
    case 'dead': return { text: t('fleet.refused'), cls: 'late' };
    case 'missing': return { text: t('fleet.missing'), cls: 'late' };
    case 'good': break;
    default: return { text: '', cls: '' };
  }
  if (!n.token_expires_at) return { text: t('fleet.good'), cls: '' };
  const left = Date.parse(n.token_expires_at) - now;
  return { text: duration(left), cls: n.troubles.includes('token_expires') ? 'soon' : '' };
}

/**
 * What Meta says of a number or its name; a word that is new stays as it is.
 * @param {string} of @param {string} word
 */
export function metaWords(of, word) {
  const key = `fleet.meta.${of}.${word}`, words = t(key);
  return words === key ? word : words;
}
