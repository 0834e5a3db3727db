// What a message says, by its kind. Text is text: nothing of it is read as HTML.

import { money, number } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { tag } from '../text/languages.js';
import { Icon } from '../shell/primitives.js';
import { Leaving, Media } from './Media.js';
import { Prompt } from './Prompt.js';
import { Text } from './Text.js';

const buttonIcons = { URL: 'right', PHONE_NUMBER: 'phone', COPY_CODE: 'copy' };
const fileIcons = { image: 'image', video: 'play', document: 'file' };

const pad = html`<span class="pad"></span>`;

/** What a message says, under what its sender had seen before. @param {Parameters<typeof Said>[0]} props */
export function Content(props) {
  const { referral, product } = props.content ?? {};
  return html`${referral && html`<${Advert} r=${referral} />`}${product && html`<${Product} p=${product} />`}
    <${Said} ...${props} />`;
}

/**
 * @param {{content: any, kind: string, edit?: string, id: string, message?: import('../core/types.js').Message, from:
 *   string}} props
 *   from: whose it is, in words
 */
export function Said({ content: c, kind, edit, id, message, from }) {
  if (!c) return html`<i class="quiet">${t('msg.erased')}</i>${pad}`;
  if (edit !== undefined && (c.text || c.media))
    c = c.text ? { ...c, text: { body: edit } } : { ...c, media: { ...c.media, caption: edit } };
  if (c.text) return html`<span class="text" data-test="text"><${Text} text=${c.text.body ?? ''} /></span>${pad}`;
  if (c.media && message) return html`<${Media} c=${c.media} id=${id} message=${message} from=${from} />
    ${c.media.caption ? html`<span class="text caption" dir="auto"><${Text} text=${c.media.caption} />${pad}</span>`
      : html`<span class="under"></span>`}`;
  if (c.media) return html`<${Leaving} c=${c.media} size=${c.size} />
    ${c.media.caption ? html`<span class="text caption" dir="auto"><${Text} text=${c.media.caption} />${pad}</span>`
      : html`<span class="under"></span>`}`;
  if (c.call)
    return html`<span class="text" data-test="call"><${Icon} name="phone" />${' '}
      ${c.call.missed ? t('call.missed') : t('call.ended', { time: length(c.call.seconds ?? 0) })}</span>${pad}`;
  if (c.location) return html`<${Location} l=${c.location} />`;
  if (c.template) return html`<${TemplateParts} c=${c.template} />`;
  if (c.prompt) return html`<${Prompt} p=${c.prompt} />`;
  if (c.interactive?.fields) return html`<${Form} fields=${c.interactive.fields} />`;
  if (c.contacts) return html`<${Cards} cards=${c.contacts} />`;
  if (c.order) return html`<${Order} o=${c.order} />`;
  if (c.interactive)
    return html`<span class="tpl">${t('msg.chose')}</span>
      <span class="text">${c.interactive.title || t('kind.interactive')}</span>
    ${c.interactive.description && html`<small class="quiet">${c.interactive.description}</small>`}${pad}`;
  return html`<${Other} c=${c} kind=${kind} />`;
}

/** What was approved and how the customer reads it: header, text, footer and buttons. */
function TemplateParts({ c }) {
  const file = c.header && c.header.format !== 'TEXT' ? c.header.format.toLowerCase() : '';
  return html`<span class="tpl">
    ${t('tpl.line', { name: c.name, language: tag(c.language) })}${c.category ? ` · ${t(`tpl.${c.category}`)}` : ''}
      </span>
    ${file
      && html`<span class="doc"><span class="sq"><${Icon} name=${fileIcons[file] ?? 'file'} /></span>
        <span class="doc-name"><b>${t(`media.${file}`)}</b>
      ${/^https?:\/\//.test(c.header.link ?? '')
        && html`<a class="link cut" href=${c.header.link} target="_blank" rel="noopener noreferrer nofollow">
          ${c.header.link.replace('https://', '')}</a>`}</span></span>`}
    ${c.header?.text && html`<b class="tpl-head" dir="auto">${c.header.text}</b>`}
    <span class="text" data-test="text"><${Text} text=${c.rendered || t('tpl.unrendered')} /></span>
    ${c.footer && html`<small class="tpl-foot" dir="auto">${c.footer}</small>`}${pad}
    ${c.buttons?.length > 0
      && html`<span class="tplbtns">
        ${c.buttons.map((b, i) => html`<span class="tplbtn" key=${i} title=${b.url || b.phone}>
      <${Icon} name=${buttonIcons[b.type] ?? 'reply'} cls="i-14" /><span class="cut">${b.text || t('tpl.copyCode')}
        </span></span>`)}</span>`}`;
}

/** How long a call was: minutes and seconds. @param {number} s */
const length = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;

function Location({ l }) {
  const to =
    `https://www.openstreetmap.org/?mlat=${Number(l.latitude)}&mlon=${Number(l.longitude)}`
      + `#map=16/${Number(l.latitude)}/${Number(l.longitude)}`;
  return html`<span class="doc"><span class="sq"><${Icon} name="flag" /></span>
    <span class="doc-name"><b class="cut" dir="auto">${l.name || t('kind.location')}</b>
    <small dir="auto">${l.address || `${Number(l.latitude).toFixed(5)}, ${Number(l.longitude).toFixed(5)}`}</small>
    <a class="link" href=${to} target="_blank" rel="noopener noreferrer">${t('media.map')}</a></span></span>${pad}`;
}

