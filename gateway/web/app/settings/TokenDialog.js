// Gives a number another token. Meta is asked first whether it is good for just this
// number; until then the one before stays.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { Dialog } from '../shell/Dialog.js';
import { useSending } from './form.js';
import { Fault, Field, Waiting } from './connect/Checks.js';

/** @param {{number: {id: string, name: string, display: string}, onReplaced: () => Promise<void>,
 *   onClose: () => void}} props */
export function TokenDialog({ number, onReplaced, onClose }) {
  const [token, setToken] = useState(''), form = useSending();
  const name = number.name || number.display, title = t('connect.replaceOf', { name });
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      await api.replaceToken(number.id, token.trim());
      await onReplaced();
      onClose();
      toast.value = { text: t('connect.replaced', { name }) };
    });
  };
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test="token-dialog">
    <form onSubmit=${submit}><h2>${title}</h2><p class="hint later">${t('connect.replace.hint')}</p>
    <${Field} view=${{ checks: [] }} form=${form} name="token" label=${t('connect.token')} value=${token}
      onInput=${setToken} hint=${t('connect.token.hint')}
      more=${{ type: 'password', maxlength: 4096, 'data-focus': '' }} />
    ${form.busy && html`<${Waiting} />`}<${Fault} failure=${form.failure} />
    <div class="ends"><span class="grow"></span>
      <button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main" type="submit" disabled=${!token.trim() || form.busy} data-test="token-replace">
        ${t('connect.replace')}</button></div></form><//>`;
}
