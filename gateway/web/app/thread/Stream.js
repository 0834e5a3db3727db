// The messages of the open conversation: a window on them, dividers, and what
// came while reading further up.

import { blocks, estimate, keyAt } from './blocks.js';
import { halfMinute } from '../core/clock.js';
import { windowOf } from '../core/composer_state.js';
import { dayName, number } from '../text/format.js';
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../html.js';
import { language, t } from '../text/i18n.js';
import { command } from '../do/actions.js';
import { loadNewer, loadOlder } from '../wire/load_thread.js';
import { go } from '../shell/router.js';
import { look, lookAway } from '../wire/seen.js';
import { mayWrite } from '../core/may.js';
import { asked, me, pending, shut, state } from '../core/state.js';
import { useLines } from './virtual_thread.js';
import { Bubble } from './Bubble.js';
import { EventLine, Fold } from './EventLine.js';
import { Icon } from '../shell/primitives.js';

const none = [];
const shownFor = 2600; // how long what was jumped to stays set off

/**
 * @param {{id: string, at: number, row: import('../core/types.js').Row|undefined, thread:
 *   import('../core/types.js').Thread}} props
 *   at: the version that the thread is opened at, 0 for its end
 */
export function Stream({ id, at, row, thread }) {
  const whole = !thread.after, unsent = pending.value[id] ?? none;
  const mine = whole ? unsent : none, now = halfMinute.value, w = windowOf(row, now, shut.value[id]);
  const closedAt = whole && row && w.known && !w.open && w.closes <= now ? w.closes : 0,
    today = new Date(now).toDateString();
  const list = useMemo(
    () =>
      blocks({ items: thread.items, pending: mine, me: me.value?.id ?? '', unread: whole ? thread.unread : 0,
        openedAt: thread.openedAt, closedAt, whole, older: thread.before > 0, now }),
    [thread.items, mine, me.value?.id, whole, thread.unread, thread.openedAt, thread.before, closedAt, today,
      language.value],
  );
  const lines = useLines(list, estimate, `${id} ${at}`, whole);
  const [shown, jump] = useJump(lines, list, id, at);
  useEffect(() => { if (lines.atStart && thread.before) void loadOlder(id); },
    [lines.atStart, thread.before, thread.older, id]);
  const behind = !whole && lines.to >= list.length && lines.arrived;
  useEffect(() => { if (behind) void loadNewer(id); }, [behind, thread.after, thread.newer, id]);
  const toNewest = () => go({ at: '' }, { replace: true });
  const sent = useRef(unsent.length); // what is sent stands at the end
  useEffect(() => {
    if (unsent.length > sent.current) { if (whole) lines.toEnd(); else toNewest(); }
    sent.current = unsent.length;
  }, [unsent.length]);
  const may = mayWrite(state.value, id, now);
  const atEnd = whole && lines.atEnd, news = useNews(list, lines.atEnd, id);
  useSeen(id, row, thread, atEnd);
  return html`<div class="stream" tabindex="0" role="log" aria-live=${atEnd ? undefined : 'off'}
    aria-label=${t('messages')} ref=${lines.box} data-test="stream" data-total=${list.length}>
      ${thread.before > 0 && html`<p class="older" role="status">${t('older.loading')}</p>`}
      <div class="gap" ref=${lines.above}></div><ol class="msgs">
        ${list.slice(lines.from, lines.to)
          .map((b) =>
            html`<${Line} key=${b.key} b=${b} id=${id} row=${row} now=${now} jump=${jump} shown=${b.key === shown}
              may=${may}
              lang=${language.value} />`)}
      </ol><div class="gap" ref=${lines.below}></div>
      ${!whole && html`<p class="older" role="status">${t('newer.loading')}</p>`}
    </div>
    <div class="jump-box">
      ${!whole
        && html`<button class="jump" type="button" onClick=${toNewest} data-test="to-newest">
          <${Icon} name="down" cls="i-14" />${t('toNewest')}</button>`}
      ${whole && news > 0
        && html`<button class="jump" type="button" onClick=${lines.toEnd} data-test="jump">
          <${Icon} name="down" cls="i-14" />${t('news', { n: news, count: number(news) })}</button>`}
      ${whole && news === 0 && !lines.atEnd
        && html`<button class="jump" type="button" onClick=${lines.toEnd} title=${t('toEnd')} data-test="to-end">
          <${Icon} name="down" cls="i-14" />${t('toEnd')}</button>`}</div>`;
}

