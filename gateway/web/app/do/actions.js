// What a person can do to a conversation. Components call these; nothing else
// gives commands.

import { api } from '../wire/api.js';
import { keepUnsent, dropUnsent, readDraft, tellDraft, writeDraft } from '../composer/drafts.js';
import { keepTemplate } from '../composer/template_draft.js';
import { keepQuote, takeQuote } from '../composer/quoting.js';
import { focusComposer } from './focus.js';
import { firstName } from '../text/format.js';
import { keepsFromPassing, passing } from '../core/handover.js';
import { firstPart } from '../composer/longtext.js';
import { newId } from '../wire/new_id.js';
import { go, openId } from '../shell/router.js';
import { look, seenVersion } from '../wire/seen.js';
import { serverNow } from '../core/clock.js';
import { composing, dialog, dispatch, pane, state, toast } from '../core/state.js';
import { t } from '../text/i18n.js';
import { fields } from './typing.js';
import { explain, explainKept } from '../text/failure.js';
import { socket } from '../wire/connection.js';

/** @typedef {import('../core/types.js').Pending} Pending */

const tries = 4;
const pauses = [600, 2000, 5000];

/** Gives a command; unknown outcomes are asked again, by the same id. @returns {Promise<any>} */
async function give(id, conversation, type, body) {
  for (let n = 0; ; n++) {
    const answer = await socket.command(id, conversation, type, body);
    const code = answer.problem?.code;
    if (n >= tries - 1 || (code !== 'unknown_outcome' && code !== 'unavailable')) return answer;
    await new Promise((go1) => setTimeout(go1, pauses[n]));
  }
}

/** @param {string} text @param {{label: string, run: () => void}} [action] */
export function say(text, action) { toast.value = { text, action }; }

/** Puts a text where the person can paste it from. @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t('toast.copied'));
  } catch {
    say(t('toast.notCopied'));
  }
}

/**
 * A command with a button: its refusal is told where it was given.
 * @param {string} id
 * @param {string} type
 * @param {any} [body]
 */
export async function command(id, type, body = {}) {
  if (state.value.net.phase === 'cut' && type !== 'read') say(t('toast.later')); // reading is not asked for by a button
  const answer = await give(newId(), id, type, body);
  if (answer.problem) {
    dispatch({ t: 'owner.is', id, owner: answer.problem.owner });
    say(explain(answer.problem));
  }
  return answer;
}

/** Orders that nobody has carried out for certain, by what they ask for. @type {Map<string, string>} */
const orders = new Map();

/**
 * A command with words of the person beside it. Given once more with the same
 * words it is the same order, whose note is there once; with others it is another.
 * @param {string} id @param {'transfer'|'takeover'} type @param {any} body
 */
async function order(id, type, body) {
  const what = JSON.stringify([id, type, body]), echo = orders.get(what) ?? newId();
  orders.set(what, echo);
  const answer = await command(id, type, { ...body, echo_id: echo });
  if (!answer.problem) orders.delete(what);
  return answer;
}

/**
 * Sends a message or note: the bubble is there at once.
 * @param {string} id @param {{kind: Pending['kind'], text: string, template?: any, shown?: any, claim?:
 *   boolean, despite?: boolean, then?: 'resolved'|'snoozed', until?: Date, quoted?: string, part?: any,
 *   content?: any}} what
 *   template is what the server is asked for, shown how the customer will read it; so are part, of every other kind
 *   of message, and content; quoted is the id of what it answers;
 *   then is what the conversation becomes with the send. That is one command and
 *   not a second one after the answer: a cut in between would forget it, and what
 *   the customer writes in between would be resolved away unseen.
 */
