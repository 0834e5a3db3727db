// Messages with something to tap, and places: what is filled in, what WhatsApp takes of it, and what is sent. Pure;
// the server checks the same and has the last word.


/** @typedef {'button'|'list'|'cta_url'|'location_request_message'|'location'} Kind */
/** @typedef {{title: string, description: string}} Row */
/**
 * What is filled in. It survives a change of kind: each takes what it needs.
 * @typedef {{kind: Kind, body: string, footer: string, buttons: string[], label: string,
 *   sections: {title: string, rows: Row[]}[], url: string, place: string, name: string, address: string}} Built
 */

/** @type {Kind[]} */
export const kinds = ['button', 'list', 'cta_url', 'location_request_message', 'location'];

/** Characters at most (Meta, messages: interactive). @param {string} field @param {Kind} kind */
export function limitOf(field, kind) {
  if (field === 'body') return kind === 'list' ? 4096 : 1024;
  if (/^row\d+\.\d+\.text$/.test(field)) return 72;
  if (/^(row|section)/.test(field)) return 24;
  return { footer: 60, label: 20, url: 2000, name: 1000, address: 1000 }[field] ?? 20;
}

export const most = { buttons: 3, rows: 10, sections: 10 };

/** @returns {Built} */
export const nothing = () => ({ kind: 'button', body: '', footer: '', buttons: ['', ''], label: '',
  sections: [{ title: '', rows: [{ title: '', description: '' }] }], url: '', place: '', name: '', address: '' });

/** @param {string} text a kept draft @returns {Built} */
export function restore(text) {
  try { return { ...nothing(), ...JSON.parse(text || '{}') }; } catch { return nothing(); }
}

/** @param {Built} b */
export const rowsOf = (b) => b.sections.flatMap((s) => s.rows);

/** @typedef {{field: string, fault: 'missing'|'long'|'twice'|'bad', over: number}} Fault */

/** What stands against sending it, by field, in the order of the fields. @param {Built} b @returns {Fault[]} */
export function faults(b) {
  /** @type {Fault[]} */
  const out = [];
  const words = (/** @type {string} */ field, /** @type {string} */ text, needed = true, before = [] ) => {
    const over = [...text].length - limitOf(field, b.kind);
    if (over > 0) out.push({ field, fault: 'long', over });
    else if (needed && text.trim() === '') out.push({ field, fault: 'missing', over: 0 });
    else if (text.trim() && before.some((x) => x.trim() === text.trim())) out.push({ field, fault: 'twice', over: 0 });
  };
  if (b.kind === 'location') {
    if (!placeOf(b.place)) out.push({ field: 'place', fault: b.place.trim() ? 'bad' : 'missing', over: 0 });
    words('name', b.name, false);
    words('address', b.address, false);
    return out;
  }
  words('body', b.body);
  if (b.kind === 'button') b.buttons.forEach((x, n) => words(`button${n}`, x, true, b.buttons.slice(0, n)));
  if (b.kind === 'list' || b.kind === 'cta_url') words('label', b.label);
  if (b.kind === 'list') {
    b.sections.forEach((s, n) => {
      if (b.sections.length > 1) words(`section${n}`, s.title);
      s.rows.forEach((r, m) => {
        words(`row${n}.${m}`, r.title);
        words(`row${n}.${m}.text`, r.description, false);
      });
    });
  }
  if (b.kind === 'cta_url') {
    words('url', b.url);
    if (b.url.trim() && !/^https?:\/\/[^\s./]+\.\S+$/.test(b.url.trim()))
      out.push({ field: 'url', fault: 'bad', over: 0 });
  }
  if (b.kind !== 'location_request_message') words('footer', b.footer, false);
  return out;
}

/**
 * What is sent, in the shape of the API and of the thread.
 * @param {Built} b @returns {any}
 */
export function prompt(b) {
  const footer = b.footer.trim() && b.kind !== 'location_request_message' ? { footer: b.footer.trim() } : {};
  const of = { type: b.kind, body: b.body.trim(), ...footer };
  let n = 0;
  switch (b.kind) {
    case 'button': return { ...of, buttons: b.buttons.map((x, i) => ({ id: `b${i + 1}`, title: x.trim() })) };
    case 'list':
      return { ...of, label: b.label.trim(), sections: b.sections.map((s) => ({
        ...(b.sections.length > 1 ? { title: s.title.trim() } : {}),
        rows: s.rows.map((r) => ({ id: `r${++n}`, title: r.title.trim(),
          ...(r.description.trim() ? { description: r.description.trim() } : {}) })) })) };
    case 'cta_url': return { ...of, label: b.label.trim(), url: b.url.trim() };
  }
  return of;
}

/** @param {Built} b */
export function location(b) {
  const at = placeOf(b.place);
  return at && { latitude: at.latitude, longitude: at.longitude,
    ...(b.name.trim() || at.name ? { name: b.name.trim() || at.name } : {}),
    ...(b.address.trim() ? { address: b.address.trim() } : {}) };
}

const degrees = String.raw`(-?\d{1,3}(?:\.\d+)?)`;
// In links of maps the pin goes before the middle of what is shown.
const forms = [
  new RegExp(`!3d${degrees}!4d${degrees}`),
  new RegExp(`[?&](?:q|query|ll|destination|daddr)=(?:loc:)?${degrees}(?:,|%2C)\\s*${degrees}`),
  new RegExp(`mlat=${degrees}&mlon=${degrees}`), new RegExp(`geo:${degrees},${degrees}`),
  new RegExp(`@${degrees},${degrees}`), new RegExp(`^\\s*${degrees}\\s*[,; ]\\s*${degrees}\\s*$`),
];

/**
 * The place that coordinates or a link of a map name; null where they name none.
 * @param {string} text @returns {{latitude: number, longitude: number, name: string}|null}
 */
export function placeOf(text) {
  for (const form of forms) {
    const m = form.exec(text.replace(/−/g, '-'));
    if (!m) continue;
    const latitude = Number(m[1]), longitude = Number(m[2]);
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude, name: nameIn(text) };
  }
  return null;
}

/** @param {string} link */
function nameIn(link) {
  const m = /\/place\/([^/@?]+)/.exec(link);
  try {
    const name = m ? decodeURIComponent(m[1].replace(/\+/g, ' ')) : '';
    return /[°\d]+['′]/.test(name) ? '' : name;
  } catch {
    return '';
  }
}
