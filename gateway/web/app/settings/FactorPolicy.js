// Who must have a second factor.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { useUnsaved } from '../shell/unsaved.js';
import { Confirm } from './Confirm.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { resource, useFresh } from './resource.js';

const policy = resource(() => api.signInPolicy());

export function FactorPolicy() {
  useFresh(policy);
  const now = policy.now.value.data, form = useSending(), [asking, ask] = useState(false);
  const [chosen, choose] = useState(''), is = now?.settings.factor, factor = chosen || is;
  useUnsaved(factor !== is);
  if (!now) return null;
  const publish = () => form.send(async () => {
    ask(false);
    try { await api.setSignInPolicy(now.version, factor); } finally { await policy.load(); choose(''); }
    toast.value = { text: t('own.saved') };
  });
  const submit = (e) => { e.preventDefault(); ask(true); };
  return html`<form class="sec policy" data-test="factor-policy" onSubmit=${submit}>
    <label class="field" for="factor-policy"><span>${t('factor.policy')}</span><select class="input" id="factor-policy"
      value=${factor} disabled=${form.busy} onChange=${(e) => choose(e.target.value)} data-test="policy">
      ${['optional', 'admins', 'all'].map((name) => html`<option key=${name} value=${name}>
        ${t(`factor.policy.${name}`)}</option>`)}</select><small class="hint">${t('factor.policy.hint')}</small></label>
    <button class="btn" type="submit" disabled=${form.busy || factor === is} data-test="policy-save">${t('save')}
      </button>
    ${form.failure?.problem.code === 'outdated' ? html`<small class="late" role="alert">${t('settings.conflict.any')}
      </small>` : html`<${Wrong} failure=${form.failure} field="" />`}
    </form>${asking && html`<${Confirm} title=${t('factor.policy.sure')} text=${t(`factor.policy.sure.${factor}`)}
      act=${t('save')} bad=${false} onYes=${() => void publish()} onClose=${() => ask(false)} test="policy-sure" />`}`;
}