export function send(id, what) {
  const type = what.kind === 'note' ? 'notes' : 'messages';
  const echo = newId();
  const body = what.kind === 'note' ? { echo_id: echo, text: what.text } : {
    echo_id: echo, ...(what.part ?? (what.template ? { template: what.template } : { text: what.text })),
    ...(what.quoted ? { quoted: what.quoted } : {}),
    seen_version: seenVersion(id) || state.value.threads[id]?.version || 0,
    ...(what.claim ? { claim: true } : {}), ...(what.despite ? { despite_stale: true } : {}),
    ...(what.then ? { then: what.then, until: what.until?.toISOString() } : {}),
  };
  /** @type {Pending} */
  const pending = { id: echo, kind: what.kind, text: what.text, template: what.shown, content: what.content,
    at: serverNow(), state: 'sending', claim: what.claim, body };
  keepUnsent(id, pending);
  dispatch({ t: 'send', id, pending });
  dispatch({ t: 'stale', id });
  return deliver(id, type, pending);
}

/** Whether what is sent claims the conversation. @param {string} id */
export const claims = (id) => state.value.rows[id]?.owner.kind === 'nobody';

/**
 * Sends the draft of a reply, claiming what nobody owns.
 * @param {string} id
 * @param {'resolved'|'snoozed'} [then]
 * @param {Date} [until]
 */
export function sendReply(id, then, until) {
  const text = readDraft(id);
  if (text.trim() === '') return;
  writeDraft(id, '');
  tellDraft(id);
  void send(id, { kind: 'text', text, claim: claims(id), then, until, quoted: takeQuote(id) });
}

/**
 * Sends a text that is too long for one message as several, each after the one
 * before is accepted. What is left is the draft all the while: a refusal, or a
 * person who goes on writing, ends it there.
 * @param {string} id @param {'reply'|'note'} kind @param {number} parts how many were agreed to @param {boolean} claim
 */
export async function sendParts(id, kind, parts, claim) {
  for (let n = 0, rest = readDraft(id, kind).trim(); n < parts && rest; n++) {
    const part = firstPart(rest), after = rest.slice(part.length).trimStart();
    writeDraft(id, after, kind);
    tellDraft(id);
    const answer = await send(id,
      { kind: kind === 'note' ? 'note' : 'text', text: part.trimEnd(), claim: claim && n === 0,
        quoted: kind === 'note' || n > 0 ? '' : takeQuote(id) });
    if (answer.problem || readDraft(id, kind) !== after) return;
    rest = after;
  }
}

/**
 * Gives a send to the server, now or when the connection is back.
 * @param {string} id
 * @param {string} type
 * @param {Pending} pending
 */
export async function deliver(id, type, pending) {
  const answer = await give(pending.id, id, type, pending.body);
  if (!answer.problem) {
    dropUnsent(pending.id);
    look(id, answer.result.version, true);
    dispatch({ t: 'result', id, echo: pending.id, result: answer.result });
    const then = pending.body.then;
    if (then && !answer.result.already)
      say(t(then === 'resolved' ? 'toast.sentResolved' : 'toast.sentSnoozed'),
        undo(id));
    else if (pending.claim && state.value.rows[id]?.owner.kind === 'nobody') say(t('toast.claimed'));
    return answer;
  }
  refused(id, pending, answer.problem);
  return answer;
}

/** Where a refused text goes: back to where it can be changed, never away. */
function refused(id, pending, problem) {
  dispatch({ t: 'owner.is', id, owner: problem.owner });
  if (problem.code === 'window_closed') dispatch({ t: 'shut', id });
  if (pending.kind === 'reaction') {
    discardFailed(id, pending);
    say(explain(problem));
    return;
  }
  if (pending.content) { failed(id, pending, problem); return; } // no text that could be changed: it stays
  switch (problem.code) {
    case 'stale':
      dispatch({ t: 'stale', id, stale: { text: pending.text, difference: problem.difference ?? [], body: pending } });
      editFailed(id, pending);
      return;
    case 'window_closed': case 'not_owner': case 'unclaimed': case 'already_owned': case 'epoch':
    case 'bad_content': case 'no_template':
      editFailed(id, pending);
      say(explainKept(problem));
      return;
  }
  failed(id, pending, problem);
}

