// What is to leave later: scheduling it, and what is done to it afterwards.

import { command, say, writeAgain } from '../do/actions.js';
import { readDraft, tellDraft, writeDraft } from './drafts.js';
import { api } from '../wire/api.js';
import { dayTime } from '../text/format.js';
import { signal } from '../../lib/signals.js';
import { t } from '../text/i18n.js';
import { state } from '../core/state.js';
import { look, seenVersion } from '../wire/seen.js';

/** @typedef {import('../core/api_types.js').Scheduled} Scheduled */

/**
 * What is being scheduled. `template` has its own way to go, `move` is of one that waits, and `awaits` has a time for
 * the template that is being filled in.
 * @typedef {{
 *   id: string, kind: 'reply'|'template'|'move'|'awaits', at?: number, cancels?: boolean, item?: Scheduled,
 *   run?: (at: number, cancels: boolean) => unknown,
 * }} Scheduling
 */

/** @type {import('../../lib/signals.js').Signal<Scheduling|null>} */
export const scheduling = signal(null);

/** @param {string} id @param {Scheduling['kind']} kind */
export const schedulingOf = (id, kind) =>
  (scheduling.value?.id === id && scheduling.value.kind === kind ? scheduling.value : null);

/** What waits in each conversation, as it was last read. */
export const waiting = signal(/** @type {Record<string, Scheduled[]>} */ ({}));

/** @param {string} id */
export async function loadScheduled(id) {
  const read = await api.scheduled(id).catch(() => null);
  if (read) waiting.value = { ...waiting.value, [id]: read.scheduled };
}

const echoes = new Map(); // by what they ask for: asked again it is the same message

/** @param {string} id @param {any} what @param {number} at @param {boolean} cancels */
async function give(id, what, at, cancels) {
  const row = state.value.rows[id];
  const body = { ...what, at: new Date(at).toISOString(), cancel_if_answered: cancels,
    seen_version: seenVersion(id) || state.value.threads[id]?.version || 0,
    ...(row?.owner.kind === 'nobody' ? { claim: true } : {}) };
  const asked = JSON.stringify([id, what, at, cancels]), echo = echoes.get(asked) ?? crypto.randomUUID();
  echoes.set(asked, echo);
  const answer = await command(id, 'messages', { ...body, echo_id: echo });
  if (answer.problem) return false;
  echoes.delete(asked);
  look(id, answer.result.version, true);
  const message = answer.result.message_id;
  say(t('later.done', { time: dayTime(at) }), { label: t('undo'), run: () => void cancelScheduled(id, message, '') });
  return true;
}

/**
 * The draft leaves later. What is typed stays until that is certain.
 * @param {string} id @param {number} at @param {boolean} cancels
 */
export async function scheduleReply(id, at, cancels) {
  const text = readDraft(id);
  if (text.trim() === '' || !await give(id, { text }, at, cancels) || readDraft(id) !== text) return;
  writeDraft(id, '');
  tellDraft(id);
}

/** @param {string} id @param {any} template @param {number} at @param {boolean} cancels */
export const scheduleTemplate = (id, template, at, cancels) => give(id, { template }, at, cancels);

/** @param {string} id @param {Scheduled} item @param {number} at @param {boolean} cancels */
export async function reschedule(id, item, at, cancels) {
  const answer = await command(id, 'reschedule',
    { message_id: item.message.id, at: new Date(at).toISOString(), cancel_if_answered: cancels });
  if (!answer.problem) say(t('later.moved', { time: dayTime(at) }));
  void loadScheduled(id);
}

/** @param {string} id @param {string} message @param {string} text where not empty it comes back to be written on */
export async function cancelScheduled(id, message, text) {
  const answer = await command(id, 'cancel_scheduled', { message_id: message });
  void loadScheduled(id);
  if (!answer.problem && text) writeAgain(id, text);
}
