// The list of conversations: head, cuts, what waits to be shown, and the rows.

import { shownList } from '../actions.js';
import { filterIds } from '../filter.js';
import { html, useEffect, useMemo } from '../html.js';
import { t } from '../i18n.js';
import { loadMore } from '../load_list.js';
import { go, hasFilter, route } from '../router.js';
import { ago, halfMinute } from '../clock.js';
import { counts, dialog, dispatch, lists, net, rows, shut } from '../state.js';
import { listKey } from '../store_list.js';
import { toggleDensity } from '../theme.js';
import { counted, duration, number } from '../format.js';
import { Icon, IconButton } from './bits.js';
import { Rows } from './Rows.js';
import { ListState } from './ListState.js';

export function ListPane() {
  const of = route.value, list = lists.value[listKey(of)];
  const now = hasFilter.value ? halfMinute.value : 0;
  const ids = useMemo(() => filterIds(list?.ids ?? [], rows.value, of, now, shut.value), [list?.ids, rows.value, of, now, shut.value]);
  shownList.ids = ids;
  // Filters are applied here, so that pages are read until the screen is full.
  useEffect(() => { if (list?.more && list.state === 'ready' && ids.length < 40 && list.ids.length < 5000) void loadMore(list.key); }, [list, ids.length]);
  const title = t(`view.${of.view}`);
  return html`<section class="list-pane" aria-label=${title} data-test="list">
    <header class="pane-bar"><h2>${title}</h2>
      <${IconButton} icon="down" label=${t('view.change')} cls="only-s" onClick=${() => { dialog.value = { name: 'palette' }; }} />
      <span class="grow"></span>
      <button class="sortby" type="button" title=${t('sort.title')} onClick=${() => go({ sort: of.sort === 'newest' ? 'oldest' : 'newest' })} data-test="sort">
        <${Icon} name="sort" cls="i-14" />${t(`sort.${of.sort}`)}</button>
      <${IconButton} icon="filter" label=${t('filter')} keys="F" cls=${hasFilter.value || of.q ? 'is-on' : ''} onClick=${() => { dialog.value = { name: 'filter' }; }} data-test="filter" />
      <${IconButton} icon="rows" label=${t('density')} cls="hide-s" onClick=${toggleDensity} />
    </header>
    <${Tabs} list=${list} />
    ${(of.q || of.number || of.window) && html`<${Cuts} />`}
    ${net.value.phase === 'cut' && net.value.since > 0 && html`<p class="strip only-s"><${Icon} name="offline" /><span class="cut">${t('net.cut')} ${duration(ago(net.value.since))}</span></p>`}
    ${list?.waiting.length > 0 && html`<${Newer} list=${list} />`}
    ${list && ids.length > 0 ? html`<${Rows} list=${list} ids=${ids} key=${list.key} />` : html`<${ListState} list=${list} />`}
  </section>`;
}

function Newer({ list }) {
  const n = list.waiting.length, fresh = list.waiting.every((id) => !list.ids.includes(id));
  const show = () => {
    dispatch({ t: 'list.show', key: list.key });
    document.querySelector('.rows')?.scrollTo(0, 0);
  };
  return html`<button class="newer" type="button" title=${t('newer.why')} onClick=${show} data-test="newer"><span role="status">${t(fresh ? 'newer' : 'newer.moved', { n })}</span><kbd class="kbd">.</kbd></button>`;
}

/** Cuts through the view by what matters most in it. */
function Tabs({ list }) {
  const of = route.value;
  const cuts = of.view === 'mine'
    ? [{ name: 'all', wait: '' }, { name: 'you', wait: 'you' }, { name: 'customer', wait: 'customer' }]
    : [{ name: 'all', unread: '' }, { name: 'unread', unread: '1' }];
  const complete = list?.state === 'ready' && !list.more;
  return html`<div class="tabs" role="group" aria-label=${t('tabs')}>${cuts.map((cut) => {
    const { name, ...to } = cut;
    const on = 'wait' in to ? of.wait === to.wait : of.unread === to.unread;
    const n = name === 'all' && !hasFilter.value && !of.q ? counted(counts.value[of.view])
      : complete ? number(filterIds(list.ids, rows.value, { ...of, ...to }, halfMinute.value, shut.value).length) : '';
    return html`<button type="button" key=${name} aria-pressed=${on} onClick=${() => go(to)} data-test=${`tab-${name}`}>${t(`tab.${name}`)}<span class="n">${n}</span></button>`;
  })}</div>`;
}

/** What is filtered by, each to be taken away. */
function Cuts() {
  const of = route.value;
  /** @type {any[]} */
  const cuts = [
    of.q && { label: `“${of.q}”`, clear: { q: '' } },
    of.window && { label: t(`window.is.${of.window}`), clear: { window: '' } },
    of.number && { label: t('filter.number'), clear: { number: '' } },
  ].filter(Boolean);
  return html`<p class="cuts">${cuts.map((cut) => html`<button type="button" class="pick" key=${cut.label} onClick=${() => go(cut.clear)} title=${t('filter.remove')}>
    <span class="cut" dir="auto">${cut.label}</span><${Icon} name="x" cls="i-12" /></button>`)}</p>`;
}