/** Keeps a bubble until somebody says what becomes of it. */
function failed(id, pending, problem) {
  keepUnsent(id, { ...pending, state: 'failed', problem });
  dispatch({ t: 'result', id, echo: pending.id, problem });
}

/** Puts a text that did not go out where it can be changed. @param {string} id @param {Pending} pending */
function backToDraft(id, pending) {
  if (pending.kind === 'template') {
    keepTemplate(id, pending.body.template);
    tellDraft(id);
    return;
  }
  if (pending.body.quoted) keepQuote(id, pending.body.quoted);
  prepend(id, pending.text, pending.kind === 'note' ? 'note' : 'reply');
}

/**
 * Puts a text before what is typed, unless it stands there.
 * @param {string} id
 * @param {string} text
 * @param {'reply'|'note'} kind
 */
function prepend(id, text, kind) {
  const typed = readDraft(id, kind);
  writeDraft(id, typed && typed !== text ? `${text}\n${typed}` : text, kind);
  tellDraft(id);
}

/** Puts a text that did not go out into the composer. @param {string} id @param {string} text */
export function writeAgain(id, text) {
  prepend(id, text, 'reply');
  composing.value = 'reply';
  focusComposer();
}

/** Takes a bubble away, its text back into the composer. @param {string} id @param {Pending} pending */
export function editFailed(id, pending) {
  backToDraft(id, pending);
  discardFailed(id, pending);
}

/** @param {string} id @param {Pending} pending */
export function discardFailed(id, pending) {
  dropUnsent(pending.id);
  dispatch({ t: 'unsent', id, echo: pending.id });
}

/** @param {string} id @param {Pending} pending */
export function retryFailed(id, pending) {
  const stale = pending.problem?.code === 'stale'
    && { despite_stale: true, seen_version: state.value.threads[id]?.version ?? 0 };
  const again = { ...pending, state: /** @type {const} */ ('sending'), problem: undefined,
    body: { ...pending.body, ...stale } };
  dispatch({ t: 'unsent', id, echo: pending.id });
  dispatch({ t: 'send', id, pending: again });
  keepUnsent(id, again);
  return deliver(id, pending.kind === 'note' ? 'notes' : 'messages', again);
}

/** @param {string} id */
export async function sendAnyway(id) {
  const held = state.value.stale[id];
  if (!held) return;
  if (held.body.kind === 'template') {
    writeDraft(id, '', 'template');
    await send(id,
      { kind: 'template', text: held.text, template: held.body.body.template, shown: held.body.template,
        claim: held.body.claim, despite: true });
    return;
  }
  const text = readDraft(id);
  if (text.trim() === '') return;
  writeDraft(id, '');
  tellDraft(id);
  await send(id, { kind: held.body.kind, text, claim: held.body.claim, despite: true, quoted: takeQuote(id) });
}

export async function claim(id) {
  const answer = await command(id, 'claim');
  if (!answer.problem) say(t('toast.claimed'));
  return answer;
}

/** Claims the conversation that waits longest, and opens it. */
export async function claimOldest() {
  const row = await oldestUnclaimed().catch(() => null);
  if (!row) { say(t('toast.nobodyWaits')); return; }
  dispatch({ t: 'rows', rows: [row] });
  const answer = await claim(row.id);
  if (answer.problem) return;
  const open = () => { pane.value = 'thread'; go({ view: 'mine', id: row.id }); };
  // who has begun to write stays
  if (document.activeElement?.matches(fields)) say(t('toast.claimed'), { label: t('toast.open'), run: open });
  else open();
}

/** Pages may be empty where others own what is older. @returns {Promise<import('../core/types.js').Row|null>} */
async function oldestUnclaimed() {
  for (let cursor = '', first = true; first || cursor; first = false) {
    const page = await api.list({ view: 'unclaimed', sort: 'oldest', limit: 1, cursor });
    if (page.conversations.length > 0) return page.conversations[0];
    cursor = page.next ?? '';
  }
  return null;
}

