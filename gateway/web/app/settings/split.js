// How conversations are shared among those who may get them.

/** @typedef {{agent_id: string, load: number, capacity: number, may: number}} Receiver capacity 0: no limit */

/** How many more somebody takes. @param {Receiver} r */
export const roomOf = (r) => Math.min(r.may, r.capacity > 0 ? Math.max(r.capacity - r.load, 0) : r.may);

/**
 * One after the other to whoever has least then: what nobody has room for is left.
 * @param {number} n @param {Receiver[]} receivers
 */
export function splitOf(n, receivers) {
  /** @type {Record<string, number>} */
  const shares = Object.fromEntries(receivers.map((r) => [r.agent_id, 0]));
  const load = (/** @type {Receiver} */ r) => r.load + shares[r.agent_id];
  for (let left = n; left > 0; left--) {
    const open = receivers.filter((r) => shares[r.agent_id] < roomOf(r));
    if (open.length === 0) break;
    shares[open.reduce((a, b) => (load(b) < load(a) ? b : a)).agent_id]++;
  }
  return shares;
}
