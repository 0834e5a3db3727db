import { html } from '../../html.js';
import { language } from '../../text/i18n.js';

const tags = ['pt-BR', 'pt-PT', 'es', 'es-ES', 'es-MX', 'es-AR', 'en-US', 'en-GB', 'fr', 'it', 'de', 'nl'];

/** @param {{id: string, label: string, value: string, onChange: (tag: string) => void, none?: string,
 *   focus?: boolean}} props none: words for no language at all */
export function LanguageChoice({ id, label, value, onChange, none, focus }) {
  const names = new Intl.DisplayNames([language.value], { type: 'language' });
  const known = value && !tags.includes(value) ? [...tags, value] : tags;
  return html`<div class="field"><label for=${id}><span class="fld-label">${label}</span></label>
    <select class="input" id=${id} value=${value} data-focus=${focus ? '' : undefined} data-test=${id}
      onChange=${(e) => onChange(e.target.value)}>${none && html`<option value="">${none}</option>`}
      ${known.map((x) => html`<option key=${x} value=${x}>${names.of(x)}</option>`)}</select></div>`;
}
