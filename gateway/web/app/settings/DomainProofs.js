// Domains of the provider that are not proven to be the company's, and how each is.

import { html } from '../html.js';
import { api } from '../wire/api.js';
import { copyText } from '../do/actions.js';
import { t } from '../text/i18n.js';
import { Icon } from '../shell/primitives.js';
import { useSending } from './form.js';

/** @typedef {import('../core/api_types.js').ProviderDomain} Domain */

/** @param {{domains: Domain[], onChange: () => void}} props */
export function DomainProofs({ domains, onChange }) {
  const open = domains.filter((d) => !d.proven);
  if (open.length === 0) return null;
  return html`<div class="proofs" data-test="domain-proofs"><p class="hint">${t('provider.unproven')}</p>
    ${open.map((d) => html`<${Proof} key=${d.name} domain=${d} onChange=${onChange} />`)}</div>`;
}

/** @param {{domain: Domain, onChange: () => void}} props */
function Proof({ domain, onChange }) {
  const form = useSending(), problem = form.failure?.problem;
  const check = () => void form.send(async () => { await api.proveDomain(domain.name); onChange(); });
  return html`<div class="field" role="group" aria-label=${domain.name} data-test=${`domain-${domain.name}`}>
    <b><bdi>${domain.name}</bdi></b>
    <${Copied} label=${t('provider.record')} value=${domain.record} />
    <${Copied} label=${t('provider.value')} value=${domain.value} />
    <button class="btn" type="button" disabled=${form.busy} onClick=${check} data-test="domain-check">
      ${t(form.busy ? 'provider.proving' : 'provider.prove')}</button>
    ${problem && html`<small class="late" role="alert" data-test="domain-bad">${t('provider.no.domain')}
      ${problem.detail ? ` (${problem.detail})` : ''}</small>`}</div>`;
}

/** @param {{label: string, value: string}} props */
const Copied = ({ label, value }) => html`<span class="fld-label">${label}</span><div class="linkbox">
  <input class="input" readonly value=${value} aria-label=${label} onFocus=${(e) => e.target.select()} />
  <button class="btn" type="button" aria-label=${`${t('copy')}: ${label}`} onClick=${() => void copyText(value)}>
    <${Icon} name="copy" cls="i-14" />${t('copy')}</button></div>`;
