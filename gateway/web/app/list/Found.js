// What a search finds, in the place of the list: conversations of the view by
// their contact, and messages of every conversation by their words.

import { cursor, moves } from '../do/focus.js';
import { explain } from '../text/failure.js';
import { labels, number } from '../text/format.js';
import { shownList } from '../do/actions.js';
import { html, useEffect, useRef, useState } from '../html.js';
import { language, t } from '../text/i18n.js';
import { go, openId, route } from '../shell/router.js';
import { hitKey, openHit, useSearch } from './search.js';
import { asked, dispatch, me, numbers, pane, presence, rows, shut } from '../core/state.js';
import { Icon } from '../shell/primitives.js';
import { Hit } from './Hit.js';
import { ListState } from './ListState.js';
import { RowItem } from './RowItem.js';
import { Rows } from './Rows.js';

const few = 4;
const limit = 20;

/** @param {{q: string, list: import('../core/types.js').List|undefined, ids: string[]}} props */
export function Found({ q, list, ids }) {
  const found = useSearch(q, limit), [all, setAll] = useState(false),
    box = useRef(/** @type {HTMLElement|null} */ (null));
  const some = ids.slice(0, ids.length > few + 1 ? few : few + 1);
  shownList.ids = all ? ids : some;
  useEffect(() => {
    if (all || moves.value === 0) return;
    /** @type {HTMLElement|null} */ (box.current?.querySelector(`[data-id="${CSS.escape(cursor.value)}"]`))?.focus();
  }, [moves.value]);
  // As in the list: nothing moves under the pointer or the keyboard.
  const [pointed, setPointed] = useState(false), [focused, setFocused] = useState(false), key = list?.key ?? '';
  useEffect(() => { if (!all && key) dispatch({ t: 'list.hold', key, on: pointed || focused }); },
    [pointed, focused, all, key]);
  useEffect(() => () => dispatch({ t: 'list.hold', key, on: false }), [key]);
  const waits = !list || list.state === 'loading' || found.state === 'loading';
  const met = useRef(false);
  useEffect(() => { // whoever asked from the palette is among what was found
    if (waits || met.current) return;
    met.current = true;
    if (document.activeElement === document.body)
      /** @type {HTMLElement|null} */ (box.current?.querySelector('[role="option"]'))?.focus();
  }, [waits]);
  const nothing = !waits && ids.length === 0 && found.state === 'ready' && found.hits.length === 0;
  if (nothing || list?.state === 'error') return html`<${ListState} list=${list} />`;
  if (all && list) {
    return html`<p class="found-bar">
      <button class="link" type="button" onClick=${() => setAll(false)}><${Icon} name="left" cls="i-14" />
        ${t('found.back')}</button></p><${Rows} list=${list} ids=${ids} />`;
  }
  return html`<div class="rows found" ref=${box} onKeyDown=${(e) => keys(e, box.current)}
    onMouseEnter=${() => setPointed(true)} onMouseLeave=${() => setPointed(false)}
    onFocusIn=${() => setFocused(true)} onFocusOut=${(e) => setFocused(e.currentTarget.contains(e.relatedTarget))}
      aria-busy=${waits} data-test="found">
    <h3 id="found-c">${t('palette.found')}</h3>
    ${some.length > 0 ? html`<${Conversations} ids=${some} view=${route.value.view} />`
      : html`<p class="found-none">${t(waits ? 'found.loading' : 'found.noContact')}</p>`}
    ${some.length < ids.length
      && html`<p class="found-more">
        <button class="link" type="button" onClick=${() => setAll(true)} data-test="found-all">
          ${t('found.all', { count: number(ids.length) + (list?.more ? '+' : '') })}</button></p>`}
    <h3 id="found-m">${t('palette.said')}</h3>
    ${found.hits.length > 0 && html`<${Messages} hits=${found.hits} />`}
    <${After} found=${found} /></div>`;
}

function Conversations({ ids, view }) {
  const label = labels(numbers.value), selected = openId.value;
  const onOpen = (/** @type {string} */ id) => { cursor.value = id; pane.value = 'thread'; go({ id, at: '' }); };
  return html`<ul role="listbox" aria-labelledby="found-c">
    ${ids.map((id, i) =>
      html`<${RowItem} key=${id} row=${rows.value[id]} label=${label[rows.value[id]?.phone_number_id]}
    me=${me.value?.id ?? ''} view=${view} present=${presence.value[id]} shut=${shut.value[id]}
      selected=${id === selected && !route.value.at} cursor=${i === 0} at=${i} of=${ids.length} onOpen=${onOpen}
        lang=${language.value} />`)}</ul>`;
}

function Messages({ hits }) {
  const at = `${asked.value.id}-${asked.value.at}`,
    open = openId.value === asked.value.id && route.value.at === String(asked.value.at);
  return html`<ul role="listbox" aria-labelledby="found-m">
    ${hits.map((hit, i) =>
      html`<li class="hit" role="option" key=${hitKey(hit)} tabindex=${i === 0 ? 0 : -1}
        aria-selected=${open && hitKey(hit) === at}
    aria-posinset=${i + 1} aria-setsize="-1" onClick=${() => openHit(hit)} data-test="found-message">
      <${Hit} hit=${hit} /></li>`)}</ul>`;
}

/** What stands below the messages: more of them, or why there are none. */
function After({ found }) {
  if (found.state === 'loading' || found.state === 'idle')
    return html`<p class="found-none" role="status">${t('found.loading')}</p>`;
  if (found.state === 'error')
    return html`<p class="found-none" role="alert" data-test="search-error">
      ${explain({ code: found.error, title: '', status: 0 })} <button class="btn" type="button" onClick=${found.again}>
        ${t('again')}</button></p>`;
  if (found.next)
    return html`<p class="found-more">
      <button class="link" type="button" onClick=${found.more} data-test="found-more">${t('found.more')}</button></p>`;
  return found.hits.length === 0 && html`<p class="found-none" role="status">${t('found.noMessage')}</p>`;
}

/** Arrows go over everything that was found; Enter and Space open. */
function keys(e, box) {
  const on = e.target.closest('[role="option"]');
  if (!box || !on) return;
  if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); on.click(); return; }
  const all = [...box.querySelectorAll('[role="option"]')], at = all.indexOf(on);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
  if (to === undefined) return;
  e.preventDefault();
  all[Math.max(0, Math.min(all.length - 1, to))].focus();
}
