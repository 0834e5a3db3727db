import { halfMinute } from '../core/clock.js';
import { windowOf } from '../core/composer_state.js';
import { draftOf } from '../composer/drafts.js';
import { badge, capital, duration, firstName, nameOf, lasting, shortTime } from '../text/format.js';
import { html, memo } from '../html.js';
import { language, t } from '../text/i18n.js';
import { preview, previewIcon } from './preview.js';
import { Chip, Icon, OwnerAvatar, Ringed, Tick } from '../shell/primitives.js';

/**
 * One conversation in a list, in three lines: who, what, state.
 * @param {{
 *   row: import('../core/types.js').Row, label: any, me: string, view: string, present:
 *   import('../core/types.js').Presence[]|undefined,
 *   shut: string|undefined, left: boolean, selected: boolean, cursor: boolean, at: number, of: number, onOpen: (id:
 *   string) => void, lang: string,
 * }} props
 */
export const RowItem =
  memo(({ row, label, me, view, present, shut, left: ownerLeft, selected, cursor, at, of, onOpen }) => {
  const now = halfMinute.value, w = windowOf(row, now, shut), name = nameOf(row.contact);
  const left = w.open ? w.left : 0;
  const failed = row.last.status === 'failed' || row.last.status === 'ambiguous';
  const draft = selected ? null : draftOf(row.id).value; // the open one stands in the composer
  return html`<li class=${`row ${row.unread ? 'is-unread' : ''}`} role="option" id=${`row-${at}`}
    aria-selected=${selected} aria-setsize=${of} aria-posinset=${at + 1}
    tabindex=${cursor ? 0 : -1} data-id=${row.id} data-test="row" onClick=${() => onOpen(row.id)}
      lang=${language.value}>
    <${Ringed} name=${name} left=${left} known=${w.known} title=${windowTitle(w)} />
    <span class="row-main">
      <span class="row-a"><bdi class="row-name cut" data-test="row-name">${name}</bdi><${Chip} of=${label} />
        <time>${shortTime(row.at, now)}</time></span>
      <span class="row-b">
        ${row.last.outbound && (failed || !draft) && html`<${Tick} state=${row.last.status || 'waiting'} />`}${draft
          ? html`<${Draft} of=${draft} />` : html`<${Last} last=${row.last} failed=${failed} />`}
        ${row.unread > 0
          && (row.marked_unread && row.unread === 1
            ? html`<span class="count is-dot" role="img" aria-label=${t('row.marked')} data-test="row-marked"></span>`
            : html`<span class="count" aria-label=${t('row.unread', { n: row.unread })} data-test="row-unread">
            ${badge(row.unread)}</span>`)}</span>
      <span class="row-c"><${State} row=${row} me=${me} view=${view} present=${present} left=${ownerLeft} now=${now} />
        </span>
    </span></li>`;
});

/** What was said last. */
function Last({ last, failed }) {
  const icon = previewIcon(last.kind);
  return html`${icon && html`<${Icon} name=${icon} cls="i-14" />`}
    <span class=${`cut ${failed ? 'fail' : ''}`} dir="auto" data-test="row-preview">
      ${failed ? `${capital(t(`tick.${last.status}`))} · ` : ''}${preview(last.kind, last.preview)}</span>`;
}

/** What the person has begun and not sent. @param {{of: import('../composer/drafts.js').Mark}} props */
function Draft({ of }) {
  const note = (/** @type {string} */ label) => html`<${Icon} name="note" cls="i-14" label=${label} />`;
  return html`<span class="draft" data-test="row-draft">${t('row.draft')}</span>
    ${of.note && note(t('note'))}<span class="cut" dir="auto" data-test="row-preview">${of.text}</span>
      ${of.both && note(t('row.draftNote'))}`;
}

function windowTitle(w) {
  if (!w.known) return t('window.never');
  return w.open ? t('window.left', { time: duration(w.left) }) : t('window.closed');
}

