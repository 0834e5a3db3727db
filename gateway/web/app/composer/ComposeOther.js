// Somebody else has it: who, since when, and the two ways to get it.

import { ask, takeOver } from '../do/actions.js';
import { second } from '../core/clock.js';
import { draftOf, readDraft, writeDraft } from './drafts.js';
import { readTemplate } from './template_draft.js';
import { capital, clockTime, lasting, shortTime } from '../text/format.js';
import { hasLeft, requestedAt } from '../core/handover.js';
import { lastWord } from '../core/last_word.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { peopleSoon } from '../wire/polls.js';
import { agents, agentsAt, composing, me, presence, requested, threads } from '../core/state.js';
import { awaitComposer, focusComposer, keepFromComposer } from '../do/focus.js';
import { composes, fields } from '../do/typing.js';
import { party } from '../thread/EventLine.js';
import { Icon, Keys, OwnerAvatar } from '../shell/primitives.js';

/** @param {{id: string, row: import('../core/types.js').Row}} props */
export function ComposeOther({ id, row }) {
  const asks = composing.value === 'takeover', asked = useRef(false),
    take = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => { // who thinks better of it is back at the button
    if (asked.current && !asks) take.current?.focus();
    asked.current = asks;
  }, [asks]);
  const owner = row.owner, name = party(owner), now = second.value;
  const there = (presence.value[id] ?? []).find((p) => p.who.id === owner.id);
  const at = Date.parse(owner.since ?? '') || 0;
  const left = hasLeft(owner, agents.value, agentsAt.value),
    unknown = owner.kind === 'agent' && !left && !agents.value.some((a) => a.id === owner.id);
  useEffect(() => { if (unknown) peopleSoon(1500); }, [unknown, owner.epoch]); // he is new, or has just left
  if (asks) return html`<${TakeOver} id=${id} row=${row} />`;
  const title = left ? t('other.left', { name })
    : owner.kind === 'agent' ? t(there ? `other.${there.state}` : 'other.owns', { name }) : t(`other.${owner.kind}`);
  const when = at ? t('since', { time: shortTime(at, now) === clockTime(at) ? clockTime(at) : shortTime(at, now) })
    : '';
  const last = lastWords(row, threads.value[id], now);
  return html`<div class="comp-state stack-s" data-test="locked">
    <${OwnerAvatar} owner=${owner} size=${32} state=${there?.state} />
      <span class="txt"><b data-test="locked-by">${title}</b><small>${[capital(when), last].filter(Boolean).join(' · ')}
        </small></span>
      <span class="stack-ends">
        <button class=${left ? 'btn btn-main' : 'btn'} type="button" ref=${take}
          onClick=${() => { composing.value = 'takeover'; }} data-test="takeover">${t('takeOver')}<${Keys} keys="O" />
            </button>
      ${owner.kind === 'agent' && !left
        && html`<${Ask} id=${id} row=${row} name=${name} />`}</span></div>
    <${Kept} id=${id} /><${KeptTemplate} id=${id} />
    <button class="whisper" type="button" onClick=${() => { composing.value = 'note'; focusComposer(); }}
      data-test="write-note"><${Icon} name="note" cls="i-14" /><span>${left ? t('note.hint') : t('note.to', { name })}
        </span><kbd class="kbd">N</kbd></button>`;
}

/** What was typed before the field went away. @param {{id: string}} props */
export function Kept({ id }) {
  const kept = draftOf(id).value;
  return kept && !kept.note
    && html`<p class="kept-line" data-test="draft-kept"><b>${t('draft.kept')}</b>
      <span class="cut" dir="auto">${kept.text}</span></p>`;
}

/** What was filled into a template before somebody else took the conversation. @param {{id: string}} props */
function KeptTemplate({ id }) {
  const { pick, values } = readTemplate(id), filled = Object.values(values[pick] ?? {}).filter((v) => v.trim());
  return filled.length > 0
    && html`<p class="kept-line" data-test="template-kept"><b>${t('draft.kept')}</b>
      <span class="cut" dir="auto">${pick.split('|')[0]}: ${filled.join(' · ')}</span></p>`;
}

