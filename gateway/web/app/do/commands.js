// What can be done, each once: with its name, its keys and when it applies. The
// palette lists it, the keyboard runs it, the help shows it.

import { askWhom, claim, claimOldest, markUnread, openRow, reopen, resolve, shownList, toQueue } from './actions.js';
import { sendAll } from './send_files.js';
import { chooseFiles } from './drop.js';
import { filesOf, leaving } from '../composer/attached.js';
import { askFirst, writesFirst } from './write_first.js';
import { serverNow } from '../core/clock.js';
import { flipPanel } from '../shell/panes.js';
import { scheduling } from '../composer/scheduling.js';
import { readDraft } from '../composer/drafts.js';
import { cursor, focusComposer, moveCursor, moveMessage, pressMessage } from './focus.js';
import { mayWrite } from '../core/may.js';
import { length } from '../text/format.js';
import { limit } from '../composer/longtext.js';
import { fresh, go, goSettings, openId, route, settings, mySettings } from '../shell/router.js';
import { logout } from '../wire/session.js';
import { composing, dialog, dispatch, looksOn, me, ownOnly, pane, rows, stale, state } from '../core/state.js';
import { listKey } from '../core/list.js';
import { toggleDensity, toggleTheme } from '../shell/theme.js';

/**
 * @typedef {{
 *   id: string, group: 'here'|'list'|'go'|'app', keys?: string, icon: string, run: () => unknown,
 *   when?: () => boolean, hidden?: boolean,
 * }} Command
 */

const row = () => rows.value[openId.value];
const mine = () => row()?.owner.kind === 'agent' && row()?.owner.id === me.value?.id;
const nobody = () => row()?.owner.kind === 'nobody';
const manages = () => me.value !== null && me.value.role !== 'agent';
const may = () => Boolean(row()) && (mine() || nobody() || manages());
const idle = () => row()?.phase === 'resolved' || row()?.phase === 'snoozed';
/** Whether the composer has a reply that could leave now. */
function written() {
  const now = row();
  if (!now || composing.value !== 'reply' || stale.value[now.id]) return false;
  const text = readDraft(now.id);
  return writes() && (text.trim() !== '' || leaving(filesOf(now.id).value).length > 0) && length(text) <= limit;
}
const writes = () => mayWrite(state.value, openId.value, serverNow());
const ask = (name) => () => { dialog.value = { name, id: openId.value }; };
const view = (name) => () => { pane.value = 'list'; go(fresh(name)); };
const step = (by) => () => moveCursor(shownList.ids, cursor.value || openId.value, by);

function write(kind) {
  pane.value = 'thread';
  composing.value = kind;
  focusComposer();
}

