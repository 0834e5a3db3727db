// Sets the team or the default language of many numbers at once.

import { html, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { t } from '../../text/i18n.js';
import { Dialog } from '../../shell/Dialog.js';
import { LanguageChoice } from '../connect/LanguageChoice.js';
import { useSending } from '../form.js';
import { Wrong } from '../Page.js';

/**
 * @param {{chosen: import('./state.js').FleetNumber[], teams: any[], onClose: () => void, onChanged: () => void}} of
 */
export function ChangeDialog({ chosen, teams, onClose, onChanged }) {
  const [team, setTeam] = useState(''), [language, setLanguage] = useState(''), form = useSending();
  const title = t('fleet.changeOf', { n: chosen.length });
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      await api.changeNumbers({ numbers: chosen.map((n) => n.number.id), ...(team && { team_id: team }),
        ...(language && { language }) });
      onChanged();
    });
  };
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test="change-dialog">
    <form onSubmit=${submit}><h2>${title}</h2>
      <label class="field"><span>${t('fleet.team')}</span><select class="input" value=${team} data-focus
        onChange=${(e) => setTeam(e.target.value)} data-test="change-team"><option value="">${t('fleet.asIs')}</option>
        ${teams.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select>
        <small class="hint">${t('fleet.team.hint')}</small><${Wrong} failure=${form.failure} field="team_id" /></label>
      <${LanguageChoice} id="change-language" label=${t('fleet.language')} value=${language} onChange=${setLanguage}
        none=${t('fleet.asIs')} /><${Wrong} failure=${form.failure} field="language" />
      <${Wrong} failure=${form.failure} field="numbers" /><${Wrong} failure=${form.failure} field="" />
      <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
        <button class="btn btn-main" type="submit" disabled=${form.busy || !team && !language}
          data-test="change-confirm">${title}</button></div></form><//>`;
}
