// One's own account: name, language, password, and where one is logged in.

import { html, useRef, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { dispatch, me, toast } from '../core/state.js';
import { DemoAdmin } from '../shell/DemoPeople.js';
import { LanguageChoice } from '../shell/LanguageChoice.js';
import { ByProvider, NotProven } from './ByProvider.js';
import { Factor } from './Factor.js';
import { useSending } from './form.js';
import { OwnProfile } from './OwnProfile.js';
import { Wrong } from './Page.js';
import { own } from './own_state.js';
import { Sessions } from './Sessions.js';

export function AccountPage() {
  const everywhere = useSending();
  return html`<main class="board setmain" data-test="account-page"><header class="board-bar">
    <h1>${t('settings.account')}</h1><span class="sub cut">${[me.value?.email, t(`role.${me.value?.role}`)]
      .join(' · ')}</span></header>
    <div class="padc own" tabindex="0"><${DemoAdmin} /><${NotProven} /><${Name} /><${OwnProfile} /><${Password} />
      <${Factor} />
      <${Sessions} /><section class="sec"><p class="hint">${t('own.everywhere.hint')}</p>
        <button class="btn btn-late" type="button" disabled=${everywhere.busy} data-test="logout-all"
          onClick=${() => void everywhere.send(async () => { await api.logoutAll(); location.assign('/'); })}>
            ${t('own.everywhere')}</button><${Wrong} failure=${everywhere.failure} field="" /></section></div></main>`;
}

function Name() {
  const [name, setName] = useState(me.value?.name ?? ''), form = useSending();
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const now = await api.changeMe({ name: name.trim() });
      dispatch({ t: 'session', session: 'in', me: now });
      setName(now.name);
      toast.value = { text: t('own.saved') };
    });
  };
  return html`<section class="sec"><h3>${t('own.who')}</h3><form onSubmit=${submit}>
    <label class="field" for="own-name"><span>${t('people.name')}</span><input class="input" id="own-name" required
      maxlength="100" autocomplete="name" value=${name} onInput=${(e) => setName(e.target.value)}
      data-test="own-name" /><${Wrong} failure=${form.failure} field="name" /></label>
    <${Wrong} failure=${form.failure} field="" />
    <button class="btn" type="submit" data-test="own-save"
      disabled=${form.busy || !name.trim() || name.trim() === me.value?.name}>${t('save')}</button></form>
    <label class="field" for="own-language"><span>${t('profile.interface')}</span>
      <${LanguageChoice} id="own-language" /></label></section>`;
}

function Password() {
  const box = useRef(/** @type {HTMLFormElement|null} */ (null)), form = useSending(), f = own.now.value.data;
  const submit = (e) => {
    e.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (box.current));
    void form.send(async () => {
      await api.changePassword(String(data.get('current') ?? ''), String(data.get('next')));
      box.current?.reset();
      toast.value = { text: t('own.password.done') };
    });
  };
  const field = form.failure?.problem.field;
  if (f?.password_shut) {
    return html`<section class="sec"><h3>${t('login.password')}</h3>
      <p class="hint" data-test="password-shut">${t('own.password.shut')}</p></section>`;
  }
  return html`<section class="sec"><h3>${t('login.password')}</h3><form ref=${box} onSubmit=${submit}>
    <input class="sr" name="username" autocomplete="username" readonly tabindex="-1" aria-hidden="true"
      value=${me.value?.email} />
    ${f?.proven ? html`<p class="hint">${t('own.proven')}</p>` : html`<label class="field" for="own-current">
      <span>${t('own.current')}</span><input class="input" id="own-current"
      name="current" type="password" maxlength="200" autocomplete="current-password" required
      data-test="own-current" />
      ${field === 'current' && html`<small class="late" role="alert" data-test="wrong-current">${t('own.notCurrent')}
        </small>`}</label><${ByProvider} />`}
    <label class="field" for="own-next"><span>${t('own.next')}</span><input class="input" id="own-next" name="next"
      type="password" maxlength="200" autocomplete="new-password" required aria-describedby="own-rule"
      data-test="own-next" />
      ${field === 'password' ? html`<small class="late" role="alert" id="own-rule" data-test="wrong-password">
        ${t('reset.weak')}</small>` : html`<small class="hint" id="own-rule">${t('own.password.hint')}</small>`}
      </label>
    <${Wrong} failure=${form.failure} field="" />
    <button class="btn" type="submit" disabled=${form.busy} data-test="own-change">${t('own.change')}</button></form>
    </section>`;
}
