// The file of a message: picture, sticker, film, sound or document, and what
// stands in its place while it is not here. Each type keeps its size, so that
// nothing moves when the file comes.

import { api } from '../wire/api.js';
import { bytes } from '../text/format.js';
import { html, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { fetchAgain } from './files.js';
import { dialog, looksOn } from '../core/state.js';
import { Icon } from '../shell/primitives.js';
import { Voice } from './Voice.js';

const icons = { image: 'image', video: 'play', audio: 'mic', document: 'file', sticker: 'smile' };

/** @param {any} m the content's part */
export const mediaName = (m) => t(`media.${m.type === 'audio' && m.voice ? 'voice' : m.type}`);

/** Whether the bubble is a picture with words below. @param {any} content */
export const isPicture = (content) => content?.media?.type === 'image' || content?.media?.type === 'video';

/**
 * @param {{c: any, id: string, message: import('../core/types.js').Message, from: string}} props
 *   c: the content's part; id: the conversation
 */
export function Media({ c, id, message, from }) {
  const [broken, setBroken] = useState(false), [whole, setWhole] = useState(false);
  const state = broken ? 'dropped' : message.media?.state ?? 'none';
  const address = api.mediaURL(id, message.id), lost = () => setBroken(true);
  if (state !== 'kept') return html`<${Missing} c=${c} id=${id} message=${message} state=${state} />`;
  const alt = t('media.by', { kind: mediaName(c), name: from });
  switch (c.type) {
    case 'image':
      return html`<button type="button" class="pic" onClick=${() => view(id, message)} title=${t('media.view')}
        data-test="picture"><img src=${whole ? address : `${address}?thumb=1`} alt=${alt} decoding="async"
          onError=${whole ? lost : () => setWhole(true)} /></button>`;
    case 'video':
      return html`<button type="button" class="pic" onClick=${() => view(id, message)} aria-label=${alt}
        title=${t('media.view')} data-test="film">
      <video src=${address} preload="metadata" muted tabindex="-1" onError=${lost}></video>
        <span class="pic-play"><${Icon} name="play" /></span></button>`;
    case 'sticker':
      return html`<img class="sticker" src=${address} alt=${alt} decoding="async" onError=${lost} data-test="sticker"
        />`;
    case 'audio': return html`<${Voice} src=${address} name=${message.id} label=${mediaName(c)} lost=${lost} />`;
  }
  const name = c.file_name || mediaName(c);
  return html`<a class="doc" href=${`${address}?download=1`} download=${c.file_name || ''} title=${t('media.download')}
    data-test="document"><span class="sq"><${Icon} name=${icons[c.type] ?? 'file'} /></span>
    <span class="doc-name"><b class="cut" dir="auto">${name}</b>
      <small>${[ending(c.file_name), bytes(message.media?.size ?? 0)].filter(Boolean).join(' · ')}</small></span>
        <${Icon} name="download" label=${t('media.download')} /></a>`;
}

/** A file of ours that the thread does not have yet. @param {{c: any, size: number}} props */
export function Leaving({ c, size }) {
  if (c.type === 'image' && c.file) return html`<span class="pic" data-test="leaving">
    <img src=${api.uploadURL(c.file, true)} alt=${c.file_name} decoding="async" /></span>`;
  const name = c.file_name || mediaName(c);
  return html`<span class="doc" data-test="leaving">
    <span class="sq"><${Icon} name=${icons[c.type] ?? 'file'} /></span>
    <span class="doc-name"><b class="cut" dir="auto">${name}</b>
      <small>${[ending(c.file_name), bytes(size)].filter(Boolean).join(' · ')}</small></span></span>`;
}

const view = (id, message) => {
  dialog.value = { name: 'media', id, message: message.id, play: message.content.media.type === 'video' }; };

/** @param {string|undefined} name */
const ending = (name) => (/\.([a-z0-9]{1,5})$/i.exec(name ?? '')?.[1] ?? '').toUpperCase();

/** What is here instead, in words, with what may be done about it. */
function Missing({ c, id, message, state }) {
  const name = c.file_name || mediaName(c), failed = state === 'failed';
  const words = failed ? t(`media.no.${message.media?.reason || 'unavailable'}`) : t(`media.${state}`);
  const again = failed && !looksOn.value && message.media?.again
    && html`<button type="button" class="link" onClick=${() => void fetchAgain(id, message.id)} data-test="media-again">
      ${t('again')}</button>`;
  const icon = html`<${Icon} name=${failed ? 'alert' : icons[c.type] ?? 'file'} />`;
  if (isPicture({ media: c }) && state !== 'none') {
    return html`<span class=${`pic is-missing ${state === 'wanted' ? 'skel' : ''}`} data-test="media-missing"
      data-state=${state}>${icon}<b class="cut" dir="auto">${name}</b><small>${words}</small>${again}</span>`;
  }
  return html`<span class="doc is-missing" data-test="media-missing" data-state=${state}>
    <span class=${`sq ${state === 'wanted' ? 'skel' : ''}`}>${icon}</span>
    <span class="doc-name"><b class="cut" dir="auto">${name}</b><small>${words}${again && html` ${again}`}</small>
      </span></span>`;
}
