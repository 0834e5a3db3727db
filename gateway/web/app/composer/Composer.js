// Where one writes: one frame whose strip, body and button follow from who owns
// the conversation and whether it may be written to. What is typed survives
// every change of state.

import { claim } from '../do/actions.js';
import { second } from '../core/clock.js';
import { composerState, isDown, remedyOf } from '../core/composer_state.js';
import { held } from '../do/drop.js';
import { focusComposer } from '../do/focus.js';
import { clockTime, dayTime, duration, labels, since, unowned } from '../text/format.js';
import { html, useEffect, useLayoutEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { href } from '../shell/router.js';
import { composing, details, me, net, numbers, rows, shut, stale } from '../core/state.js';
import { reason } from '../text/failure.js';
import { Icon, Keys, Ring } from '../shell/primitives.js';
import { Builder } from './Builder.js';
import { ComposeBox } from './ComposeBox.js';
import { EmojiPicker } from './EmojiPicker.js';
import { backTo, react, reacting } from '../thread/react.js';
import { ComposeOther, Kept } from './ComposeOther.js';
import { ComposeStale } from './ComposeStale.js';
import { ComposeTemplate } from './ComposeTemplate.js';
import { readTemplate } from './template_draft.js';
import { SchedulePanel } from './SchedulePanel.js';
import { scheduling } from './scheduling.js';
import { follow } from '../shell/Views.js';

/** @param {{id: string, row: import('../core/types.js').Row}} props */
export function Composer({ id, row }) {
  const number = numbers.value.find((n) => n.id === row.phone_number_id);
  const s = composerState({ row, me: me.value, now: second.value, shut: shut.value[id], number });
  const note = composing.value === 'note';
  useEffect(() => { if (composing.value === 'takeover' && s.mode !== 'other') composing.value = 'reply'; }, [s.mode]);
  const reopened = useReopened(id, s.mode);
  const box = (cls, inner) =>
    html`<div class=${`composer ${cls} ${held.value && !note ? 'is-drop' : ''}`}
      data-test="composer" data-mode=${note ? 'note' : s.mode}>
      ${!note && s.mode !== 'looksOn' && html`<${Held} hold=${number?.hold} />`}
      ${reacting.value.id === id && reacting.value.all && html`<${Marks} />`}${inner}${scheduling.value?.id === id
        && scheduling.value.kind !== 'awaits' && html`<${SchedulePanel} row=${row} of=${scheduling.value} />`}</div>`;

  if (s.mode === 'looksOn') return box('is-shut', html`<${LooksOn} />`);
  if (stale.value[id]) return box('', html`<${ComposeStale} id=${id} row=${row} held=${stale.value[id]} />`);
  if (note)
    return box('is-note',
      html`<${Top} s=${s} /><${ComposeBox} key="note" id=${id} row=${row} kind="note" label=${t('note.send')} />`);
  if ((composing.value === 'template' || reopened) && isFree(s.mode)) {
    return box('', html`<${Top} s=${s} />${reopened && html`<${Reopened} />`}
      <${ComposeTemplate} key="template" id=${id} row=${row} claim=${s.unowned} free />`);
  }
  if (composing.value === 'build' && isFree(s.mode))
    return box('', html`<${Top} s=${s} /><${Builder} key="build" id=${id} row=${row} />`);
  switch (s.mode) {
    case 'other':
      return box(composing.value === 'takeover' ? '' : 'is-shut', html`<${ComposeOther} id=${id} row=${row} />`);
    case 'down':
      return box('',
        html`<${Down} number=${number} row=${row} />
          <${ComposeBox} key="reply" id=${id} row=${row} kind="reply" label=${t('send')} disabled />`);
    case 'closed':
      return box('',
        html`<${Closed} s=${s} /><${Kept} id=${id} />
          <${ComposeTemplate} key="template" id=${id} row=${row} claim=${s.unowned} />`);
    case 'unclaimed':
      return box('',
        html`<${Unclaimed} id=${id} row=${row} s=${s} />
          <${ComposeBox} key="reply" id=${id} row=${row} kind="reply" label=${t('claimAndReply')} claim />`);
  }
  return box('',
    html`<${Top} s=${s} /><${ComposeBox} key="reply" id=${id} row=${row} kind="reply" label=${t('send')} />`);
}

/** Every emoji, to mark a message with. */
function Marks() {
  const { id, message } = reacting.value;
  return html`<${EmojiPicker} label=${t('react')} close=${() => backTo(message)}
    pick=${(/** @type {string} */ emoji) => { backTo(message); react(id, message, emoji); }} />`;
}

/** That an administrator holds back what is sent, and why. */
const Held = ({ hold }) => hold && !hold.rate && html`<div class="kept-line" role="status" data-test="held"><span>
  ${t(hold.all ? 'held.all' : 'held.machines', { name: hold.by.name, reason: hold.reason })}${hold.until
    ? ` ${t('held.until', { time: dayTime(Date.parse(hold.until)) })}` : ''}</span></div>`;

/** Whether free text may be written. */
const isFree = (/** @type {string} */ mode) => mode === 'mine' || mode === 'unclaimed';

/**
 * Whether the window opened while a template was being filled in: it stays then, for
 * nothing goes away under the fingers, until free text is chosen.
 * @param {string} id @param {string} mode
 */
function useReopened(id, mode) {
  const before = useRef(mode), stays = useRef(false);
  if (before.current === 'closed' && isFree(mode))
    stays.current ||= composing.value === 'template' || (composing.value === 'reply' && readTemplate(id).pick !== '');
  else if (composing.value !== 'template') stays.current = false;
  useLayoutEffect(() => {
    before.current = mode;
    if (stays.current) composing.value = 'template';
  }, [mode]);
  return stays.current;
}

/** The way back to free text. What was filled in stays a draft. */
/** Nothing to write with, and why. */
const LooksOn = () => html`<div class="comp-state" data-test="looks-on"><${Icon} name="shield" />
  <span class="txt"><b>${t('looksOn')}</b><small>${t('looksOn.text')}</small></span></div>`;

const Reopened = () =>
  html`<div class="kept-line" role="status" data-test="reopened"><span class="cut">${t('tpl.reopened')}</span>
    <button class="btn" type="button" onClick=${() => { composing.value = 'reply'; focusComposer(); }}
      data-test="write-freely">${t('tpl.freely')}</button></div>`;

/** Reply or note, and how long free text is still allowed. */
function Top({ s }) {
  const tab = (name, label, keys) =>
    html`<button class="tab" type="button" aria-pressed=${composing.value === name} title=${`${label}  ${keys}`}
    onClick=${() => { composing.value = name; focusComposer(); }} data-test=${`tab-${name}`}>${label}</button>`;
  return html`<div class="comp-top" role="group" aria-label=${t('compose.kind')}>
    ${tab('reply', t('reply'), 'R')}${tab('note', t('note'), 'N')}${composing.value === 'template'
      && tab('template', t('tpl.tab'), '#')}<${Left} s=${s} /></div>`;
}

function Left({ s }) {
  if (net.value.phase === 'cut' && net.value.since)
    return html`<span class="left is-soon" data-test="offline"><${Icon} name="offline" cls="i-14" />
      <span class="cut">${t('compose.offline')}</span></span>`;
  if (!s.window.open) return html`<span class="left"><${Ring} left=${0} />${t('window.closed')}</span>`;
  const left = s.window.left;
  return html`<span class=${`left ${s.window.soon ? 'is-soon' : ''}`} title=${t('window.why')} data-test="countdown">
    <${Ring} left=${left} />
    <span><span class="hide-xs">${t('window.free')} </span><b class="num">${duration(left, true)}</b></span>
      <${Milestones} left=${left} /></span>`;
}

/** Countdowns are silent but at two hours and at thirty minutes. */
function Milestones({ left }) {
  const words = left < 30 * 60_000 ? t('window.30') : left < 2 * 3_600_000 ? t('window.120') : '';
  return html`<span class="sr" role="status">${words}</span>`;
}

function Unclaimed({ id, row, s }) {
  const at = Date.parse(row.queued_since || '') || row.at;
  return html`<div class="comp-state"><${Icon} name="claim" />
    <span class="txt"><b>${unowned(at, second.value)}</b></span><${Left} s=${s} />
    <button class="btn" type="button" title=${t('claim.only')} onClick=${() => void claim(id)} data-test="claim">
      ${t('claim')}<${Keys} keys="C" /></button></div>`;
}

function Closed({ s }) {
  const text = s.window.known
    ? (s.window.closes <= second.value ? t('closed.since', { time: duration(second.value - s.window.closes) })
      : t('closed.now')) : t('closed.never');
  return html`<div class="comp-state" data-test="closed"><${Icon} name="clock" />
    <span class="txt"><b role="status">${text}</b> ${t('closed.only')}</span></div>`;
}

/** The way to the same person over a number that works, where there is one. */
function OtherNumber({ row }) {
  const other = (details.value[row.id]?.others ?? []).map((id) => rows.value[id])
    .find((r) => r && numbers.value.some((n) => n.id === r.phone_number_id && !isDown(n)));
  if (!other) return null;
  return html`<a class="btn" href=${href({ id: other.id })} onClick=${follow({ id: other.id })}
    data-test="other-number">${t('down.other', { number: labels(numbers.value)[other.phone_number_id].label })}</a>`;
}

/** Why nothing leaves from this number and since when, and what becomes of the text. */
function Down({ number, row }) {
  const at = Date.parse(number?.since ?? '') || 0, name = labels(numbers.value)[number?.id ?? '']?.label ?? '';
  const code = number?.health_code, until = Date.parse(number?.until ?? '') || 0;
  const why = code ? reason({ message_id: '', state: 'failed', error_code: code, error_text: number?.health_text })
    : '';
  const remedy = remedyOf(number);
  return html`<div class="comp-state is-late" data-test="down"><${Icon} name="offline" />
    <span class="txt">
      <b>${at ? t('down.since', { number: name, when: since(at, second.value) }) : t('down.title', { number: name })}
        </b>
    ${' '}${why && `${why.charAt(0).toUpperCase()}${why.slice(1)}. `}${remedy && `${t(remedy)} `}${until > second.value
      && `${t('down.until', { time: clockTime(until) })} `}${t('down.text')}</span><${OtherNumber} row=${row} /></div>`;
}
