// The start: who is logged in, what the address asks for, the first picture.

import { halfMinute, startClock } from './core/clock.js';
import { App } from './shell/App.js';
import { nameOf } from './text/format.js';
import { filesOnlyHere } from './composer/attached.js';
import { onlyHere } from './composer/drafts.js';
import { guardDrops } from './do/drop.js';
import { h, render } from './html.js';
import { language, t } from './text/i18n.js';
import { startKeys } from './do/keys.js';
import { loadList, refreshList } from './wire/load_list.js';
import { startPanes } from './shell/panes.js';
import { go, openId, route, settings, mySettings, startRouter } from './shell/router.js';
import { start, watchNetwork } from './wire/session.js';
import { composing, dispatch, effect, me, onePane, pane, rows, session } from './core/state.js';
import { listKey } from './core/list.js';
import { compact, isDark } from './shell/theme.js';

const root = document.documentElement;

startPanes();
startRouter();
startClock();
startKeys();
watchNetwork();
guardDrops();
addEventListener('beforeunload', (e) => { if (onlyHere() || filesOnlyHere()) e.preventDefault(); });
const place = /** @type {HTMLElement} */ (document.getElementById('app'));
place.textContent = ''; // the picture that stood until now
render(h(App, {}), place);

effect(() => { root.dataset.theme = isDark.value ? 'dark' : 'light'; });
effect(() => { root.dataset.density = compact.value ? 'compact' : ''; });
effect(() => { root.lang = language.value; });
effect(() => { document.body.dataset.pane = openId.value ? pane.value : 'list'; });
effect(() => { document.title = title(); });
// Before anything else can be asked for there: what is written next is a reply.
effect(() => { void openId.value; composing.value = 'reply'; });
// What a phone does not show is not looked at either: nobody has read it, or is there.
effect(() => { if (pane.value === 'list' && openId.value && onePane()) go({ id: '' }, { replace: true }); });

// The list of the address, whenever what it names changes.
let shown = '';
effect(() => {
  const key = listKey(route.value);
  if (session.value !== 'in' || key === shown) return;
  shown = key;
  void loadList();
});

// Windows close while nobody writes: a list by windows is compared with the time.
let compared = 0;
effect(() => {
  const now = halfMinute.value;
  if (now === compared || session.value !== 'in' || !route.value.window) return;
  compared = now;
  dispatch({ t: 'time', now });
  void refreshList();
});

// Whoever has no settings finds the inbox at their address.
effect(() => {
  if (session.value === 'in' && settings.value && mySettings.value.length === 0) go({}, { replace: true });
});

/** How many of the person's conversations have something unread, and where one is. */
function title() {
  if (settings.value) return `${t(`settings.${settings.value.page}`)} · ${t('settings')} · Prosa`;
  const own = me.value?.id;
  let unread = 0;
  for (const row of Object.values(rows.value)) if (row.unread > 0 && row.owner.id === own && own) unread++;
  const open = rows.value[openId.value];
  return `${unread ? `(${unread}) ` : ''}${open ? nameOf(open.contact) : t(`view.${route.value.view}`)} · Prosa`;
}

void start();