function Other({ c, kind }) {
  switch (kind) {
    case 'reaction':
      return html`<span class="text">
        ${c.reaction?.emoji ? t('msg.reacted', { emoji: c.reaction.emoji }) : t('msg.unreacted')}</span>${pad}`;
    case 'edit': return html`<span class="text"><${Text} text=${c.edit?.text ?? ''} /></span>${pad}`;
    case 'revoke': return html`<i class="quiet">${t('msg.revokedOther')}</i>${pad}`;
    case 'system': return html`<span class="text">${c.system?.body || t('kind.system')}</span>${pad}`;
  }
  return html`<${Unsupported} c=${c} />`;
}

/** What cannot be shown says why, what it is, and holds what came. */
function Unsupported({ c }) {
  const what = typeof c.raw?.unsupported?.type === 'string' ? c.raw.unsupported.type
    : typeof c.raw?.type === 'string' && c.raw.type !== 'unsupported' ? c.raw.type : '';
  return html`<i class="quiet" data-test="unsupported">
    ${t(whyNot[c.code] ?? 'msg.unsupported')}${what ? ` (${what})` : ''}${c.code ? ` (${c.code})` : ''}</i>
    ${c.raw
      && html`<details class="raw" data-test="raw"><summary>${t('msg.raw')}</summary>
        <pre dir="ltr" tabindex="0" aria-label=${t('msg.raw')}>${JSON.stringify(c.raw, null, 1)}</pre>
          </details>`}${pad}`;
}

const whyNot = { 131060: 'msg.elsewhere', 131052: 'msg.noFile' };

/** Contact cards, with all their addresses. */
const Cards = ({ cards }) =>
  html`<span class="cards" data-test="cards">
    ${cards.map((x, i) => html`<span class="doc" key=${i}><span class="sq"><${Icon} name="user" /></span>
  <span class="doc-name"><b dir="auto">${x.name}</b>
    ${x.organisation && html`<small dir="auto">${x.organisation}</small>`}
    ${[...(x.phones ?? []), ...(x.emails ?? [])].map((e, n) =>
      html`<small key=${n}><bdi>${e.value}</bdi>${e.type ? ` · ${e.type.toLowerCase()}` : ''}</small>`)}</span>
        </span>`)}</span>${pad}`;

/** What was chosen from a catalogue, and what it costs. */
const Order = ({ o }) =>
  html`<span class="tpl">${t('kind.order')} · ${t('msg.items', { n: o.items?.length ?? 0 })}</span>
  <span class="order" data-test="order">
    ${(o.items ?? []).map((x, i) =>
      html`<span class="order-item" key=${i}>
        <span>${x.quantity ? `${number(x.quantity)} × ` : ''}<bdi>${x.product || '?'}</bdi></span>
          <span>${x.unpriced ? '' : money(x.price ?? 0, x.currency)}</span></span>`)}
    ${o.currency
      && html`<span class="order-item order-sum"><b>${t('order.total')}</b><b>${money(o.total ?? 0, o.currency)}</b>
        </span>`}</span>
  ${o.text && html`<span class="text" dir="auto"><${Text} text=${o.text} /></span>`}${pad}`;

/** What was filled in, each under its name. */
const Form = ({ fields }) => html`<span class="tpl">${t('form.filled')}</span>
  <span class="form" data-test="form">
    ${fields.map((f, i) =>
      html`<span class="form-field" key=${i}>
        ${f.name && html`<small dir="auto">${f.name}</small>`}<span class="text" dir="auto">${f.value || '–'}</span>
          </span>`)}</span>${pad}`;

function Advert({ r }) {
  const safe = /^https?:\/\//.test(r.url ?? '');
  return html`<span class="source" data-test="advert"><small>${t(r.type === 'post' ? 'source.post' : 'source.ad')}
    </small>${r.headline && html`<b dir="auto">${r.headline}</b>`}
    ${r.body && html`<span dir="auto">${r.body}</span>`}${safe
      && html`<a class="link cut" href=${r.url} target="_blank" rel="noopener noreferrer nofollow">
        ${r.url.replace(/^https?:\/\//, '')}</a>`}</span>`;
}

const Product = ({ p }) =>
  html`<span class="source" data-test="product"><small>${t('source.product')}</small><b><bdi>${p.id}</bdi></b></span>`;

/** What a card, an order or a form says in one line. */
const listed = (c) => c?.contacts?.map((x) => x.name).join(', ')
  || [c?.order?.text,
    ...(c?.order?.items ?? []).map((x) => (x.quantity ? `${x.quantity} × ${x.product}` : x.product))].filter(Boolean)
      .join(' · ')
  || c?.interactive?.fields?.map((f) => f.value).filter(Boolean).join(' · ');

/** A message in one line of plain text. @param {any} c @param {string} kind */
export function plain(c, kind) {
  return c?.text?.body || c?.media?.caption || c?.media?.file_name || c?.template?.rendered || listed(c)
    || c?.interactive?.title || c?.location?.name
    || t(c?.media ? `media.${c.media.type}` : `kind.${kind || 'text'}`);
}
