// Templates: which fit, what goes into them, how they read. Pure. The server
// checks the same and has the last word.

import { distance } from '../text/languages.js';

/** @typedef {import('../core/types.js').Template} Template */
/** @typedef {import('../core/types.js').TemplateVariable} TemplateVariable */
/** @typedef {Record<string, string>} Values by the key of the variable */

const maxHeader = 60, maxBody = 1024; // Meta, with the variables filled

/** @param {Template} t */
export const keyOf = (t) => `${t.name}|${t.language}`;

/** order_ready → Order ready. @param {string} name */
export const readable = (name) => { const words = name.replace(/_+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1); };

const fold = (/** @type {string} */ text) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

/**
 * What a search finds, in the languages that fit best first.
 * @param {Template[]} list @param {string} q @param {string[]} wanted languages
 */
export function choices(list, q, wanted) {
  const words = fold(q).split(/\s+/).filter(Boolean);
  const found = list.filter((t) => {
    const text =
      fold(`${readable(t.name)} ${t.name} ${t.language} ${t.language.replace('_', '-')} ${t.header?.text
        ?? ''} ${t.body}`);
    return words.every((w) => text.includes(w));
  });
  const rank = (/** @type {Template} */ t) => distance(t.language, wanted) * 2 + (t.category === 'MARKETING' ? 1 : 0);
  return found.map((t) => ({ t, rank: rank(t) })).sort((a, b) => a.rank - b.rank || a.t.name.localeCompare(b.t.name))
    .map((x) => x.t);
}

const slot = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/**
 * A text with its variables as parts of their own.
 * @param {string} text @param {string} part header or body
 * @returns {{text: string, key?: string}[]}
 */
export function slots(text, part) {
  const out = [];
  let end = 0;
  for (const m of text.matchAll(slot)) {
    if (m.index > end) out.push({ text: text.slice(end, m.index) });
    out.push({ text: m[0], key: `${part}.${m[1]}` });
    end = m.index + m[0].length;
  }
  if (end < text.length) out.push({ text: text.slice(end) });
  return out;
}

/** @param {string} text @param {string} part @param {Values} values */
const put = (text, part, values) => slots(text, part).map((s) => (s.key ? values[s.key] ?? s.text : s.text)).join('');

const greetings = [
  'oi', 'olá', 'ola', 'hola', 'hi', 'hello', 'hey', 'dear', 'caro', 'cara',
  'bom dia', 'boa tarde', 'boa noite', 'buenos días', 'buenas tardes', 'good morning',
];
const hello = new RegExp(`(^|[\\s!¡])(${greetings.join('|')})[\\s,!]*$`, 'i');
const iAm = /(aqui é|sou|soy|le habla|this is|my name is|i['’]m)(\s+(a|o|el|la))?\s*$/i;
const customers = /^(nome|name|nombre|cliente|customer|contato|contact|first_?name|primeiro_nome)$/i;
const colleagues = /^(agente|agent|atendente|vendedor|vendedora|seller|asesor|asesora)$/i;

/**
 * What can be known before anybody types: the customer's first name, and one's own.
 * @param {Template} t @param {{name: string, mine: string}} known first names, '' when there is none
 * @returns {Values}
 */
export function prefill(t, { name, mine }) {
  /** @type {Values} */
  const values = {};
  let greeted = false;
  slots(t.body, 'body').forEach((s, i, all) => {
    if (!s.key || values[s.key] !== undefined) return;
    const before = i > 0 && !all[i - 1].key ? all[i - 1].text : '', id = s.key.slice('body.'.length);
    if (customers.test(id) || (!greeted && /^\d+$/.test(id) && hello.test(before))) {
      greeted = true;
      if (name) values[s.key] = name;
    } else if (mine && (colleagues.test(id) || (/^\d+$/.test(id) && iAm.test(before)))) values[s.key] = mine;
  });
  return values;
}

/**
 * Why Meta would refuse a value: the name of the reason, '' when it is good or missing.
 * @param {TemplateVariable} v @param {string} value
 */
export function fault(v, value) {
  if (value === '') return '';
  switch (v.kind) {
    case 'text': return /[\n\r\t]| {5}/.test(value) ? 'text' : '';
    case 'link': return /^https:\/\/[^\s./]+\.[^\s]+$/.test(value) ? '' : 'link';
  }
  return /\s/.test(value) ? 'url' : '';
}

/**
 * What stands between a template and its sending.
 * @param {Template} t @param {Values} values
 * @returns {{missing: string[], faulty: string[], long: number}} keys, and the limit that is passed
 */
export function check(t, values) {
  const missing = t.variables.filter((v) => (values[v.key] ?? '').trim() === '').map((v) => v.key);
  const faulty = t.variables.filter((v) => fault(v, values[v.key] ?? '')).map((v) => v.key);
  const over = (/** @type {string} */ text, /** @type {number} */ limit) => ([...text].length > limit ? limit : 0);
  return { missing, faulty,
    long: over(put(t.body, 'body', values), maxBody) || over(put(t.header?.text ?? '', 'header', values), maxHeader) };
}

/** The message as the customer will read it, in the shape of a sent one. @param {Template} t @param {Values} values */
export function filled(t, values) {
  return {
    name: t.name, language: t.language, category: t.category, rendered: put(t.body, 'body', values), footer: t.footer,
    header: t.header
      && { format: t.header.format, text: put(t.header.text ?? '', 'header', values), link: values['header.link'] },
    buttons: t.buttons?.map((b, i) => ({ ...b, url: b.url?.replace(slot, () => values[`button.${i}`] ?? '') })),
  };
}

/** Only what the template asks for. @param {Template} t @param {Values} values @returns {Values} */
export const wanted = (t, values) => Object.fromEntries(t.variables.map((v) => [v.key, (values[v.key] ?? '').trim()]));
