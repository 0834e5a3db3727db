// What was written here and is not confirmed yet: bubbles by echo id.

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Pending} Pending */

/** @param {State} state @param {string} id @param {(all: Pending[]) => Pending[]} change @returns {State} */
export function setPending(state, id, change) {
  const all = change(state.pending[id] ?? []);
  const pending = { ...state.pending, [id]: all };
  if (all.length === 0) delete pending[id];
  return { ...state, pending };
}

/**
 * A message of the thread that is one of ours takes the place of its bubble. Its
 * frame may come before the result that names it; then the text tells.
 * @param {State} state @param {string} id @param {any} message @returns {State}
 */
export function bindEcho(state, id, message) {
  const all = state.pending[id];
  if (!all || !message || message.direction === 'in' || message.author.id !== state.me?.id) return state;
  const mine = all.find((p) => p.message === message.id)
    ?? all.find((p) => !p.message && p.state === 'sending' && says(p, message));
  return mine ? setPending(state, id, (list) => list.filter((p) => p !== mine)) : state;
}

function says(pending, message) {
  const c = message.content;
  if (!c) return false;
  if (pending.kind === 'template') return c.template?.name === pending.body.template?.name;
  if ((pending.kind === 'note') !== (message.direction === 'note')) return false;
  const { media, location, reaction, interactive } = pending.body;
  if (media) return Boolean(c.media) && (media.file ? c.media.file === media.file : c.media.link === media.link);
  if (location) return c.location?.latitude === location.latitude && c.location?.longitude === location.longitude;
  if (reaction) return c.reaction?.target === reaction.target && (c.reaction?.emoji ?? '') === (reaction.emoji ?? '');
  if (interactive) return c.prompt?.type === interactive.type && c.prompt?.body === interactive.body;
  return c.text?.body === pending.text;
}

/**
 * The result of a send or note: named, so that its message replaces it, or failed.
 * @param {State} state @param {{id: string, echo: string, result?: any, problem?: any}} f @returns {State}
 */
export function applyResult(state, f) {
  if (f.problem) {
    return setPending(state, f.id,
      (all) => all.map((p) => (p.id === f.echo ? { ...p, state: 'failed', problem: f.problem } : p)));
  }
  const arrived = state.threads[f.id]?.items.some((i) => i.message?.id === f.result.message_id);
  if (arrived) return setPending(state, f.id, (all) => all.filter((p) => p.id !== f.echo));
  return setPending(state, f.id,
    (all) => all.map((p) => (p.id === f.echo ? { ...p, message: f.result.message_id } : p)));
}

/** Bubbles whose message came with a page. @param {State} state @param {string} id @returns {State} */
export function dropArrived(state, id) {
  if (!state.pending[id]) return state;
  const here = new Set(state.threads[id]?.items.map((i) => i.message?.id));
  return setPending(state, id, (all) => all.filter((p) => !p.message || !here.has(p.message)));
}
