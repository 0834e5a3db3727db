// Words within texts: finding them whatever their accents, and setting them off. Pure.

/** Lower case without accents, each letter still in its place. @param {string} text */
export const spread = (text) => text.replace(/[^\0-\x7f]/g, (c) => c.normalize('NFD')[0]).toLowerCase();

/**
 * A text in pieces, those within marks set off. Marks that make no sense are left out.
 * @param {string} text @param {[number, number][]} marks
 */
export function pieces(text, marks) {
  const out = [];
  let end = 0;
  for (const [from, to] of marks) {
    if (from < end || to <= from || to > text.length) continue;
    if (from > end) out.push({ text: text.slice(end, from), hit: false });
    out.push({ text: text.slice(from, to), hit: true });
    end = to;
  }
  if (end < text.length) out.push({ text: text.slice(end), hit: false });
  return out;
}
