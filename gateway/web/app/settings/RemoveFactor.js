// Takes the second factor from somebody who has lost the phone.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { useSending } from './form.js';

/** @param {{id: string}} props */
export function RemoveFactor({ id }) {
  const [sure, ask] = useState(false), form = useSending(), none = form.failure?.problem.code === 'not_found';
  const remove = () => form.send(async () => {
    ask(false);
    await api.removeFactor(id);
    toast.value = { text: t('factor.removed') };
  });
  return html`<section class="sec"><h3>${t('factor')}</h3><p class="hint">${t('factor.remove.hint')}</p>
    ${sure ? html`<div class="picks"><button class="btn btn-late" type="button" onClick=${() => void remove()}
      data-test="factor-remove-sure">${t('factor.remove')}</button><button class="btn btn-bare" type="button"
        onClick=${() => ask(false)}>${t('cancel')}</button></div>`
      : html`<button class="btn" type="button" disabled=${form.busy} onClick=${() => ask(true)}
        data-test="factor-remove">${t('factor.remove')}…</button>`}
    ${form.failure && html`<small class="late" role="alert">${t(none ? 'factor.remove.none' : 'no.internal')}</small>`}
      </section>`;
}
