// WhatsApp's own light markup and links, as tokens. Text stays text: whatever a
// customer writes is never read as HTML.

/** @typedef {{kind: 'text'|'bold'|'italic'|'strike'|'code'|'link', text: string, href?: string}} Token */

// A mark holds what is between it and its twin, when both stand at the edge of words.
const pairs = [
  /```([^`]+)```/, /`([^`\n]+)`/, /\*([^\s*](?:[^*\n]*[^\s*])?)\*/, /_([^\s_](?:[^_\n]*[^\s_])?)_/,
  /~([^\s~](?:[^~\n]*[^\s~])?)~/,
].map((pair) => pair.source).join('|');
const address = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'])/.source;
const marks = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pairs})(?![\\p{L}\\p{N}])|${address}`, 'gu');

const longest = 20_000; // beyond, the plain text has to do

/** @param {string} text @returns {Token[]} */
export function tokens(text) {
  if (text.length > longest || !/[*_~`]|https?:/.test(text)) return [{ kind: 'text', text }];
  /** @type {Token[]} */
  const out = [];
  let end = 0;
  for (const m of text.matchAll(marks)) {
    if (m.index > end) out.push({ kind: 'text', text: text.slice(end, m.index) });
    end = m.index + m[0].length;
    out.push(token([...m]));
  }
  if (end < text.length) out.push({ kind: 'text', text: text.slice(end) });
  return out;
}

/** @param {string[]} m @returns {Token} */
function token([, block, code, bold, italic, strike, link]) {
  if (block !== undefined) return { kind: 'code', text: block };
  if (code !== undefined) return { kind: 'code', text: code };
  if (bold !== undefined) return { kind: 'bold', text: bold };
  if (italic !== undefined) return { kind: 'italic', text: italic };
  if (strike !== undefined) return { kind: 'strike', text: strike };
  return { kind: 'link', text: link, href: link };
}
