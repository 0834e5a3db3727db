// The company's provider in the place of the present password.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { proveAt, providerFailed } from '../wire/ways.js';
import { failedWords } from '../shell/Ways.js';
import { own } from './own_state.js';

export function ByProvider() {
  const f = own.now.value.data;
  if (!f?.provider || f.proven) return null;
  return html`<p class="hint">${t('own.byProvider')} <a class="link" href=${proveAt(f.company)} data-test="prove">
    <bdi>${f.provider}</bdi></a></p>`;
}

/** Why the sign-in there proved nothing. */
export const NotProven = () => (providerFailed.value ? html`<p class="late" role="alert" data-test="not-proven">
  ${failedWords(providerFailed.value)}</p>` : null);
