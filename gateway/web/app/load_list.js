// Reading lists: the first page, the next ones, and all of it anew after a cut.

import { api } from './api.js';
import { serverNow } from './clock.js';
import { asQuery, filterOf } from './filter.js';
import { route } from './router.js';
import { dispatch, state } from './state.js';
import { listKey } from './store_list.js';
import { heedFailure } from './wire.js';
import { Turns } from './turns.js';

const firstPage = 50;
const nextPage = 200;

/** The list that the address asks for. */
const currentKey = () => listKey(route.value);

/** @param {import('./types.js').List} list */
const asked = ({ view, sort, q, by }) => ({ view, sort, q, ...asQuery(by) });

/** The requests for lists that are under way. */
const turns = new Turns();

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
  const turn = turns.take(key);
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
    if (turns.holds(key, turn)) dispatch({ t: 'list.page', key, first: true, page: { conversations, next: page.next } });
  } catch (err) {
    failed(key, turn, err);
  } finally {
    turns.end(key, turn);
  }
}

/** @param {string} key */
export async function loadMore(key) {
  const list = state.value.lists[key];
  if (!list?.more || !list.next || turns.busy(key)) return;
  const turn = turns.take(key);
  try {
    const page = await api.list({ ...asked(list), limit: nextPage, cursor: list.next });
    if (turns.holds(key, turn) && state.value.lists[key]?.next === list.next) dispatch({ t: 'list.page', key, first: false, page });
  } catch (err) {
    failed(key, turn, err);
  } finally {
    turns.end(key, turn);
  }
}

function failed(key, turn, err) {
  heedFailure(err);
  if (!turns.holds(key, turn)) return;
  const list = state.value.lists[key];
  dispatch({
    t: 'list.set', key,
    set: { state: list?.ids.length ? 'ready' : 'error', error: err.problem?.code ?? 'internal', touched: null },
  });
}

