// The open conversation: its head, its messages, its composer.

import { askWhom, markUnread, resolve, reopen } from '../do/actions.js';
import { halfMinute } from '../core/clock.js';
import { explain } from '../text/failure.js';
import { labels, nameOf, since, unowned } from '../text/format.js';
import { keepsFromPassing } from '../core/handover.js';
import { html, useEffect } from '../html.js';
import { t } from '../text/i18n.js';
import { loadThread, openThread } from '../wire/load_thread.js';
import { flipPanel } from '../shell/panes.js';
import { leave, openId, route } from '../shell/router.js';
import { dialog, looksOn, me, net, noNumber, numbers, pane, panelFlipped, presence, rows, session,
  threads } from '../core/state.js';
import { Avatar, Chip, Icon, IconButton, Keys, OwnerAvatar } from '../shell/primitives.js';
import { Composer } from '../composer/Composer.js';
import { Gone } from './Gone.js';
import { Setup } from '../shell/Setup.js';
import { Scheduled } from './Scheduled.js';
import { Stream } from './Stream.js';
import { party } from './EventLine.js';

export function ThreadPane() {
  const id = openId.value, at = Number(route.value.at), thread = threads.value[id], row = rows.value[id];
  useEffect(() => { if (session.value === 'in') void openThread(id, at); }, [id, at, session.value]);
  if (!id) return html`<${Nothing} />`;
  if (thread?.state === 'gone') return html`<${Gone} id=${id} />`;
  if (thread?.state === 'error') return html`<${Broken} id=${id} code=${thread.error} />`;
  const ready = thread?.state === 'ready' && row;
  return html`<section class="thread-pane" aria-label=${t('thread')} data-test="thread" data-id=${id}
    aria-busy=${!ready}>
    ${row ? html`<${Head} id=${id} row=${row} />`
      : html`<header class="thread-bar">
        <div class="thread-id sk-col"><span class="skel sk-10 w-3"></span><span class="skel sk-10 w-4"></span></div>
          </header>`}
    ${ready ? html`<${Stream} id=${id} at=${at} row=${row} thread=${thread} key=${id} />` : html`<${Loading} />`}
    ${ready && html`<${Scheduled} id=${id} row=${row} />`}
    ${row ? html`<${Composer} id=${id} row=${row} key=${`c${id}`} />`
      : html`<div class="composer" aria-hidden="true"><div class="comp-top"></div></div>`}
  </section>`;
}

function Head({ id, row }) {
  const now = halfMinute.value, mine = row.owner.id === me.value?.id, nobody = row.owner.kind === 'nobody';
  const label = labels(numbers.value)[row.phone_number_id], done = row.phase === 'resolved',
    idle = done || row.phase === 'snoozed';
  const others = (presence.value[id] ?? []).filter((p) => p.who.id !== me.value?.id);
  const may = !looksOn.value && (mine || nobody || me.value?.role !== 'agent');
  return html`<header class="thread-bar">
    <${IconButton} icon="left" label=${t('back')} cls="back" onClick=${leave} data-test="back" />
    <div class="thread-id"><h2 class="cut" data-test="thread-name"><bdi>${nameOf(row.contact)}</bdi></h2>
      <p class="thread-sub"><${Chip} of=${label} />
        <span class="own" data-test="owner"><${OwnerAvatar} owner=${row.owner} me=${me.value?.id} />
          <span class="cut">${ownership(row, mine, now)}</span></span>
        ${idle && html`<span class="tag">${t(`phase.${row.phase}`)}</span>`}</p></div>
    ${others.length > 0
      && html`<span class="seen-by" data-test="present">
        ${others.slice(0, 3)
          .map((p) => html`<${Avatar} key=${p.who.id} name=${p.who.name ?? ''} size=${24} state=${p.state}
      title=${t(p.state === 'typing' ? 'row.typing' : 'row.viewing', { name: p.who.name })} />`)}
        <span class="sr" role="status">
          ${others.map((p) => t(p.state === 'typing' ? 'row.typing' : 'row.viewing', { name: p.who.name })).join('. ')}
            </span></span>`}
    <div class="acts">
      ${!looksOn.value && html`<${IconButton} icon="swap" label=${t('transfer')} keys="T" cls="hide-s"
        aria-disabled=${keepsFromPassing(row, me.value) !== ''} onClick=${() => askWhom(id)} data-test="transfer" />`}
      ${may && !done
        && html`<${IconButton} icon="snooze" label=${t('snooze')} keys="S" cls="hide-s"
          onClick=${() => { dialog.value = { name: 'snooze', id }; }} data-test="snooze" />`}
      ${mine && html`<${IconButton} icon="eye" label=${t('do.unread')} keys="U" cls="hide-s"
        onClick=${() => void markUnread(id)} data-test="unread" />`}
      <${IconButton} icon="panel" label=${t('details')} keys="D" cls="to-panel" aria-pressed=${panelFlipped.value}
        onClick=${flipPanel} data-test="panel" />
      <${IconButton} icon="more" label=${t('more')} cls="only-s"
        onClick=${() => { dialog.value = { name: 'palette', here: true }; }} />
      ${may && (idle
        ? html`<button class="btn hide-s" type="button" onClick=${() => void reopen(id)} data-test="reopen">
          ${t('reopen')}<${Keys} keys="E" /></button>`
        : html`<button class="btn hide-s" type="button" onClick=${() => void resolve(id)} data-test="resolve">
          ${t('resolve')}<${Keys} keys="E" /></button>`)}
    </div></header>`;
}

/** The lock is always said in words. */
function ownership(row, mine, now) {
  const at = Date.parse(row.owner.since || row.queued_since || '') || 0;
  if (row.owner.kind === 'nobody') return unowned(at, now);
  const when = at ? since(at, now) : '';
  return mine ? t('own.you', { when }) : t('own.other', { name: party(row.owner), when });
}

const Loading = () =>
  html`<div class="stream" data-test="thread-loading"><span class="skel sk-40 w-5"></span>
    <span class="skel sk-64 w-6 to-end"></span><span class="skel sk-40 w-4"></span>
  <span class="skel sk-40 w-5 to-end"></span><span class="skel sk-64 w-6"></span></div><div class="jump-box"></div>`;

const Nothing = () =>
  (noNumber.value
    ? html`<section class="thread-pane" aria-label=${t('thread')} data-test="thread-empty"><${Setup} /></section>`
      : html`<section class="thread-pane" aria-label=${t('thread')} data-test="thread-empty">
        <div class="blank mid"><h3>${t('none.title')}</h3><p>${t('none.text')}</p>
  <dl class="keylist">
    ${['J K', 'C', 'G U', 'Ctrl K'].map((k) =>
      html`<dt key=${k}><${Keys} keys=${k} /></dt><dd>${t(`none.${k.replace(' ', '')}`)}</dd>`)}</dl></div></section>`);

/** Not read, for a reason; what only waits for the connection comes by itself. */
function Broken({ id, code }) {
  const cut = code === 'unreachable' && net.value.phase === 'cut';
  return html`<section class="thread-pane" aria-label=${t('thread')} data-test="thread-error">
    <div class="blank mid"><${Icon} name=${cut ? 'offline' : 'alert'} /><h3>${t(cut ? 'thread.cut' : 'thread.error')}
      </h3>
  <p>${cut ? t('thread.later') : explain({ code: code ?? '', title: '', status: 0 })}</p>
    <button class="btn" type="button" onClick=${() => void loadThread(id)}>${t('again')}</button>
  <button class="btn btn-bare only-s" type="button" onClick=${leave}>${t('gone.back')}</button></div></section>`;
}
