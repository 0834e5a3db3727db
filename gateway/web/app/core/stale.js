// What a text was written without knowing. Pure.

/**
 * The messages that arrived since the one that was seen last: those that the
 * refusal told, and what came while one decides.
 * @param {import('./types.js').StaleSend} held @param {import('./types.js').Thread|undefined} thread @param {string} me
 * @returns {import('./types.js').Item[]}
 */
export function newsOf(held, thread, me) {
  const seen = held.body.body?.seen_version || held.difference[0]?.version - 1 || 0;
  const later = seen ? (thread?.items ?? []).filter((i) => i.version > seen) : [],
    told = new Set(held.difference.map((i) => i.version));
  return [...held.difference, ...later.filter((i) => !told.has(i.version))]
    .filter((i) => i.type === 'message' && !(i.message?.author.kind === 'agent' && i.message.author.id === me))
    .sort((a, b) => a.version - b.version);
}
