// What is known of files by looking at a thread alone. Pure.

/** @typedef {import('../core/types.js').Item} Item */

/**
 * What a viewer goes through: pictures and films of a thread that are here, but
 * none that was taken back.
 * @param {Item[]} items
 */
export function viewable(items) {
  const gone = new Set(items.filter((i) => i.message?.kind === 'revoke')
    .map((i) => i.target || i.message?.content?.revoke?.target));
  return items.filter((i) =>
    i.message?.media?.state === 'kept' && ['image', 'video'].includes(i.message.content?.media?.type)
      && !gone.has(i.message.id));
}

/**
 * Heights of the bars of a sound, from 0 to 1. They follow from its name: the
 * same each time, and no claim about what is heard.
 * @param {string} name @param {number} count
 */
export function bars(name, count) {
  let seed = 2166136261;
  for (const c of name) seed = Math.imul(seed ^ c.charCodeAt(0), 16777619);
  const heights = [];
  for (let i = 0; i < count; i++) {
    seed = Math.imul(seed ^ (seed >>> 15), 2246822519) + i;
    const wave = 0.5 + 0.5 * Math.sin(i * 0.55 + (seed & 7));
    heights.push(0.18 + 0.5 * wave * (((seed >>> 8) & 255) / 255) + 0.25 * wave);
  }
  return heights;
}
