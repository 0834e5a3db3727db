// Reading lists: the first page, the next ones, and all of it anew after a cut.

import { api } from './api.js';
import { serverNow } from '../core/clock.js';
import { asQuery, filterOf } from '../core/filter.js';
import { route } from '../shell/router.js';
import { dispatch, state } from '../core/state.js';
import { listKey } from '../core/list.js';
import { heedFailure } from './connection.js';
import { LatestRequests } from './latest.js';

const firstPage = 50;
const nextPage = 200;

/** The list that the address asks for. */
const currentKey = () => listKey(route.value);

/** @param {import('../core/types.js').List} list */
const asked = ({ view, sort, q, by }) => ({ view, sort, q, ...asQuery(by) });

/** The requests for lists that are under way. */
const requests = new LatestRequests();

/** Shows the list of the address: at once what is known, then what is true. */
export async function loadList() {
  const { view, sort, q } = route.value;
  const key = listKey(route.value);
  dispatch({ t: 'time', now: serverNow() });
  dispatch({ t: 'list.open', key, view, sort, q, ...filterOf(route.value), used: Date.now() });
  await fetchFirst(key, firstPage);
}

/** Reads the current list anew, as far as it was read. */
export async function refreshList() {
  const list = state.value.lists[currentKey()];
  if (list) await fetchFirst(list.key, Math.max(firstPage, list.ids.length));
}

async function fetchFirst(key, upTo) {
  const list = state.value.lists[key];
  if (!list || state.value.session !== 'in') return;
  const request = requests.begin(key);
  dispatch({ t: 'list.set', key, set: { touched: [], error: '' } });
  try {
    const of = asked(list);
    let page = await api.list({ ...of, limit: Math.min(upTo, nextPage) });
    const conversations = page.conversations;
    while (page.next && conversations.length < list.ids.length) {
      page = await api.list({ ...of, limit: nextPage, cursor: page.next });
      conversations.push(...page.conversations);
    }
    // What an older answer has is behind what changed before the newer one was asked for.
    if (requests.isLatest(key, request))
      dispatch({ t: 'list.page', key, first: true, page: { conversations, next: page.next } });
  } catch (err) {
    failed(key, request, err);
  } finally {
    requests.end(key, request);
  }
}

/** @param {string} key */
export async function loadMore(key) {
  const list = state.value.lists[key];
  if (!list?.more || !list.next || requests.pending(key)) return;
  const request = requests.begin(key);
  try {
    const page = await api.list({ ...asked(list), limit: nextPage, cursor: list.next });
    if (requests.isLatest(key, request) && state.value.lists[key]?.next === list.next)
      dispatch({ t: 'list.page', key, first: false, page });
  } catch (err) {
    failed(key, request, err);
  } finally {
    requests.end(key, request);
  }
}

function failed(key, request, err) {
  heedFailure(err);
  if (!requests.isLatest(key, request)) return;
  const list = state.value.lists[key];
  dispatch({
    t: 'list.set', key,
    set: { state: list?.ids.length ? 'ready' : 'error', error: err.problem?.code ?? 'internal', touched: null },
  });
}

