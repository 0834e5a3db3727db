// Who must have a second factor.

import { html } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { resource, useFresh } from './resource.js';

const policy = resource(() => api.signInPolicy());

export function FactorPolicy() {
  useFresh(policy);
  const now = policy.now.value.data, form = useSending();
  if (!now) return null;
  const set = (factor) => form.send(async () => {
    try { await api.setSignInPolicy(now.version, factor); } finally { await policy.load(); }
  });
  return html`<section class="sec" data-test="factor-policy"><label class="field" for="factor-policy">
    <span>${t('factor.policy')}</span><select class="input" id="factor-policy" value=${now.settings.factor}
      disabled=${form.busy} onChange=${(e) => void set(e.target.value)} data-test="policy">
      ${['optional', 'admins', 'all'].map((name) => html`<option key=${name} value=${name}>
        ${t(`factor.policy.${name}`)}</option>`)}</select><small class="hint">${t('factor.policy.hint')}</small></label>
    ${form.failure?.problem.code === 'outdated' ? html`<small class="late" role="alert">${t('settings.conflict.any')}
      </small>` : html`<${Wrong} failure=${form.failure} field="" />`}</section>`;
}
