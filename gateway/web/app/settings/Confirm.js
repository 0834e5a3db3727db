// Asks before what cannot be taken back.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { Dialog } from '../shell/Dialog.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';

/**
 * @param {{title: string, text: string, act: string, onYes: () => Promise<void>|void, onClose: () => void,
 *   stay?: string, bad?: boolean, test: string}} props act: on the button; bad: something is lost by it
 */
export function Confirm({ title, text, act, onYes, onClose, stay = t('cancel'), bad = true, test }) {
  const form = useSending();
  const submit = (e) => { e.preventDefault(); void form.send(async () => { await onYes(); }); };
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test=${test}><form onSubmit=${submit}>
    <h2>${title}</h2><p class="hint later">${text}</p><${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" data-focus onClick=${onClose}
      data-test="confirm-no">${stay}</button><button class=${`btn btn-main ${bad ? 'btn-late' : ''}`} type="submit"
      disabled=${form.busy} data-test="confirm-yes">${act}</button></div></form><//>`;
}