function Line({ b, id, row, now, jump, shown, may }) {
  switch (b.type) {
    case 'day': return html`<li class="day" data-key=${b.key}>${dayName(b.at, now)}</li>`;
    case 'new':
      return html`<li class="day is-new" data-key=${b.key} data-test="unread-divider">
        ${t('divider', { n: b.n, count: number(b.n) })}</li>`;
    case 'closed': return html`<${EventLine} k=${b.key} at=${b.at} closed now=${now} />`;
    case 'event': return html`<${EventLine} k=${b.key} at=${b.at} item=${b.item} now=${now} shown=${shown} />`;
    case 'fold': return html`<${Fold} k=${b.key} items=${b.items} now=${now} />`;
  }
  return html`<${Bubble} b=${b} id=${id} row=${row} jump=${jump} shown=${shown} may=${may} />`;
}

/**
 * Goes to a line and sets it off for a moment: to what the thread was opened at,
 * once it is there and as often as it is asked for, and to what is quoted.
 * @returns {[string, (key: string) => void]}
 */
function useJump(lines, list, id, at) {
  const [shown, setShown] = useState('');
  const jump = (/** @type {string} */ key) => { lines.toKey(key); setShown(key); };
  const target = at ? keyAt(list, at) : '', here = asked.value.id === id && asked.value.at === at ? asked.value.n : 0;
  useLayoutEffect(() => {
    if (!target) return;
    jump(target);
    if (here) lines.box.current?.focus({ preventScroll: true });
  }, [id, at, here, Boolean(target)]);
  useEffect(() => {
    if (!shown) return undefined;
    const timer = setTimeout(() => setShown(''), shownFor);
    return () => clearTimeout(timer);
  }, [shown]);
  return [shown, jump];
}

/** How many messages of others came while the end was out of sight. */
function useNews(list, atEnd, id) {
  const seen = useRef({ id: '', last: 0 });
  const newest = list.reduce((max, b) => Math.max(max, b.item?.version ?? 0), 0);
  if (seen.current.id !== id || atEnd) seen.current = { id, last: newest };
  const others = (b) => b.item?.message?.author.kind !== 'agent' || b.item.message.author.id !== me.value?.id;
  return atEnd ? 0
    : list.filter((b) => b.type === 'msg' && (b.item?.version ?? 0) > seen.current.last && others(b)).length;
}

/** What stands at the end of an open, visible thread has been seen; the owner's reading is told. */
function useSeen(id, row, thread, atEnd) {
  const [visible, setVisible] = useState(!document.hidden), marked = useRef(Boolean(row?.marked_unread));
  useEffect(() => {
    const on = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', on);
    on(); // it may have changed between the first drawing and now
    return () => document.removeEventListener('visibilitychange', on);
  }, []);
  useEffect(() => {
    if (!atEnd || !visible || thread.state !== 'ready') { lookAway(id); return undefined; }
    look(id, thread.version);
    if (!row?.unread || row.owner.id !== me.value?.id) return undefined;
    // marked so on purpose it is read once it is opened again
    if (!row.marked_unread) marked.current = false;
    else if (!marked.current) return undefined;
    const timer = setTimeout(() => void command(id, 'read', { version: thread.version }), 800);
    return () => clearTimeout(timer);
  }, [id, thread.version, thread.state, atEnd, visible, row?.unread, row?.owner.id,
    row?.marked_unread]);
}
