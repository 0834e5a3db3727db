// How times, names, phones and numbers are written. Pure but for the language.

import { language, t } from './i18n.js';

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const key = language.value + JSON.stringify(options);
  let f = formats.get(key);
  if (!f) formats.set(key, f = new Intl.DateTimeFormat(language.value, options));
  return f;
}

const day = 86_400_000;
const startOfDay = (ms) => new Date(ms).setHours(0, 0, 0, 0);
const daysBetween = (a, b) => Math.round((startOfDay(b) - startOfDay(a)) / day);

/** @param {number} ms */
export const clockTime = (ms) => format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
/** @param {number} ms */
export const exactTime = (ms) => format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  .format(ms);
/** @param {number} ms */
export const fullTime = (ms) => format({ dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' }).format(ms);
/** Whether it is another year: then the year is said. */
const farOff = (ms, now) => new Date(ms).getFullYear() !== new Date(now).getFullYear();
const minutes = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A day and its time. @param {number} ms @param {number} [now] */
export const dayTime = (ms, now = Date.now()) => format({ day: 'numeric', month: 'short', ...minutes,
  ...(farOff(ms, now) ? { year: 'numeric' } : { weekday: 'short' }) }).format(ms);

/** When something was done: today to the second, else with its day. @param {number} ms @param {number} [now] */
export const doneAt = (ms, now = Date.now()) => (daysBetween(ms, now) === 0 ? exactTime(ms)
  : format({ day: 'numeric', month: 'short', ...minutes, ...(farOff(ms, now) ? { year: 'numeric' } : {}) })
    .format(ms));

/** For lists: the time today, else the day. @param {number} ms @param {number} now */
export function shortTime(ms, now) {
  if (!ms) return '';
  const days = daysBetween(ms, now);
  if (days <= 0) return clockTime(ms);
  if (days === 1) return t('yesterday');
  if (days < 7) return format({ weekday: 'short' }).format(ms);
  return format({ day: 'numeric', month: 'short', ...(farOff(ms, now) ? { year: '2-digit' } : {}) }).format(ms);
}

/** For separators. @param {number} ms @param {number} now */
export function dayName(ms, now) {
  const days = daysBetween(ms, now);
  if (days <= 0) return t('today');
  if (days === 1) return t('yesterdayLong');
  return format({ weekday: days < 7 ? 'long' : undefined, day: 'numeric', month: 'long',
    ...(farOff(ms, now) ? { year: 'numeric' } : {}) }).format(ms);
}

/** "3 h 26 min"; under ten minutes with `fine` "4:05". @param {number} ms @param {boolean} [fine] */
export function duration(ms, fine = false) {
  const s = Math.max(0, Math.floor(ms / 1000)), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
  if (fine && s < 600) return `${m}:${String(s % 60).padStart(2, '0')}`;
  if (s < 60) return t('unit.s', { s });
  if (m < 60) return t('unit.min', { m });
  if (h < 24) return m % 60 ? t('unit.hm', { h, m: m % 60 }) : t('unit.h', { h });
  return t('unit.d', { d, n: d });
}

/**
 * How long something lasts, in words that hold a {time}; what lasts less than a
 * minute has words of its own, for seconds would only flicker.
 * @param {string} key @param {number} ms @param {Record<string, any>} [of] the other parameters of the words
 */
export const lasting = (key, ms, of = {}) =>
  (ms < 60_000 ? t(`${key}.now`, of) : t(key, { ...of, time: duration(ms) }));

/** "for 14 min" today, else "since yesterday". @param {number} ms @param {number} now */
export function since(ms, now) {
  if (now - ms < 60_000) return t('now');
  if (daysBetween(ms, now) <= 0)
    return now - ms < 3 * 3_600_000 ? t('for', { time: duration(now - ms) }) : t('since', { time: clockTime(ms) });
  return t('since', { time: shortTime(ms, now) });
}

/** That nobody owns it, and since when. @param {number} at 0 where that is not known @param {number} now */
export const unowned = (at, now) =>
  (now - at < 60_000 ? t('own.nobody.now') : t('own.nobody', { when: at ? since(at, now) : '' }));

/** @param {number} n */
export const number = (n) => new Intl.NumberFormat(language.value).format(n);

/** An amount, in its currency where that is one. @param {number} n @param {string} [currency] */
export function money(n, currency) {
  if (!/^[A-Za-z]{3}$/.test(currency ?? '')) return number(n) + (currency ? ` ${currency}` : '');
  return new Intl.NumberFormat(language.value, { style: 'currency', currency }).format(n);
}

/** A count as it is shown: short, and with a plus where there are more. @param {number} n @param {boolean} [more] */
export const short = (n, more) => (n > 999 ? '999+' : n + (more ? '+' : ''));

/** Counts on badges stay short. @param {number} n */
export const badge = (n) => short(n);

/** @param {{n: number, more?: boolean}|undefined} c */
export const counted = (c) => (c ? short(c.n, c.more) : '');

/** A phone as people write it; other addresses as they are. @param {string} address */
export function phone(address) {
  if (!/^\d{7,15}$/.test(address)) return address;
  if (/^55\d{10,11}$/.test(address)) {
    const rest = address.slice(4);
    return `+55 ${address.slice(2, 4)} ${rest.slice(0, -4)}-${rest.slice(-4)}`;
  }
  if (/^1\d{10}$/.test(address)) return `+1 ${address.slice(1, 4)} ${address.slice(4, 7)}-${address.slice(7)}`;
  const cut = /^(3[578]|2|4[2]|5[09]|6[7]|8[58]|9[679])/.test(address) ? 3 : 2;
  return `+${address.slice(0, cut)} ${address.slice(cut).replace(/(\d{3})(?=\d{3})/g, '$1 ')}`;
}

/** What to call a contact. @param {{name: string, address: string}} contact */
export const nameOf = (contact) => contact.name || phone(contact.address) || t('nameless');

/** @param {string} name */
export const firstName = (name) => name.split(/\s+/)[0] || name;

/** As a sentence begins. @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Up to two letters, '' when a name has none. @param {string} name */
export function initials(name) {
  if (name.startsWith('@')) return [...name.slice(1)].slice(0, 2).join('').toUpperCase();
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, ' ').split(/\s+/).filter((w) => /^\p{L}/u.test(w));
  if (words.length === 0) return '';
  const last = words.length > 1 ? [...words[words.length - 1]][0] : '';
  return ([...words[0]][0] + last).toUpperCase();
}

/** One of six tints, always the same for a name. @param {string} name */
export function tint(name) {
  let sum = 0;
  for (const c of name) sum += c.codePointAt(0) ?? 0;
  return `t${(sum % 6) + 1}`;
}

/** Characters as the limit of a message counts them. @param {string} text */
export function length(text) {
  if (text.length <= 4096) return text.length; // cannot be too long
  let n = 0;
  for (const _ of text) n++;
  return n;
}

/** The customer's time, and how far from ours. @param {string} zone @param {number} now */
export function localTime(zone, now) {
  const at = (timeZone) => {
    const p = Object.fromEntries(new Intl.DateTimeFormat('en', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
    }).formatToParts(now).map((x) => [x.type, x.value]));
    return Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute);
  };
  const theirs = at(zone), ours = at(undefined), hours = (theirs - ours) / 3_600_000;
  const time = format({ timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now);
  if (hours === 0) return t('zone.same', { time });
  return t(hours > 0 ? 'zone.ahead' : 'zone.behind', { time, hours: number(Math.abs(hours)) });
}

