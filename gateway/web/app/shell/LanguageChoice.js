import { html } from '../html.js';
import { language, languages, speak } from '../text/i18n.js';

/** The language of the page, kept in the browser. @param {{id: string, first?: boolean}} props first: has the focus */
export const LanguageChoice = ({ id, first = false }) => html`<select class="input" id=${id} data-focus=${first}
  value=${language.value} onChange=${(e) => speak(e.target.value)} data-test="language">${Object.keys(languages)
    .map((tag) => html`<option key=${tag} value=${tag} lang=${tag}>${languages[tag].name}</option>`)}</select>`;