/** Asks the owner for it; once asked it says so, and keeps the focus. */
function Ask({ id, row, name }) {
  const at = requestedAt(requested.value[id], row, second.value);
  return html`<button class=${at ? 'btn' : 'btn btn-main'} type="button" aria-disabled=${at ? 'true' : undefined}
    onClick=${() => { if (!at) void ask(id, name); }} data-test="ask">
    ${at ? html`<${Icon} name="tick" cls="i-14" />${t('ask.done', { time: clockTime(at) })}` : t('ask', { name })}
      </button>`;
}

/** Who wrote last, and how long ago. @param {import('../core/types.js').Row} row */
function lastWords(row, thread, now) {
  const { word, who } = lastWord(row, thread, me.value?.id);
  return word === 'waitsOn' ? t('other.waitsOn')
    : lasting(`other.${word}`, now - row.at, { who: who ? party(who) : '' });
}

/** A letter that no field gets. @param {KeyboardEvent} e */
const typedAlone = (e) => e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey && !e.altKey && !composes(e)
  && !(/** @type {HTMLElement} */ (e.target).matches(fields));

const reasons = ['waiting', 'gone', 'mine'];

function TakeOver({ id, row }) {
  const draft = `takeover.${id}`;
  const [pick, setPick] = useState(() => (hasLeft(row.owner, agents.value, agentsAt.value) ? 'gone' : 'waiting')),
    [own, setOwn] = useState(() => readDraft(draft)), [busy, setBusy] = useState(false);
  const picks = useRef(/** @type {HTMLElement|null} */ (null)),
    field = useRef(/** @type {HTMLInputElement|null} */ (null));
  useLayoutEffect(() => {
    if (busy) return;
    if (pick === 'other') field.current?.focus();
    else /** @type {HTMLElement|null|undefined} */ (picks.current?.querySelector('[aria-pressed="true"]'))?.focus();
  }, [pick, busy]);
  const name = party(row.owner), words = pick === 'other' ? own.trim() : t(`reason.${pick}`, { name });
  const go = async () => {
    if (!words || busy) return;
    setBusy(true);
    awaitComposer(); // what is typed now is for the customer, and comes too early
    if (await takeOver(id, words)) writeDraft(draft, '');
    else keepFromComposer();
    setBusy(false);
  };
  const keep = (/** @type {string} */ text) => { setOwn(text); writeDraft(draft, text); };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') { e.stopPropagation(); composing.value = 'reply'; return; }
    if (typedAlone(e)) { // words of one's own, without asking for their field
      e.preventDefault();
      e.stopPropagation();
      setPick('other');
      keep(own + e.key);
    }
    if (e.key === 'Enter' && !composes(e) && !(/** @type {HTMLElement} */ (e.target).closest('.comp-row'))) {
      e.preventDefault(); void go(); }
  };
  return html`<div onKeyDown=${keys} data-test="takeover-form" data-me=${me.value?.id}>
    <div class="comp-state"><${OwnerAvatar} owner=${row.owner} size=${32} />
      <span class="txt"><b>${t('take.title', { name })}</b><small>${t('take.text', { name })}</small></span></div>
    <div class="reason"><span class="fld-label" id="why">${t('take.reason')}</span>
      <div class="picks" role="group" aria-labelledby="why" ref=${picks}>
      ${[...reasons, 'other'].map((r) =>
        html`<button class="pick" type="button" key=${r} aria-pressed=${pick === r} onClick=${() => setPick(r)}
          data-test=${`reason-${r}`}>${t(`reason.${r}`, { name })}</button>`)}</div>
      ${pick === 'other'
        && (busy ? html`<p class="quiet" dir="auto">${own}</p>`
          : html`<input class="input" ref=${field} aria-label=${t('take.reason')} maxlength="500" value=${own}
            onInput=${(e) => keep(e.target.value)} data-test="reason-text" />`)}</div>
    <div class="comp-row"><span class="grow"></span>
      <button class="btn btn-bare" type="button" onClick=${() => { composing.value = 'reply'; }}>
        ${t('cancel')}<${Keys} keys="Esc" /></button>
      <button class="btn btn-main" type="button" disabled=${!words || busy} onClick=${() => void go()}
        data-test="takeover-go">${t('take.go')}<${Keys} keys="⏎" /></button></div></div>`;
}