/** Opens what the keyboard is at, to be written to. @param {string} id */
export function openRow(id) {
  go({ id });
  pane.value = 'thread';
  focusComposer();
}

/** @param {string} id @param {string} reason @returns {Promise<boolean>} whether it was done */
export async function takeOver(id, reason) {
  const answer = await order(id, 'takeover', { reason });
  if (answer.problem) return false;
  if (openId.value === id && composing.value === 'takeover') { // else the person writes something else by now
    composing.value = 'reply';
    focusComposer();
  }
  say(t('toast.tookOver'));
  return true;
}

/** Asks whom to pass it to, or says why the person may not. @param {string} id */
export function askWhom(id) {
  const row = state.value.rows[id], why = row && keepsFromPassing(row, state.value.me);
  if (why) say(t(`transfer.no.${why}`, { name: firstName(row.owner.name ?? '') || t('somebody') }));
  else dialog.value = { name: 'transfer', id };
}

/**
 * @param {string} id @param {import('../core/handover.js').Receiver} to @param {string} note
 * @param {boolean} [drop] what is scheduled
 */
export async function pass(id, to, note, drop = false) {
  const { type, body } = passing(state.value.rows[id], to, note, drop),
    answer = await (type === 'transfer' ? order(id, type, body) : command(id, type, body));
  if (answer.problem) return answer;
  if (to.agent) say(t('toast.passed', { name: firstName(to.agent.name) }));
  else say(to.team ? t('toast.passedTeam', { team: to.team.name }) : t('toast.released'));
  return answer;
}

/** @param {string} id */
export async function toQueue(id) {
  const answer = await command(id, 'release');
  if (!answer.problem) say(t('toast.released'));
}

/** Asks the owner for the conversation, by a note that both see. @param {string} id @param {string} name */
export async function ask(id, name) {
  dispatch({ t: 'requested', id, at: serverNow() });
  const answer = await send(id, { kind: 'note', text: t('ask.note', { name }) });
  if (answer.problem) dispatch({ t: 'requested', id, at: 0 });
  else say(t('toast.asked', { name }));
}

/** @param {string} id @param {boolean} [next] */
export async function resolve(id, next = false) {
  const after = next ? neighbour(id) : '';
  const answer = await command(id, 'resolve');
  if (answer.problem) return;
  say(t('toast.resolved'), undo(id));
  if (next && !document.activeElement?.matches(fields)) go({ id: after }); // who has begun to write stays
}

/** Takes back a resolve or a snooze: its row stands where it stood, also in a list that is held. @param {string} id */
const undo = (id) => ({ label: t('undo'),
  run: () => { dispatch({ t: 'back', id }); void command(id, 'reopen'); } });

/** @param {string} id */
export const reopen = (id) => {
  toast.value = null; // it may offer just this
  return command(id, 'reopen');
};

/** It stays unread until it is opened again. @param {string} id */
export async function markUnread(id) {
  const answer = await command(id, 'unread');
  if (!answer.problem) say(t('toast.unread'));
}

/** @param {string} id @param {Date} until */
export async function snooze(id, until) {
  const answer = await command(id, 'snooze', { until: until.toISOString() });
  dialog.value = null;
  if (!answer.problem) say(t('toast.snoozed'), undo(id));
}

/** @param {string} id @param {string} message @param {boolean} resend */
export const decideAmbiguous = (id, message, resend) => command(id, 'resolve_message', { message_id: message, resend });

/** The list on the screen, as it is filtered there. @type {{ids: string[]}} */
export const shownList = { ids: [] };

/** The row below, or above at the end. @param {string} id */
function neighbour(id) {
  const at = shownList.ids.indexOf(id);
  return shownList.ids[at + 1] ?? shownList.ids[at - 1] ?? '';
}
