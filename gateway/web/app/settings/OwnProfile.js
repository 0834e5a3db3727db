// What one says oneself: which languages one writes, and in which zone one is.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { dispatch, me, toast } from '../core/state.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';
import { profileOf, sameProfile } from './profile.js';
import { LanguagesField, ZoneField } from './ProfileFields.js';

export function OwnProfile() {
  const seen = profileOf(me.value ?? {}), form = useSending();
  const [list, setList] = useState(seen.languages), [zone, setZone] = useState(seen.time_zone);
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const now = await api.changeMe({ languages: list, time_zone: zone.trim() });
      dispatch({ t: 'session', session: 'in', me: now });
      setList(now.languages);
      setZone(now.time_zone);
      toast.value = { text: t('own.saved') };
    });
  };
  return html`<section class="sec"><h3>${t('profile.own')}</h3><form onSubmit=${submit}>
    <p class="hint">${t('profile.own.hint')}</p>
    <${LanguagesField} id="own-languages" list=${list} onChange=${setList} failure=${form.failure} />
    <${ZoneField} id="own-zone" zone=${zone} onChange=${setZone} failure=${form.failure} />
    <${Wrong} failure=${form.failure} field="" />
    <button class="btn" type="submit" data-test="own-profile-save" disabled=${form.busy
      || sameProfile(seen, { ...seen, languages: list, time_zone: zone.trim() })}>${t('save')}</button></form>
    ${seen.skills.length > 0 && html`<p class="hint pt"><b>${t('profile.skills')}</b><br />
      ${t('profile.skills.own', { skills: seen.skills.join(', ') })}</p>`}</section>`;
}
