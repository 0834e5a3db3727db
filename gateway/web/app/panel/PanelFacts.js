import { copyText } from '../do/actions.js';
import { halfMinute } from '../core/clock.js';
import { labels, localTime, phone, shortTime } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { numbers } from '../core/state.js';
import { zoneOf } from './zones.js';
import { IconButton } from '../shell/primitives.js';

/** @typedef {{name: string, words: string, cls?: string, title?: string, copies?: string}} Fact */

/**
 * Who it is: addresses, local time, since when.
 * @param {{row: import('../core/types.js').Row, details: import('../core/types.js').Details|undefined}} props
 */
export function Facts({ row, details }) {
  const facts = [...addresses(row, details), ...circumstances(row, details, halfMinute.value)];
  return html`<section class="sec">
    <dl class="kv" data-test="facts">${facts.map((f) => html`<dt key=${`k${f.name}${f.words}`}>${f.name}</dt>
    <dd class=${f.copies ? 'copied' : ''} key=${`v${f.name}${f.words}`}>
      <span class=${`cut ${f.cls ?? ''}`} title=${f.title ?? f.words} dir="auto">${f.words}</span>
      ${f.copies
        && html`<${IconButton} icon="copy" label=${t('fact.copy', { what: f.name })} cls="sm"
          onClick=${() => void copyText(f.copies ?? '')} data-test="copy" />`}</dd>`)}</dl></section>`;
}

/** Other spellings are no further addresses. @returns {Fact[]} */
function addresses(row, details) {
  const aliases = (details?.aliases ?? []).filter((a) => !a.variant);
  const facts = aliases.map((a) => (a.kind === 'phone'
    ? { name: t('fact.phone'), words: phone(a.value), cls: 'num' }
    : { name: t(`fact.${a.kind}`), words: shortId(a.value), cls: 'mono', title: a.value, copies: a.value }));
  if (details?.username)
    facts.splice(aliases.filter((a) => a.kind === 'phone').length, 0,
      { name: t('fact.username'), words: `@${details.username}`, cls: '' });
  if (facts.length > 0 || !row.contact.address) return facts;
  const isPhone = /^\d{7,15}$/.test(row.contact.address); // until the rest was read
  return [{ name: t(isPhone ? 'fact.phone' : 'fact.address'), words: phone(row.contact.address),
    cls: isPhone ? 'num' : 'mono' }];
}

/** @returns {Fact[]} */
function circumstances(row, details, now) {
  const known = details?.aliases.find((a) => a.kind === 'phone' && !a.variant)?.value ?? row.contact.address;
  const zone = zoneOf(known), number = numbers.value.find((n) => n.id === row.phone_number_id);
  return [
    zone && { name: t('fact.time'), words: localTime(zone, now), cls: 'num' },
    number
      && { name: t('fact.number'), words: labels(numbers.value)[number.id].label,
        title: `${number.name} · ${phone(number.display)}` },
    row.started_at && { name: t('fact.since'), words: shortTime(Date.parse(row.started_at), now) },
  ].filter(Boolean);
}

/** The beginning and the end of what nobody reads whole. @param {string} id */
const shortId = (id) => (id.length > 14 ? `${id.slice(0, 7)}…${id.slice(-4)}` : id);
