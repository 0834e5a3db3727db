// The one place where the state lives, and the parts of it that screens watch:
// a component that reads a part is drawn again only when that part changes.

import { computed, effect, signal } from '../../lib/signals.js';
import { apply, initial } from './reducer.js';

export const state = signal(initial());

/** @param {import('./frames.js').Frame} frame */
export function dispatch(frame) { state.value = apply(state.value, frame); }

/** @template T @param {(s: import('./types.js').State) => T} pick */
const part = (pick) => computed(() => pick(state.value));

export const me = part((s) => s.me);
/** Whether the person runs the installation: the settings are shown. */
export const administers = computed(() => me.value?.role === 'admin');
/** Whether the person only looks on: an auditor reads everything and changes nothing. */
export const looksOn = computed(() => me.value?.role === 'auditor');
/** Who sees his own conversations alone: for him there is no queue and no team. */
export const ownOnly = computed(() => me.value?.own_only === true);
export const session = part((s) => s.session);
export const tenant = part((s) => s.tenant);
/** Whether a session was open here before and has ended without being asked to. */
export const ended = part((s) => s.ended);
export const demo = part((s) => s.demo);
export const net = part((s) => s.net);
export const rows = part((s) => s.rows);
export const lists = part((s) => s.lists);
export const threads = part((s) => s.threads);
export const pending = part((s) => s.pending);
export const details = part((s) => s.details);
export const presence = part((s) => s.presence);
export const stale = part((s) => s.stale);
export const requested = part((s) => s.requested);
export const shut = part((s) => s.shut);
export const counts = part((s) => s.counts);
export const countsDue = part((s) => s.countsDue);
export const refetch = part((s) => s.refetch);
export const agents = part((s) => s.agents);
export const agentsAt = part((s) => s.agentsAt);
export const numbers = part((s) => s.numbers);
/** Whether it is known that the company has no number connected, so that nobody can write. */
export const noNumber = part((s) => s.connected === 0);
export const teams = part((s) => s.teams);
/** Merged or removed: names for what happened in them. */
const removedTeams = part((s) => s.removed);
/** @param {string|undefined} id also of a team that is gone */
export const teamOf = (id) => [...teams.value, ...removedTeams.value].find((team) => team.id === id);
export const templates = part((s) => s.templates);

/**
 * What lies over the screen: a dialogue and what it is about.
 * @type {import('../../lib/signals.js').Signal<{name: string, [key: string]: any}|null>}
 */
export const dialog = signal(null);
/** @type {import('../../lib/signals.js').Signal<{text: string, action?: {label: string, run: () => void}}|null>} */
export const toast = signal(null);
/** Which pane a phone shows: list, thread or panel. */
export const pane = signal('list');
/** Whether there is room for one pane alone. */
export const onePane = () => matchMedia('(max-width: 720px)').matches;
/** Whether the details are hidden on a wide screen, or drawn out on a narrow one. */
export const panelFlipped = signal(false);
/** The message that was asked for last, and how often: asked again it is shown again. */
export const asked = signal({ id: '', at: 0, n: 0 });
/** What the composer of the open conversation writes: reply, note, template or takeover. */
export const composing = signal('reply');

export { computed, effect, signal };
