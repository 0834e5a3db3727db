import { html } from '../html.js';
import { me } from '../core/state.js';
import { languages, t } from '../text/i18n.js';
import { chooseLanguage } from '../wire/own_language.js';

/**
 * The language of the page, kept with the account.
 * @param {{id: string, first?: boolean}} props first: has the focus
 */
export const LanguageChoice = ({ id, first = false }) => html`<select class="input" id=${id} data-focus=${first}
  value=${me.value?.interface_language ?? ''} onChange=${(e) => void chooseLanguage(e.target.value)}
  data-test="language"><option value="">${t('profile.interface.browser')}</option>${Object.keys(languages)
    .map((tag) => html`<option key=${tag} value=${tag} lang=${tag}>${languages[tag].name}</option>`)}</select>`;
