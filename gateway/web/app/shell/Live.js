// Whether the screen is live: beside the views, and above the list where there is
// no room for views.

import { ago, onServer } from '../core/clock.js';
import { net } from '../core/state.js';
import { html } from '../html.js';
import { duration, exactTime } from '../text/format.js';
import { t } from '../text/i18n.js';
import { socket } from '../wire/connection.js';
import { Icon } from './primitives.js';

/** Live, coming back, or stopped for good; words, not colours. */
export function Live() {
  const { phase, since, lastAt, code } = net.value;
  if (phase === 'live')
    return html`<p class="live" role="status" data-test="net" data-net="live"><span class="dot"></span>${t('net.live')}
      </p>`;
  if (phase === 'connecting' || (phase === 'cut' && !since))
    return html`<p class="live" role="status" data-test="net" data-net="connecting"><span class="dot"></span>
      ${t('net.connecting')}</p>`;
  return html`<div class="cutbox" data-test="net" data-net=${phase}><${Icon} name="offline" />
    <p><b role="status">${words()}${code >= 4000 && ` (${code})`}</b>
      <span class="num" aria-hidden="true">
        ${phase === 'cut' && `${duration(ago(since))} · `}${lastAt > 0
          && t('net.asOf', { time: exactTime(onServer(lastAt)) })}
          </span></p><${Remedy} /></div>`;
}

/** What is wrong, in one line; nothing while all is well. */
export function CutStrip() {
  const { phase, since } = net.value;
  if (phase !== 'stopped' && (phase !== 'cut' || !since)) return null;
  return html`<div class="strip only-m" data-test="net-strip"><${Icon} name="offline" />
    <span class="cut"><b role="status">${words()}</b>
      <span class="num" aria-hidden="true">${phase === 'cut' && ` ${duration(ago(since))}`}</span></span><${Remedy} />
        </div>`;
}

const words = () => (net.value.phase === 'stopped' ? t('net.stopped')
  : t(net.value.code === 4006 ? 'net.many' : 'net.cut'));

function Remedy() {
  return net.value.phase === 'stopped'
    ? html`<button class="btn" type="button" onClick=${() => location.reload()}>${t('reload')}</button>`
    : html`<button class="btn" type="button" onClick=${() => socket.retry()} data-test="retry">${t('net.retry')}
      </button>`;
}
