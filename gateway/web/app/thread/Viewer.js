// A picture or film as large as the screen, and the next ones of the thread.

import { api } from '../wire/api.js';
import { timeOf } from './blocks.js';
import { fullTime } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { viewable } from './viewable.js';
import { dialog, rows, threads } from '../core/state.js';
import { Dialog, close } from '../shell/Dialog.js';
import { Icon, IconButton } from '../shell/primitives.js';
import { mediaName } from './Media.js';

/** @param {{id: string, message: string, play?: boolean}} props play: the film was asked for, not come across */
export function Viewer({ id, message, play }) {
  const all = viewable(threads.value[id]?.items ?? []);
  const at = all.findIndex((i) => i.message?.id === message), item = all[at];
  if (!item?.message) return null;
  const go = (/** @type {number} */ to) => { if (all[to]?.message)
    dialog.value = { name: 'media', id, message: all[to].message.id }; };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight' || e.target instanceof HTMLMediaElement) return;
    e.preventDefault();
    go(at + (e.key === 'ArrowLeft' ? -1 : 1));
  };
  const c = item.message.content.media, address = api.mediaURL(id, message),
    name = rows.value[id]?.contact.name || t('party.contact');
  const label = t('media.by', { kind: mediaName(c), name });
  return html`<${Dialog} label=${label} cls="viewer" test="viewer" onKeyDown=${keys}>
    <header class="viewer-bar">
      <span class="txt"><b class="cut" dir="auto">${name}</b><small class="cut">${fullTime(timeOf(item))}</small></span>
      <span class="viewer-n" role="status" data-test="viewer-place">${t('media.place', { n: at + 1, all: all.length })}
        </span>
      <a class="ibtn" href=${`${address}?download=1`} download title=${t('media.download')} data-test="viewer-download">
        <${Icon} name="download" /><span class="sr">${t('media.download')}</span></a>
      <${IconButton} icon="x" label=${t('palette.close')} keys="Esc" onClick=${close} data-focus
        data-test="viewer-close" /></header>
    <div class="viewer-box" key=${message}>
      ${c.type === 'video'
        ? html`<video src=${address} controls autoplay=${play} preload="metadata" aria-label=${label}></video>`
          : html`<img src=${address} alt=${label} />`}</div>
    ${at > 0
      && html`<${IconButton} icon="left" label=${t('media.before')} cls="viewer-go is-back" onClick=${() => go(at - 1)}
        data-test="viewer-back" />`}
    ${at < all.length - 1
      && html`<${IconButton} icon="right" label=${t('media.after')} cls="viewer-go is-on" onClick=${() => go(at + 1)}
        data-test="viewer-on" />`}
    ${c.caption && html`<p class="viewer-words" dir="auto">${c.caption}</p>`}
  <//>`;
}
