// What is shown is in the address: /inbox/<view>/<conversation>?at=&q=&sort=&…;
// at is the version of the message that a thread is opened at. Beside the inbox lie
// the settings, /settings/<page>/<item>.

import { computed, effect, signal } from '../../lib/signals.js';
import { me, ownOnly } from '../core/state.js';
import { filterNames, narrows, noFilter } from '../core/filter.js';
import { viewRules, windows } from '../core/views.js';

export const views = Object.keys(viewRules);
/** Those that show somebody who sees his own conversations alone anything of their own. */
const ownViews = views.filter((view) => view !== 'unclaimed' && view !== 'all');
/** Those of them that the person has. @type {{value: string[]}} */
export const myViews = computed(() => (ownOnly.value ? ownViews : views));

/**
 * @typedef {{view: string, id: string, at: string, q: string,
   * sort: string} & import('../core/filter.js').Filter} Route
 */

const longestQuery = 100; // characters, as the server takes them

/** What an address may say of the filters that have few values. @type {Record<string, string[]>} */
const choices = { turn: ['us', 'customer'], window: [...windows], unread: ['1'] };

/** Addresses are typed and cut short too. @param {string} part */
function decoded(part) {
  try { return decodeURIComponent(part); } catch { return ''; }
}

/** @param {{pathname: string, search: string}} from @returns {Route} */
export function parse(from) {
  const [, inbox, view, id] = from.pathname.split('/');
  const q = new URLSearchParams(from.search);
  const known = inbox === 'inbox' && views.some((v) => v === view);
  return {
    view: known ? view : 'mine', id: known && id ? decoded(id) : '',
    at: known && id && /^\d{1,15}$/.test(q.get('at') ?? '') ? q.get('at') ?? '' : '',
    q: (q.get('q') ?? '').slice(0, longestQuery), sort: q.get('sort') === 'oldest' ? 'oldest' : 'newest',
    ...noFilter, ...Object.fromEntries(filterNames.map((name) => [name, told(name, q.get(name) ?? '')])),
  };
}

const told = (name, value) => (!choices[name] || choices[name].includes(value) ? value : '');

/** @param {Route} to */
function format(to) {
  const q = new URLSearchParams();
  if (to.id && to.at) q.set('at', to.at);
  if (to.q) q.set('q', to.q);
  if (to.sort === 'oldest') q.set('sort', to.sort);
  for (const name of filterNames) if (to[name]) q.set(name, to[name]);
  // Ids hold a colon, which a path may; the rest is escaped.
  const id = to.id ? `/${encodeURIComponent(to.id).replaceAll('%3A', ':')}` : '';
  return `/inbox/${to.view}${id}${q.size ? `?${q}` : ''}`;
}

/** The pages of the settings, as their nav shows them. */
export const settingsPages = ['numbers', 'teams', 'people', 'quick', 'company', 'notices', 'keys', 'data', 'audit',
  'start', 'account'];

/** Those of them that the person may see. @type {{value: string[]}} */
export const mySettings = computed(() => {
  switch (me.value?.role) {
    case 'admin': return settingsPages;
    case 'auditor': return ['audit', 'quick', 'account'];
    case undefined: return [];
  }
  return ['account', 'quick'];
});

/**
 * @param {{pathname: string}} from
 * @returns {{page: string, item: string}|null} null: the inbox is shown
 */
function placeIn(from) {
  const [, area, page, item] = from.pathname.split('/');
  if (area !== 'settings') return null;
  const known = settingsPages.includes(page);
  return { page: known ? page : settingsPages[0], item: known && item ? decoded(item) : '' };
}

/** Goes there, or asks first and says false. */
let unlessAsked = (/** @type {() => void} */ there) => { there(); return true; };

/** Has somebody asked before a page of the settings is left. @param {(there: () => void) => boolean} by */
export function guardLeaving(by) { unlessAsked = by; }

export const route = signal(parse(location));
/** Where in the settings one is; null in the inbox. */
export const settings = signal(placeIn(location));
/** The conversation on the screen; beside the inbox there is none, whatever stands open in it. */
export const openId = computed(() => (settings.value ? '' : route.value.id));
export const hasFilter = computed(() => narrows(route.value));

/**
 * Another conversation is not opened at the place of the one before.
 * @param {Partial<Route>} change
 * @returns {Route}
 */
function changed(change) {
  const now = route.value;
  return { ...now, ...('id' in change && change.id !== now.id ? { at: '' } : {}), ...change };
}

/** @param {Partial<Route>} change @param {{replace?: boolean}} [how] */
export function go(change, how = {}) {
  if (settings.value) unlessAsked(() => goNow(change, how));
  else goNow(change, how);
}

/** @param {Partial<Route>} change @param {{replace?: boolean}} how */
function goNow(change, how) {
  const to = changed(change);
  const url = format(to);
  if (url !== location.pathname + location.search) {
    if (how.replace) history.replaceState(history.state, '', url);
    else history.pushState({ fromList: route.value.id === '' && to.id !== '' }, '', url);
  }
  settings.value = null;
  route.value = to;
}

/** @param {string} page @param {string} [item] */
export const settingsHref = (page, item = '') => `/settings/${page}${item ? `/${encodeURIComponent(item)}` : ''}`;

/** @param {string} page @param {string} [item] @param {{replace?: boolean}} [how] */
export function goSettings(page, item = '', how = {}) {
  const url = settingsHref(page, item), there = () => {
    if (how.replace) history.replaceState(history.state, '', url);
    else if (url !== location.pathname) history.pushState({}, '', url);
    settings.value = { page, item };
  };
  const now = settings.value;
  if (now && (now.page !== page || now.item !== item)) unlessAsked(there);
  else there();
}

/** Closes the open conversation: the way back that one came, where one came from the list. */
export function leave() {
  if (history.state?.fromList) history.back();
  else go({ id: '' }, { replace: true });
}

/** @param {Partial<Route>} change what a link would change */
export const href = (change) => format(changed(change));

/** Another view starts without search and filters. @param {string} view @returns {Partial<Route>} */
export const fresh = (view) => ({ view, q: '', ...noFilter });

export function startRouter() {
  // an address of a view that the person does not have, typed or kept
  effect(() => { if (!myViews.value.includes(route.value.view)) go({ view: myViews.value[0] }, { replace: true }); });
  addEventListener('popstate', () => {
    const to = placeIn(location), url = location.pathname + location.search, here = settings.value;
    const there = () => {
      if (url !== location.pathname + location.search) history.replaceState({}, '', url);
      settings.value = to;
      if (!to) route.value = parse(location);
    };
    // The browser has gone there already: while it is asked about, the address is that of the page.
    if (!here) there();
    else if (!unlessAsked(there)) history.pushState({}, '', settingsHref(here.page, here.item));
  });
  if (!settings.value && !location.pathname.startsWith('/inbox/')) history.replaceState(history.state, '',
    format(route.value));
}

/**
 * A plain click on a link of ours stays in this page; others are the browser's.
 * @param {MouseEvent} e @param {() => void} there
 */
export function follow(e, there) {
  if (e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.button !== 0) return;
  e.preventDefault();
  there();
}
