// A quick reply as the customer will read it: what is filled set off, what is missing
// in amber.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { known, pieces } from './replies.js';

/** What a variable is called. @param {string} name */
export const variableName = (name) => (known.includes(name) ? t(`quick.var.${name}`) : name);

/**
 * @param {{text: string, values: Record<string, string>, onMissing?: (name: string) => void}} props onMissing: one of
 *   those without a value was pressed
 */
export const Preview = ({ text, values, onMissing }) => html`<div class="bub" dir="auto" role="group"
  aria-label=${t('quick.preview')} data-test="quick-preview"><span class="text">${pieces(text).map((p, i) => {
    if (!p.name) return p.text;
    const { name } = p, value = (values[name] ?? '').trim();
    return html`<span class=${`var ${value ? '' : 'is-missing'}`} key=${i}
      onClick=${value ? undefined : () => onMissing?.(name)}>${value || variableName(name)}</span>`; })}</span></div>`;