/** @type {Command[]} */
export const commands = [
  { id: 'claim', group: 'here', keys: 'C', icon: 'claim', run: () => (nobody() ? claim(openId.value) : claimOldest()),
    when: () => !ownOnly.value && (!row() || nobody() || !openId.value) },
  { id: 'takeOver', group: 'here', keys: 'O', icon: 'swap',
    run: () => { pane.value = 'thread'; composing.value = 'takeover'; },
    when: () => Boolean(row()) && !mine() && !nobody() },
  { id: 'transfer', group: 'here', keys: 'T', icon: 'give', run: () => askWhom(openId.value),
    when: () => Boolean(row()) },
  { id: 'release', group: 'here', icon: 'inbox', run: () => toQueue(openId.value),
    when: () => Boolean(row()) && !nobody() && (mine() || manages()) },
  { id: 'reply', group: 'here', keys: 'R', icon: 'reply', run: () => write('reply'), when: () => Boolean(row()) },
  { id: 'schedule', group: 'here', keys: 'Ctrl ⇧ ⏎', icon: 'clock',
    run: () => { pane.value = 'thread'; scheduling.value = { id: openId.value, kind: 'reply' }; }, when: written },
  { id: 'sendResolve', group: 'here', keys: 'Alt ⏎', icon: 'send', run: () => sendAll(openId.value, 'resolved'),
    when: written },
  { id: 'sendSnooze', group: 'here', icon: 'send',
    run: () => { dialog.value = { name: 'snooze', id: openId.value, send: true }; }, when: written },
  { id: 'note', group: 'here', keys: 'N', icon: 'note', run: () => write('note'), when: () => Boolean(row()) },
  { id: 'template', group: 'here', keys: '#', icon: 'template', run: () => write('template'),
    when: () => mine() || nobody() },
  { id: 'build', group: 'here', icon: 'button',
    run: () => { pane.value = 'thread'; composing.value = 'build'; }, when: writes },
  { id: 'attach', group: 'here', keys: 'Ctrl Alt A', icon: 'clip', run: () => chooseFiles(openId.value), when: writes },
  { id: 'snooze', group: 'here', keys: 'S', icon: 'snooze', run: ask('snooze'),
    when: () => may() && row()?.phase !== 'resolved' },
  { id: 'unread', group: 'here', keys: 'U', icon: 'eye', run: () => markUnread(openId.value), when: mine },
  { id: 'resolve', group: 'here', keys: 'E', icon: 'done', run: () => resolve(openId.value),
    when: () => may() && !idle() },
  { id: 'resolveNext', group: 'here', keys: '⇧ E', icon: 'done', run: () => resolve(openId.value, true),
    when: () => may() && !idle() },
  { id: 'reopen', group: 'here', keys: 'E', icon: 'refresh', run: () => reopen(openId.value),
    when: () => may() && idle() },
  { id: 'messageUp', group: 'here', keys: '⇧ K', icon: 'down', run: () => moveMessage(-1), when: () => Boolean(row()),
    hidden: true },
  { id: 'messageDown', group: 'here', keys: '⇧ J', icon: 'down', run: () => moveMessage(1), when: () => Boolean(row()),
    hidden: true },
  { id: 'copy', group: 'here', keys: 'Y', icon: 'copy', run: () => pressMessage('copy'), when: () => Boolean(row()) },
  { id: 'quote', group: 'here', keys: 'Q', icon: 'reply', run: () => pressMessage('quote'), when: writes },
  { id: 'react', group: 'here', keys: '+', icon: 'smile', run: () => pressMessage('react'), when: writes },
  { id: 'details', group: 'here', keys: 'D', icon: 'panel', run: flipPanel, when: () => Boolean(row()) },

  { id: 'next', group: 'list', keys: 'J', icon: 'down', run: step(1), hidden: true },
  { id: 'previous', group: 'list', keys: 'K', icon: 'down', run: step(-1), hidden: true },
  { id: 'openRow', group: 'list', keys: '⏎', icon: 'right', run: () => openRow(cursor.value),
    when: () => shownList.ids.includes(cursor.value), hidden: true },
  { id: 'showNew', group: 'list', keys: '.', icon: 'refresh',
    run: () => dispatch({ t: 'list.show', key: listKey(route.value) }), hidden: true },
  { id: 'search', group: 'list', keys: '/', icon: 'search', run: ask('palette'), hidden: true },
  { id: 'filter', group: 'list', keys: 'F', icon: 'filter', run: ask('filter') },
  { id: 'first', group: 'list', keys: 'M', icon: 'plus', run: () => askFirst(), when: writesFirst },
  { id: 'back', group: 'list', keys: 'Esc', icon: 'left', run: () => {}, hidden: true },

  { id: 'go.mine', group: 'go', keys: 'G M', icon: 'user', run: view('mine') },
  { id: 'go.unclaimed', group: 'go', keys: 'G U', icon: 'claim', run: view('unclaimed'),
    when: () => !ownOnly.value },
  { id: 'go.all', group: 'go', keys: 'G T', icon: 'inbox', run: view('all'), when: () => !ownOnly.value },
  { id: 'go.snoozed', group: 'go', keys: 'G S', icon: 'snooze', run: view('snoozed') },
  { id: 'go.resolved', group: 'go', keys: 'G R', icon: 'done', run: view('resolved') },
  { id: 'unconfirmed', group: 'go', icon: 'alert', run: ask('unconfirmed') },
  { id: 'go.settings', group: 'go', keys: 'G ,', icon: 'gear',
    run: () => goSettings(mySettings.value[0]), when: () => mySettings.value.length > 0 },

  { id: 'palette', group: 'app', keys: 'Ctrl K', icon: 'search', run: ask('palette'), hidden: true },
  { id: 'keys', group: 'app', keys: '?', icon: 'keys', run: ask('keys') },
  { id: 'theme', group: 'app', icon: 'moon', run: toggleTheme },
  { id: 'density', group: 'app', icon: 'rows', run: toggleDensity },
  { id: 'account', group: 'app', icon: 'user', run: ask('account') },
  { id: 'logout', group: 'app', icon: 'x', run: logout },
];

/** What changes nothing in the conversation on the screen. */
const looks = ['messageUp', 'messageDown', 'copy', 'details'];

/**
 * Beside the inbox nothing is done to what one does not see there; who looks on does
 * nothing to what he sees.
 * @param {Command} c
 */
export const applies = (c) => (!settings.value || c.group === 'go' || c.group === 'app')
  && (c.group !== 'here' || !looksOn.value || looks.includes(c.id)) && (!c.when || c.when());
