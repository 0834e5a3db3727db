// Sign-in by the company's own provider: whether there is one, and its settings.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { Dialog } from '../shell/Dialog.js';
import { DomainProofs } from './DomainProofs.js';
import { ProviderForm } from './ProviderForm.js';
import { resource, useFresh } from './resource.js';
import { office } from './people_state.js';

export const provider = resource(() => api.provider(), ['settings']);

export function ProviderSection() {
  useFresh(provider);
  useFresh(office);
  const [open, show] = useState(false), now = provider.now.value.data, people = office.now.value.data;
  if (!now) return null;
  const set = now.settings, title = t('provider');
  return html`<section class="sec" data-test="provider"><h3>${title}</h3>
    <p class="hint">${set ? t('provider.on', { label: set.label, domains: set.domains.join(', ') })
      : t('provider.off')}</p>
    <${DomainProofs} domains=${now.domains} onChange=${() => void provider.load()} />
    <button class="btn" type="button" disabled=${!people} onClick=${() => show(true)} data-test="provider-open">
      ${t(set ? 'provider.change' : 'provider.set')}</button>
    ${open && people && html`<${Dialog} label=${title} cls="sheet give" onClose=${() => show(false)}
      test="provider-dialog"><${ProviderForm} now=${now} people=${people.people} teams=${people.teams}
        onClose=${() => { show(false); void provider.load(); }} /><//>`}</section>`;
}