/**
 * What tells apart names that end alike: without the words that all begin with.
 * @param {string[]} names
 */
function distinct(names) {
  const words = names.map((name) => name.split(/\s+/)), least = Math.min(...words.map((w) => w.length));
  let alike = 0;
  while (alike < least && words.every((w) => w[alike] === words[0][alike])) alike++;
  return words.map((w, i) => (alike < least ? w.slice(alike).join(' ') : names[i]));
}

/**
 * A short name for each number that tells it from the others: what is left of
 * "Brand · Shop" after the part that all share; more of it where shops share a name.
 * @param {{id: string, name: string, display: string}[]} numbers
 * @returns {Record<string, {label: string, cls: string, name: string}>}
 */
export function labels(numbers) {
  /** @type {Record<string, {label: string, cls: string, name: string}>} */
  const out = {};
  /** @type {Map<string, {id: string, name: string}[]>} */
  const alike = new Map();
  numbers.forEach((n, i) => {
    const parts = n.name.split(/\s+[·|–-]\s+/), label = parts[parts.length - 1] || phone(n.display);
    out[n.id] = { label, cls: `n${(i % 5) + 1}`, name: n.name || phone(n.display) };
    alike.set(label, [...alike.get(label) ?? [], n]);
  });
  for (const same of alike.values()) {
    if (same.length < 2) continue;
    const names = distinct(same.map((n) => n.name));
    same.forEach((n, i) => { out[n.id].label = names[i] || out[n.id].label; });
  }
  return out;
}

/** A length of a file: "12 kB". @param {number} n */
export function bytes(n) {
  if (!n) return '';
  const [unit, of] = n < 1e6 ? ['kilobyte', 1e3] : ['megabyte', 1e6];
  return new Intl.NumberFormat(language.value,
    { style: 'unit', unit, maximumFractionDigits: n < 1e7 && n >= 1e6 ? 1 : 0 }).format(Math.max(n / of, 1));
}

/** A size beside a limit of WhatsApp's, which counts in powers of two. @param {number} n bytes */
export function binaryBytes(n) {
  const [unit, of] = n < 1 << 20 ? ['kilobyte', 1 << 10] : ['megabyte', 1 << 20], whole = Math.ceil(n / of * 10) / 10;
  return new Intl.NumberFormat(language.value,
    { style: 'unit', unit, maximumFractionDigits: whole < 100 ? 1 : 0 }).format(whole);
}
