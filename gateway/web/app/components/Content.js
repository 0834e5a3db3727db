// What a message says, by its kind. Text is text: nothing of it is read as HTML.

import { html } from '../html.js';
import { t } from '../i18n.js';
import { tokens } from '../markup.js';
import { tag } from '../tongues.js';
import { Icon } from './bits.js';
import { Media } from './Media.js';

const buttonIcons = { URL: 'right', PHONE_NUMBER: 'phone', COPY_CODE: 'copy' };
const fileIcons = { image: 'image', video: 'play', document: 'file' };

/** @param {{text: string}} props */
export const Text = ({ text }) => tokens(text).map((k, i) => {
  switch (k.kind) {
    case 'bold': return html`<b key=${i}>${k.text}</b>`;
    case 'italic': return html`<em key=${i}>${k.text}</em>`;
    case 'strike': return html`<s key=${i}>${k.text}</s>`;
    case 'code': return html`<code key=${i}>${k.text}</code>`;
    case 'link': return html`<a key=${i} href=${k.href} target="_blank" rel="noopener noreferrer nofollow">${k.text}</a>`;
  }
  return k.text;
});

const pad = html`<span class="pad"></span>`;

/**
 * @param {{content: any, kind: string, edit?: string, id: string, message?: import('../types.js').Message, from: string}} props
 *   from: whose it is, in words
 */
export function Content({ content: c, kind, edit, id, message, from }) {
  if (!c) return html`<i class="quiet">${t('msg.erased')}</i>${pad}`;
  if (edit !== undefined && (c.text || c.media)) c = c.text ? { ...c, text: { body: edit } } : { ...c, media: { ...c.media, caption: edit } };
  if (c.text) return html`<span class="text" data-test="text"><${Text} text=${c.text.body ?? ''} /></span>${pad}`;
  if (c.media && message) return html`<${Media} c=${c.media} id=${id} message=${message} from=${from} />
    ${c.media.caption ? html`<span class="text caption" dir="auto"><${Text} text=${c.media.caption} />${pad}</span>` : html`<span class="under"></span>`}`;
  if (c.location) return html`<${Location} l=${c.location} />`;
  if (c.template) return html`<${TemplateParts} c=${c.template} />`;
  if (c.interactive) return html`<span class="tpl">${t('msg.chose')}</span><span class="text">${c.interactive.title || t('kind.interactive')}</span>
    ${c.interactive.description && html`<small class="quiet">${c.interactive.description}</small>`}${pad}`;
  return html`<${Other} c=${c} kind=${kind} />`;
}

/** What was approved and how the customer reads it: header, text, footer and buttons. */
function TemplateParts({ c }) {
  const file = c.header && c.header.format !== 'TEXT' ? c.header.format.toLowerCase() : '';
  return html`<span class="tpl">${t('tpl.line', { name: c.name, language: tag(c.language) })}${c.category ? ` · ${t(`tpl.${c.category}`)}` : ''}</span>
    ${file && html`<span class="doc"><span class="sq"><${Icon} name=${fileIcons[file] ?? 'file'} /></span><span class="doc-name"><b>${t(`media.${file}`)}</b>
      ${/^https?:\/\//.test(c.header.link ?? '') && html`<a class="link cut" href=${c.header.link} target="_blank" rel="noopener noreferrer nofollow">${c.header.link.replace('https://', '')}</a>`}</span></span>`}
    ${c.header?.text && html`<b class="tpl-head" dir="auto">${c.header.text}</b>`}
    <span class="text" data-test="text"><${Text} text=${c.rendered || t('tpl.unrendered')} /></span>
    ${c.footer && html`<small class="tpl-foot" dir="auto">${c.footer}</small>`}${pad}
    ${c.buttons?.length > 0 && html`<span class="tplbtns">${c.buttons.map((b, i) => html`<span class="tplbtn" key=${i} title=${b.url || b.phone}>
      <${Icon} name=${buttonIcons[b.type] ?? 'reply'} cls="i-14" /><span class="cut">${b.text || t('tpl.copyCode')}</span></span>`)}</span>`}`;
}

function Location({ l }) {
  const to = `https://www.openstreetmap.org/?mlat=${Number(l.latitude)}&mlon=${Number(l.longitude)}#map=16/${Number(l.latitude)}/${Number(l.longitude)}`;
  return html`<span class="doc"><span class="sq"><${Icon} name="flag" /></span><span class="doc-name"><b class="cut" dir="auto">${l.name || t('kind.location')}</b>
    <small dir="auto">${l.address || `${Number(l.latitude).toFixed(5)}, ${Number(l.longitude).toFixed(5)}`}</small>
    <a class="link" href=${to} target="_blank" rel="noopener noreferrer">${t('media.map')}</a></span></span>${pad}`;
}

function Other({ c, kind }) {
  const names = kind === 'contacts' && Array.isArray(c.raw) ? c.raw.map((x) => x?.name?.formatted_name).filter(Boolean).join(', ') : '';
  const items = kind === 'order' ? c.raw?.product_items?.length : 0;
  switch (kind) {
    case 'reaction': return html`<span class="text">${c.reaction?.emoji ? t('msg.reacted', { emoji: c.reaction.emoji }) : t('msg.unreacted')}</span>${pad}`;
    case 'edit': return html`<span class="text"><${Text} text=${c.edit?.text ?? ''} /></span>${pad}`;
    case 'revoke': return html`<i class="quiet">${t('msg.revokedOther')}</i>${pad}`;
    case 'system': return html`<span class="text">${c.system?.body || t('kind.system')}</span>${pad}`;
    case 'contacts': return html`<span class="doc"><span class="sq"><${Icon} name="user" /></span><span class="doc-name"><b class="cut" dir="auto">${names || t('kind.contacts')}</b><small>${t('kind.contacts')}</small></span></span>${pad}`;
    case 'order': return html`<span class="doc"><span class="sq"><${Icon} name="file" /></span><span class="doc-name"><b>${t('kind.order')}</b><small>${items ? t('msg.items', { n: items }) : ''}</small></span></span>${pad}`;
  }
  return html`<i class="quiet">${t('msg.unsupported')}${c.unsupported ? ` (${c.unsupported})` : ''}</i>${pad}`;
}

/** A message in one line of plain text. @param {any} c @param {string} kind */
export function plain(c, kind) {
  return c?.text?.body || c?.media?.caption || c?.media?.file_name || c?.template?.rendered || c?.interactive?.title || c?.location?.name
    || t(c?.media ? `media.${c.media.type}` : `kind.${kind || 'text'}`);
}
