// The messages of the open conversation: a window on them, dividers, and what
// came while reading further up.

import { blocks, estimate } from '../blocks.js';
import { halfMinute } from '../clock.js';
import { windowOf } from '../composer_state.js';
import { dayName, number } from '../format.js';
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { language, t } from '../i18n.js';
import { command } from '../actions.js';
import { loadOlder } from '../load_thread.js';
import { look, lookAway } from '../seen.js';
import { me, pending, shut } from '../state.js';
import { useLines } from '../virtual_thread.js';
import { Bubble } from './Bubble.js';
import { EventLine, Fold } from './EventLine.js';
import { Icon } from './bits.js';

const none = [];

/** @param {{id: string, row: import('../types.js').Row|undefined, thread: import('../types.js').Thread}} props */
export function Stream({ id, row, thread }) {
  const mine = pending.value[id] ?? none, now = halfMinute.value, w = windowOf(row, now, shut.value[id]);
  const closedAt = row && w.known && !w.open && w.closes <= now ? w.closes : 0, today = new Date(now).toDateString();
  const list = useMemo(
    () => blocks({ items: thread.items, pending: mine, me: me.value?.id ?? '', unread: thread.unread, openedAt: thread.openedAt, closedAt, now }),
    [thread.items, mine, me.value?.id, thread.unread, thread.openedAt, closedAt, today, language.value],
  );
  const lines = useLines(list, estimate, id);
  useEffect(() => { if (lines.atStart && thread.before) void loadOlder(id); }, [lines.atStart, thread.before, thread.older, id]);
  const news = useNews(list, lines.atEnd, id);
  useSeen(id, row, thread, lines.atEnd);
  return html`<div class="stream" tabindex="0" role="log" aria-label=${t('messages')} ref=${lines.box} data-test="stream" data-total=${list.length}>
      ${thread.before > 0 && html`<p class="older" role="status">${t('older.loading')}</p>`}
      <div class="gap" ref=${lines.above}></div><ol class="msgs">
        ${list.slice(lines.from, lines.to).map((b) => html`<${Line} key=${b.key} b=${b} id=${id} row=${row} now=${now} jump=${lines.toKey} lang=${language.value} />`)}
      </ol><div class="gap" ref=${lines.below}></div>
    </div>
    <div class="jump-box">${news > 0 && html`<button class="jump" type="button" onClick=${lines.toEnd} data-test="jump"><${Icon} name="down" cls="i-14" />${t('news', { n: news, count: number(news) })}</button>`}
      ${news === 0 && !lines.atEnd && html`<button class="jump" type="button" onClick=${lines.toEnd} title=${t('toEnd')} data-test="to-end"><${Icon} name="down" cls="i-14" />${t('toEnd')}</button>`}</div>`;
}

function Line({ b, id, row, now, jump }) {
  switch (b.type) {
    case 'day': return html`<li class="day" data-key=${b.key}>${dayName(b.at, now)}</li>`;
    case 'new': return html`<li class="day is-new" data-key=${b.key} data-test="unread-divider">${t('divider', { n: b.n, count: number(b.n) })}</li>`;
    case 'closed': return html`<${EventLine} k=${b.key} at=${b.at} closed now=${now} />`;
    case 'event': return html`<${EventLine} k=${b.key} at=${b.at} item=${b.item} now=${now} />`;
    case 'fold': return html`<${Fold} k=${b.key} items=${b.items} now=${now} />`;
  }
  return html`<${Bubble} b=${b} id=${id} row=${row} jump=${jump} />`;
}

/** How many messages of others came while the end was out of sight. */
function useNews(list, atEnd, id) {
  const seen = useRef({ id: '', last: 0 });
  const newest = list.reduce((max, b) => Math.max(max, b.item?.version ?? 0), 0);
  if (seen.current.id !== id || atEnd) seen.current = { id, last: newest };
  return atEnd ? 0 : list.filter((b) => b.type === 'msg' && (b.item?.version ?? 0) > seen.current.last).length;
}

/** What stands at the end of an open, visible thread has been seen; the owner's reading is told. */
function useSeen(id, row, thread, atEnd) {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const on = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', on);
    return () => document.removeEventListener('visibilitychange', on);
  }, []);
  useEffect(() => {
    if (!atEnd || !visible || thread.state !== 'ready') { lookAway(id); return undefined; }
    look(id, thread.version);
    if (!row?.unread || row.owner.id !== me.value?.id) return undefined;
    const timer = setTimeout(() => void command(id, 'read', { version: thread.version }), 800);
    return () => clearTimeout(timer);
  }, [id, thread.version, thread.state, atEnd, visible, row?.unread, row?.owner.id]);
}
