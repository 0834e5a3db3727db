// A phone shows one pane: the list, a thread, its details. Each is a step of the
// browser's history, so that every way back goes one step, and gives the focus
// back to where one came from.

import { openId, parse } from './router.js';
import { effect, onePane, pane, panelFlipped } from '../core/state.js';

/** Puts the focus on what is shown a moment later. @param {string} selector */
function focusSoon(selector) {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const on = document.activeElement;
    // it is somewhere already
    if (on && on !== document.body && /** @type {HTMLElement} */ (on).checkVisibility()) return;
    /** @type {HTMLElement|null} */ (document.querySelector(selector))?.focus({ preventScroll: true });
  }));
}

function openPanel() {
  history.pushState({ ...history.state, panel: true }, '');
  pane.value = 'panel';
  focusSoon('.panel .back');
}

/** Back to the thread that the details are of. */
export function closePanel() {
  pane.value = 'thread';
  if (history.state?.panel) history.back();
  focusSoon('.thread-bar .to-panel');
}

/** Shows the details or hides them. */
export function flipPanel() {
  if (onePane()) (pane.value === 'panel' ? closePanel : openPanel)();
  else panelFlipped.value = !panelFlipped.value;
}

/** Comes before the router, so that the pane is right when the route follows. */
export function startPanes() {
  addEventListener('popstate', (e) => {
    if (!parse(location).id) return;
    const from = pane.value;
    pane.value = e.state?.panel && onePane() ? 'panel' : 'thread';
    if (from === 'panel' && pane.value === 'thread') focusSoon('.thread-bar .to-panel');
  });
  pane.value = !openId.value ? 'list' : history.state?.panel && onePane() ? 'panel' : 'thread';
  let was = '';
  effect(() => {
    const left = was;
    was = openId.value;
    if (left && !was && onePane()) focusSoon(`[data-id="${CSS.escape(left)}"][role="option"]`);
  });
}
