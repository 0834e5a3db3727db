// What the reply will quote, over the field, with the way to take it away.

import { keepQuote, quoteOf } from './quoting.js';
import { firstName, nameOf } from '../text/format.js';
import { html, useEffect, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { threads } from '../core/state.js';
import { keyOf } from '../thread/wamid.js';
import { plain } from '../thread/Content.js';
import { party } from '../thread/EventLine.js';
import { focusComposer } from '../do/focus.js';
import { IconButton } from '../shell/primitives.js';

/** The quote as it is now, here or in another tab. @param {string} id */
export function useQuote(id) {
  const [quoted, set] = useState(() => quoteOf(id));
  useEffect(() => {
    const follow = (/** @type {any} */ e) => { if (e.detail === id) set(quoteOf(id)); };
    addEventListener('prosa:draft', follow);
    follow({ detail: id });
    return () => removeEventListener('prosa:draft', follow);
  }, [id]);
  return quoted;
}

/** @param {{id: string, row: import('../core/types.js').Row, quoted: string}} props */
export function QuoteBar({ id, row, quoted }) {
  const m = threads.value[id]?.items.find((i) => i.message && (i.message.id === quoted
    || keyOf(i.message.id) === keyOf(quoted)))?.message;
  const name = !m ? t('quote.earlier') : m.direction === 'in' ? firstName(nameOf(row.contact)) : party(m.author);
  return html`<div class="quoting" data-test="quoting"><span class="quote" dir="auto"><b>${t('quoting', { name })}</b>
    <span class="cut">${m ? plain(m.content, m.kind) : ''}</span></span>
    <${IconButton} icon="x" label=${t('quoting.off')} keys="Esc" data-test="quoting-off"
      onClick=${() => { keepQuote(id, ''); focusComposer(); }} /></div>`;
}
