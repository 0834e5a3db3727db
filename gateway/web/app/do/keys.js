// The keyboard: single keys outside of fields, Ctrl K everywhere.

import { applies, commands } from './commands.js';
import { cursor } from './focus.js';
import { closePanel } from '../shell/panes.js';
import { leave, openId, settings } from '../shell/router.js';
import { dialog, onePane, pane, session } from '../core/state.js';
import { composes, fields, typing } from './typing.js';

const pause = 900; // between G and what follows

let after = '', timer = 0;

export function startKeys() {
  document.addEventListener('pointerdown', () => typing.leave(), true);
  document.addEventListener('keydown', (e) => {
    if (typing.held !== null && (chorded(e) || composes(e))) return; // no letter that could be held
    if (typing.hear(/** @type {HTMLElement} */ (e.target), e.key, Date.now())) { e.preventDefault();
      e.stopPropagation(); }
  }, true);
  document.addEventListener('keydown', pressed);
}

/**
 * Whether a key is a shortcut; on some keyboards letters are made with two of the same keys.
 * @param {KeyboardEvent} e
 */
const chorded = (e) => (e.ctrlKey || e.metaKey || e.altKey) && !e.getModifierState('AltGraph');

/** @param {KeyboardEvent} e */
function pressed(e) {
  if (session.value !== 'in' || e.defaultPrevented || composes(e)) return;
  if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k') {
    e.preventDefault();
    dialog.value = dialog.value?.name === 'palette' ? null : { name: 'palette', id: openId.value };
    return;
  }
  if (e.ctrlKey && e.altKey && !e.getModifierState('AltGraph') && e.code === 'KeyA' && !dialog.value) {
    const attach = find('Ctrl Alt A');
    if (attach) { e.preventDefault(); void attach.run(); }
    return;
  }
  // a dialogue of the settings is not the screen's one
  if (e.ctrlKey || e.metaKey || e.altKey || dialog.value || document.querySelector('.scrim')) return;
  const on = /** @type {HTMLElement} */ (e.target);
  if (on.matches?.(fields)) return;
  if (e.key === 'Escape') { if (!settings.value) back(); return; }
  // elsewhere it presses what has the focus
  const command = find(e.key === 'Enter' && on === document.body ? '⏎' : stroke(e));
  if (!command) return;
  e.preventDefault();
  void command.run();
}

/** What was pressed, in the words of the table; "G" waits for its second. */
function stroke(e) {
  const key = e.key.length === 1 ? (e.key === '?' ? '?' : e.key.toUpperCase()) : e.key;
  clearTimeout(timer);
  const first = after;
  after = '';
  if (first) return `${first} ${key}`;
  if (key === 'G' && !e.shiftKey) {
    after = 'G';
    timer = window.setTimeout(() => { after = ''; }, pause);
    return '';
  }
  return e.shiftKey && /^[A-Z]$/.test(key) ? `⇧ ${key}` : key;
}

/** @param {string} keys */
function find(keys) {
  return keys === '' || keys === 'Enter' ? undefined : commands.find((c) => c.keys === keys && applies(c)); }

/** From the thread to the list; from the list nowhere. */
function back() {
  if (onePane() && openId.value && pane.value === 'thread') { leave(); return; }
  if (onePane() && openId.value) { closePanel(); return; }
  pane.value = 'list';
  const id = openId.value || cursor.value;
  const row = id && document.querySelector(`[data-id="${CSS.escape(id)}"][role="option"]`);
  if (row) /** @type {HTMLElement} */ (row).focus();
}
