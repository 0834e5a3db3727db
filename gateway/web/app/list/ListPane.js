// The list of conversations: head, cuts, what waits to be shown, and the rows.

import { shownList } from '../do/actions.js';
import { askFirst, writesFirst } from '../do/write_first.js';
import { numbersOf } from '../core/filter.js';
import { html, useEffect, useMemo } from '../html.js';
import { t } from '../text/i18n.js';
import { loadList, loadMore } from '../wire/load_list.js';
import { go, hasFilter, route } from '../shell/router.js';
import { agents, counts, dialog, dispatch, lists, net, numbers, rows } from '../core/state.js';
import { tallyOf } from '../core/counts.js';
import { listKey } from '../core/list.js';
import { toggleDensity } from '../shell/theme.js';
import { labels, number, short } from '../text/format.js';
import { CutStrip } from '../shell/Live.js';
import { Icon, IconButton } from '../shell/primitives.js';
import { Found } from './Found.js';
import { Rows } from './Rows.js';
import { ListState } from './ListState.js';

export function ListPane() {
  const of = route.value, list = lists.value[listKey(of)];
  const ids = useMemo(() => known(list?.ids ?? [], rows.value), [list?.ids, rows.value]);
  shownList.ids = ids;
  // Pages of a filter may be short: they are read until the screen is full.
  useEffect(() => { if (list?.more && list.state === 'ready' && ids.length < 40) void loadMore(list.key); },
    [list, ids.length]);
  const title = t(`view.${of.view}`);
  return html`<section class="list-pane" aria-label=${title} data-test="list">
    <header class="pane-bar"><h2>${title}</h2>
      <${IconButton} icon="down" label=${t('view.change')} cls="only-s"
        onClick=${() => { dialog.value = { name: 'palette' }; }} />
      <span class="grow"></span>
      <button class="sortby" type="button" title=${t('sort.title')}
        onClick=${() => go({ sort: of.sort === 'newest' ? 'oldest' : 'newest' })} data-test="sort">
        <${Icon} name="sort" cls="i-14" />${t(`sort.${of.sort}`)}</button>
      <${IconButton} icon="filter" label=${t('filter')} keys="F" cls=${hasFilter.value || of.q ? 'is-on' : ''}
        onClick=${() => { dialog.value = { name: 'filter' }; }} data-test="filter" />
      ${writesFirst() && html`<${IconButton} icon="plus" label=${t('do.first')} keys="M" onClick=${() => askFirst()}
        data-test="write-first" />`}
      <${IconButton} icon="rows" label=${t('density')} cls="hide-s" onClick=${toggleDensity} />
    </header>
    <${Tabs} />
    <${Cuts} />
    <${CutStrip} />
    ${list?.error && ids.length > 0 && net.value.phase === 'live'
      && html`<p class="strip" role="status" data-test="list-old"><${Icon} name="alert" />
        <span class="cut">${t('list.error')}</span>
      <button class="btn" type="button" onClick=${() => void loadList()}>${t('again')}</button></p>`}
    ${list?.waiting.length > 0 && html`<${Newer} list=${list} />`}
    ${of.q ? html`<${Found} q=${of.q} list=${list} ids=${ids} key=${listKey(of)} />`
      : list && ids.length > 0 ? html`<${Rows} list=${list} ids=${ids} key=${list.key} />`
        : html`<${ListState} list=${list} />`}
  </section>`;
}

/** An id without its row is on its way out; the same list stays the same. */
const known = (ids, rows) => (ids.every((id) => rows[id]) ? ids : ids.filter((id) => rows[id]));

function Newer({ list }) {
  const n = list.waiting.length, fresh = list.waiting.every((id) => !list.ids.includes(id));
  const show = () => {
    dispatch({ t: 'list.show', key: list.key });
    document.querySelector('.rows')?.scrollTo(0, 0);
  };
  return html`<button class="newer" type="button" title=${t('newer.why')} onClick=${show} data-test="newer">
    <span role="status">${t(fresh ? 'newer' : 'newer.moved', { n })}</span><kbd class="kbd">.</kbd></button>`;
}

const counting = { all: 'n', you: 'us', customer: 'customer', unread: 'unread' };

/** Cuts through the view by what matters most in it. */
function Tabs() {
  const of = route.value;
  const cuts = of.view === 'mine'
    ? [{ name: 'all', turn: '' }, { name: 'you', turn: 'us' }, { name: 'customer', turn: 'customer' }]
    : [{ name: 'all', unread: '' }, { name: 'unread', unread: '1' }];
  // Nobody counts what else one filters by.
  const plain = !of.q && !of.owner && !of.window && !(of.view === 'mine' ? of.unread : of.turn);
  const tally = plain ? tallyOf(counts.value[of.view], numbersOf(of.number)) : undefined;
  return html`<div class="tabs" role="group" aria-label=${t('tabs')}>${cuts.map((cut) => {
    const { name, ...to } = cut;
    const on = 'turn' in to ? of.turn === to.turn : of.unread === to.unread;
    const n = tally?.[counting[name]];
    return html`<button type="button" key=${name} aria-pressed=${on} onClick=${() => go(to)} data-test=${`tab-${name}`}>
      ${t(`tab.${name}`)}${n !== undefined && html`<span class="n" title=${number(n)}>${short(n, tally?.more)}</span>`}
        </button>`;
  })}</div>`;
}

/** What is filtered by and no tab shows, each to be taken away. */
function Cuts() {
  const of = route.value;
  /** @type {any[]} */
  const cuts = [
    of.q && { label: `“${of.q}”`, clear: { q: '' } },
    of.turn && of.view !== 'mine' && { label: t(`turn.${of.turn}`), clear: { turn: '' } },
    of.unread && of.view === 'mine' && { label: t('tab.unread'), clear: { unread: '' } },
    of.window && { label: t(`window.is.${of.window}`), clear: { window: '' } },
    of.owner
      && { label: of.owner === 'nobody' ? t('owner.nobody')
        : agents.value.find((a) => a.id === of.owner)?.name ?? t('somebody'), clear: { owner: '' } },
    of.number
      && { label: numbersOf(of.number).map((id) => labels(numbers.value)[id]?.label ?? id).join(', '),
        clear: { number: '' } },
  ].filter(Boolean);
  if (cuts.length === 0) return null;
  return html`<p class="cuts">
    ${cuts.map((cut) =>
      html`<button type="button" class="pick" key=${cut.label} onClick=${() => go(cut.clear)}
        title=${t('filter.remove')}>
    <span class="cut" dir="auto">${cut.label}</span><${Icon} name="x" cls="i-12" /></button>`)}</p>`;
}