/** Who has it, who looks at it; never what the view says already. */
function State({ row, me, view, present, left, now }) {
  const others = (present ?? []).filter((p) => p.who.id !== me);
  const typing = others.find((p) => p.state === 'typing'), viewing = others.filter((p) => p.state === 'viewing');
  const mine = row.owner.id === me, foreign = row.owner.kind !== 'nobody' && !mine;
  return html`${typing
    ? html`<span class="who act"><${OwnerAvatar} owner=${typing.who} state="typing" />
      <span class="cut">${t('row.typing', { name: firstName(typing.who.name ?? '') })}</span></span>`
    : html`<span class="who">${stateWords(row, mine, left, view, now)}</span>`}
    ${!typing && viewing.length > 0
      && html`<span class="who eyes" title=${t('row.viewing', { name: viewing.map((p) => p.who.name).join(', ') })}>
      <${Icon} name="eye" />
        <span class=${viewing[0].who.id === row.owner.id ? 'sr' : ''}>${firstName(viewing[0].who.name ?? '')}</span>
          ${viewing.length > 1 ? ` +${viewing.length - 1}` : ''}</span>`}
    <span class="end">
      ${row.phase === 'snoozed' && view !== 'snoozed' && html`<${Icon} name="snooze" label=${t('view.snoozed')} />`}
      ${(row.scheduled ?? []).length > 0 && html`<${Icon} name="clock" label=${t('later.row')} />`}
      ${foreign && html`<${Icon} name="lock" label=${t('row.locked')} />`}</span>`;
}

/** It came back from a snooze by itself, and nobody has seen that yet. */
const isBack = (row) => row.phase !== 'snoozed' && Boolean(row.snoozed_until);

function stateWords(row, mine, left, view, now) {
  if (row.phase === 'snoozed' && row.snoozed_until)
    return html`<span class="cut">${t('row.snoozed', { time: until(Date.parse(row.snoozed_until), now) })}</span>`;
  if (isBack(row))
    return html`<${Icon} name="snooze" cls="i-14" />
      <span class="cut act" data-test="row-back">${t('row.back', { time: until(Date.parse(row.snoozed_until), now) })}
        </span>`;
  if (mine && view === 'mine')
    return html`<span class="cut">
      ${row.turn === 'customer' ? t('row.waitsCustomer')
        : row.last.outbound ? t('row.waitsYou.now') // since when, only the thread knows: its answer was refused
          : lasting('row.waitsYou', now - row.at)}</span>`;
  if (row.owner.kind === 'nobody') {
    const since = Date.parse(row.queued_since || '') || row.at;
    return html`<${OwnerAvatar} owner=${row.owner} />
      <span class="cut">${view === 'unclaimed' ? lasting('row.queued', now - since) : t('owner.nobody')}</span>`;
  }
  if (left)
    return html`<${OwnerAvatar} owner=${row.owner} />
      <span class="cut is-soon" data-test="row-left">${t('row.left', { name: ownerName(row.owner, false) })}</span>`;
  return html`<${OwnerAvatar} owner=${row.owner} me=${mine ? row.owner.id : ''} />
    <span class="cut">${ownerName(row.owner, mine)}</span>`;
}

/** @param {import('../core/types.js').Party} owner @param {boolean} mine */
export function ownerName(owner, mine) {
  if (mine) return t('you');
  if (owner.kind === 'agent') return firstName(owner.name ?? '') || t('somebody');
  return t(`owner.${owner.kind}`);
}

/** @param {number} ms @param {number} now */
function until(ms, now) {
  const sameDay = new Date(ms).toDateString() === new Date(now).toDateString(),
    near = Math.abs(ms - now) < 6 * 86_400_000;
  if (sameDay) return shortTime(ms, ms);
  const day = near ? { weekday: /** @type {const} */ ('short') }
    : { day: /** @type {const} */ ('2-digit'), month: /** @type {const} */ ('2-digit') };
  return new Intl.DateTimeFormat(language.value,
    { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}
