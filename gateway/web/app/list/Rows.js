// The rows that are on the screen. While the pointer or the keyboard is among
// them, or the list is scrolled, nothing moves; what would waits above.

import { html, useCallback, useEffect, useLayoutEffect, useState } from '../html.js';
import { hasLeft } from '../core/handover.js';
import { labels } from '../text/format.js';
import { language, t } from '../text/i18n.js';
import { loadMore } from '../wire/load_list.js';
import { go, openId, route } from '../shell/router.js';
import { agents, agentsAt, dispatch, me, numbers, pane, presence, rows, shut } from '../core/state.js';
import { reveal, useWindow } from './virtual_list.js';
import { openRow } from '../do/actions.js';
import { cursor, moveCursor, moves } from '../do/focus.js';
import { RowItem } from './RowItem.js';

/** @param {{list: import('../core/types.js').List, ids: string[]}} props */
export function Rows({ list, ids }) {
  const win = useWindow(ids.length);
  const [pointed, setPointed] = useState(false), [focused, setFocused] = useState(false);
  const hold = pointed || focused || !win.atTop;
  useEffect(() => { dispatch({ t: 'list.hold', key: list.key, on: hold }); }, [hold, list.key]);
  useEffect(() => () => dispatch({ t: 'list.hold', key: list.key, on: false }), [list.key]);
  useEffect(() => { if (win.to > ids.length - 20) void loadMore(list.key); },
    [win.to, ids.length, list.key, list.next]);
  useCursor(win, ids);

  const onOpen = useCallback((/** @type {string} */ id) => {
    cursor.value = id;
    pane.value = 'thread';
    go({ id });
  }, []);
  const label = labels(numbers.value), selected = openId.value;
  const current = ids.includes(cursor.value) ? cursor.value : ids.includes(selected) ? selected : ids[0];
  return html`<ul class="rows" role="listbox" aria-label=${t('list.of', { view: t(`view.${route.value.view}`) })}
    ref=${win.box} data-test="rows"
    onMouseEnter=${() => setPointed(true)} onMouseLeave=${() => setPointed(false)}
      onFocusIn=${(e) => setFocused(e.target.matches(':focus-visible'))}
        onFocusOut=${(e) => setFocused(e.currentTarget.contains(e.relatedTarget))}
          onKeyDown=${(e) => keys(e, ids, current)}>
    <li class="gap" ref=${win.above} role="presentation"></li>
    ${ids.slice(win.from, win.to)
      .map((id, i) =>
        html`<${RowItem} key=${id} row=${rows.value[id]} label=${label[rows.value[id]?.phone_number_id]}
          me=${me.value?.id ?? ''}
      view=${list.view} present=${presence.value[id]} shut=${shut.value[id]}
        left=${Boolean(rows.value[id]) && hasLeft(rows.value[id].owner, agents.value, agentsAt.value)}
          selected=${id === selected} cursor=${id === current} at=${win.from + i} of=${ids.length}
      onOpen=${onOpen} lang=${language.value} />`)}
    <li class="gap" ref=${win.below} role="presentation"></li></ul>`;
}

/** Follows the cursor of the keyboard: into sight, then into focus. */
function useCursor(win, ids) {
  useLayoutEffect(() => {
    const id = cursor.value, at = ids.indexOf(id), el = win.box.current;
    if (!el || at < 0 || moves.value === 0) return;
    reveal(el, at, win.row);
    const row = () => /** @type {HTMLElement|null} */ (el.querySelector(`[data-id="${CSS.escape(id)}"]`));
    if (row()) row()?.focus({ preventScroll: true });
    else requestAnimationFrame(() => row()?.focus({ preventScroll: true }));
  }, [moves.value]);
}

function keys(e, ids, current) {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -ids.length, End: ids.length }[e.key];
  if (by !== undefined) {
    e.preventDefault();
    moveCursor(ids, current, by);
  } else if (e.key === 'Enter' || e.key === ' ') {
    e.preventDefault();
    openRow(current);
  }
}
