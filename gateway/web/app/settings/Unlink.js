// Forgets who somebody is at the company's provider.

import { html } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { useSending } from './form.js';
import { provider } from './ProviderSection.js';
import { useFresh } from './resource.js';

/** @param {{id: string}} props */
export function Unlink({ id }) {
  const form = useSending(), none = form.failure?.problem.code === 'not_found';
  useFresh(provider);
  const unlink = () => form.send(async () => {
    await api.unlinkIdentity(id);
    toast.value = { text: t('provider.unlinked') };
  });
  if (!provider.now.value.data?.settings) return null; // there is nothing to be known of anybody
  return html`<section class="sec"><h3>${t('provider.unlink')}</h3><p class="hint">${t('provider.unlink.hint')}</p>
    <button class="btn" type="button" disabled=${form.busy} onClick=${() => void unlink()} data-test="unlink">
      ${t('provider.unlink.do')}</button>
    ${form.failure && html`<small class="late" role="alert">
      ${t(none ? 'provider.unlink.none' : 'no.internal')}</small>`}
      </section>`;
}
