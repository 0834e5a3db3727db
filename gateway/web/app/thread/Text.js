// A text with WhatsApp's own light markup, shown as such; nothing of it is read as HTML.

import { html } from '../html.js';
import { tokens } from './markup.js';

/** @param {{text: string}} props */
export const Text = ({ text }) => tokens(text).map((k, i) => {
  switch (k.kind) {
    case 'bold': return html`<b key=${i}>${k.text}</b>`;
    case 'italic': return html`<em key=${i}>${k.text}</em>`;
    case 'strike': return html`<s key=${i}>${k.text}</s>`;
    case 'code': return html`<code key=${i}>${k.text}</code>`;
    case 'link':
      return html`<a key=${i} href=${k.href} target="_blank" rel="noopener noreferrer nofollow">${k.text}</a>`;
  }
  return k.text;
});
