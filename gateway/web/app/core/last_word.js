// Who wrote last in a conversation, and whom that leaves waiting. Pure.

/** @typedef {import('./types.js').Party} Party */

/**
 * @typedef {'waits'|'waitsOn'|'replied'|'repliedBy'|'repliedBy.me'|'answered'} LastWord the customer waits, or waits on
 *   because our answer was refused; the owner answered, or who is named, or somebody whom this page does not know
 */

/**
 * The owner is not always the author: a conversation is passed on with its
 * answers. Only a thread that was read says who wrote.
 * @param {import('./types.js').Row} row @param {import('./types.js').Thread|undefined} thread @param {string} [me]
 * @returns {{word: LastWord, who?: Party}}
 */
export function lastWord(row, thread, me) {
  if (row.turn === 'us') return { word: row.last.outbound ? 'waitsOn' : 'waits' };
  const who = thread?.items.find((i) => i.message?.id === row.last.message_id)?.message?.author;
  if (!who) return { word: 'answered' };
  if (who.kind === row.owner.kind && who.id === row.owner.id) return { word: 'replied', who };
  return { word: who.kind === 'agent' && who.id === me ? 'repliedBy.me' : 'repliedBy', who };
}
