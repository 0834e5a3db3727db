import { html, useEffect, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { fresh, go, openId, route, settings, mySettings } from './router.js';
import { halfSignIn } from '../wire/ways.js';
import { invitationToken, resetToken } from '../wire/reset.js';
import {
  computed, net, dialog, me, ownOnly, pane, panelFlipped, rows, session, threads, toast,
} from '../core/state.js';
import { Icon } from './primitives.js';
import { DemoStrip } from './DemoPeople.js';
import { Join } from './Join.js';
import { ListPane } from '../list/ListPane.js';
import { Login } from './Login.js';
import { Palette } from './Palette.js';
import { Panel } from '../panel/Panel.js';
import { Rail } from './Rail.js';
import { Reset } from './Reset.js';
import { Settings } from '../settings/Settings.js';
import { AccountSheet, FilterSheet, KeysSheet, SnoozeSheet } from './Sheets.js';
import { Half } from './Ways.js';
import { ThreadPane } from '../thread/ThreadPane.js';
import { Transfer } from './Transfer.js';
import { WriteFirst } from '../composer/WriteFirst.js';
import { Unconfirmed } from './Unconfirmed.js';
import { Viewer } from '../thread/Viewer.js';
import { Views } from './Views.js';

const isGone = computed(() => threads.value[openId.value]?.state === 'gone');

/** The whole screen. */
export function App() {
  if (resetToken.value) return html`<${Reset} />`;
  if (invitationToken.value) return html`<${Join} />`;
  if (halfSignIn.value) return html`<${Half} />`;
  if (session.value === 'out') return html`<${Login} /><${Toast} />`;
  if (settings.value && mySettings.value.length > 0) return html`<${Settings} /><${Dialogs} /><${Toast} />`;
  const empty = !openId.value || isGone.value, cut = net.value.phase === 'cut' && net.value.since > 0;
  const cls = ['app', empty && 'is-empty', panelFlipped.value && 'no-panel', cut && 'is-stale'].filter(Boolean)
    .join(' ');
  return html`<div class=${cls}><${DemoStrip} /><${Rail} /><${Views} />
    <main class="work"><h1 class="sr">${t('inbox')}</h1><${ListPane} /><${ThreadPane} /></main>
    <${Panel} /><${TabBar} /></div><${Dialogs} /><${Toast} />`;
}

function Dialogs() {
  const d = dialog.value;
  switch (d?.name) {
    case 'palette': return html`<${Palette} />`;
    case 'keys': return html`<${KeysSheet} />`;
    case 'unconfirmed': return html`<${Unconfirmed} />`;
    case 'filter': return html`<${FilterSheet} />`;
    case 'account': return html`<${AccountSheet} />`;
    case 'first': return html`<${WriteFirst} to=${d.to} name=${d.called} not=${d.not} />`;
    case 'transfer': return html`<${Transfer} id=${d.id} />`;
    case 'media': return html`<${Viewer} id=${d.id} message=${d.message} play=${d.play} />`;
    case 'snooze': return html`<${SnoozeSheet} id=${d.id} send=${d.send} />`;
  }
  return null;
}

/** Where one goes on a phone. */
function TabBar() {
  const mine = Object.values(rows.value).filter((r) => r.unread > 0 && r.owner.id === me.value?.id).length;
  const tab = (view, icon) =>
    html`<button type="button" aria-current=${route.value.view === view ? 'page' : undefined}
      onClick=${() => go(fresh(view))}>
    <${Icon} name=${icon} />
      ${t(`view.${view}`)}${view === 'mine' && mine > 0 && html`<span class="count">${mine > 99 ? '99+' : mine}</span>`}
        </button>`;
  return html`<nav class="tabbar" aria-label=${t('rail')}>
    ${tab('mine', 'user')}${ownOnly.value ? tab('resolved', 'done')
      : html`${tab('unclaimed', 'claim')}${tab('all', 'inbox')}`}
    <button type="button" onClick=${() => { dialog.value = { name: 'palette' }; }}><${Icon} name="search" />
      ${t('search')}</button>
    <button type="button" onClick=${() => { dialog.value = { name: 'account' }; }}><${Icon} name="more" />
      ${t('account')}</button></nav>`;
}

const stay = 5000;

/** What was done, and the way back. It stays while one points at it. */
function Toast() {
  const now = toast.value, [held, hold] = useState(false);
  useEffect(() => hold(false), [now]);
  useEffect(() => {
    if (!now || held) return undefined;
    const timer = setTimeout(() => { if (toast.value === now) toast.value = null; }, stay);
    return () => clearTimeout(timer);
  }, [now, held]);
  return html`<div role="status" class="toast-box">
    ${now
      && html`<div class="toast" onMouseEnter=${() => hold(true)} onMouseLeave=${() => hold(false)}
        onFocusIn=${() => hold(true)} onFocusOut=${() => hold(false)} data-test="toast"><span dir="auto">${now.text}
          </span>
    ${now.action
      && html`<button type="button" onClick=${() => { now.action?.run(); toast.value = null; }}>${now.action.label}
        </button>`}</div>`}</div>`;
}
