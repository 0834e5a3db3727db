// What is asked for again and again, as nothing tells of it by itself: colleagues, teams,
// numbers and their health, and counts where the rows leave a doubt.

import { api } from './api.js';
import { serverNow } from '../core/clock.js';
import { heedFailure, socket } from './connection.js';
import { agentsAt, countsDue, dispatch, effect, numbers as known, rows, state } from '../core/state.js';
import { unsure } from '../core/counts.js';
import { loadUnconfirmed } from './load_unconfirmed.js';

const peopleEvery = 60_000;
const numbersEvery = 5_000; // while there is none: somebody is about to connect the first
let peopleTimer = 0;
/** Colleagues, numbers and their health; nothing tells of them by itself. @param {number} wait milliseconds */
export function peopleSoon(wait) {
  clearTimeout(peopleTimer);
  peopleTimer = window.setTimeout(() => { if (!document.hidden && socket.live)
    void people(); else peopleSoon(peopleEvery); }, wait);
}

export async function people() {
  peopleSoon(peopleEvery);
  void loadUnconfirmed();
  const at = serverNow(); // what happened before is in the answers
  const [agents, numbers,
    teams] = await Promise.all([api.agents(), api.numbers(), api.teams()].map((answer) => answer.catch(() => null)));
  // Who sees no number may belong to a team without one: the company may have some.
  const connected = numbers?.numbers.length === 0 ? (await api.me().catch(() => null))?.setup.numbers
    : numbers?.numbers.length;
  if (connected === 0) peopleSoon(numbersEvery);
  dispatch({ t: 'people', at, agents: agents?.agents, numbers: numbers?.numbers, connected, teams: teams?.teams,
    removed: teams?.removed });
}

/** A conversation of a number that was not heard of, passed on by another team, asks for it: once. */
export function watchNumbers() {
  const asked = new Set();
  effect(() => {
    if (agentsAt.value === 0) return; // they are being read
    const heard = new Set(known.value.map((n) => n.id));
    for (const row of Object.values(rows.value)) {
      if (heard.has(row.phone_number_id) || asked.has(row.phone_number_id)) continue;
      asked.add(row.phone_number_id);
      peopleSoon(300);
    }
  });
}

const countEvery = 1_100; // the server counts once a second
const countAgain = 5_000; // after a failure, and as much more by chance: others wait too
let countTimer = 0, countAt = 0, countedAt = 0;

/** Counts anew whenever a change may not be counted. */
export function watchCounts() {
  let counted = 0;
  effect(() => {
    if (countsDue.value === counted) return;
    counted = countsDue.value;
    countSoon();
  });
}

/** Counts move with the rows; where that leaves a doubt, the server is asked soon. */
function countSoon() {
  const doubt = state.value.moves.some(unsure), now = Date.now();
  const at = Math.max(now + (doubt ? 100 + Math.random() * 200 : 2500 + Math.random() * 1500), countedAt + countEvery);
  countBy(at);
}

/** Counts then, or sooner if that was said before. @param {number} at as Date.now() says */
function countBy(at) {
  if (countTimer && countAt <= at) return;
  clearTimeout(countTimer);
  countAt = at;
  countTimer = window.setTimeout(() => void counts(), at - Date.now());
}

export async function counts() {
  clearTimeout(countTimer);
  countTimer = 0;
  countedAt = Date.now();
  const answer = await api.counts().catch(heedFailure);
  if (answer) dispatch({ t: 'counts', views: answer.views });
  else if (state.value.session === 'in') countBy(Date.now() + countAgain * (1 + Math.random()));
}
