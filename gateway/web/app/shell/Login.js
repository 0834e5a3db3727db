// The door: e-mail, password, and why it did not open.

import { Failure } from '../wire/api.js';
import { explain } from '../text/failure.js';
import { html, useRef, useState } from '../html.js';
import { language, languages, speak, t } from '../text/i18n.js';
import { enterBy, login } from '../wire/session.js';
import { ended } from '../core/state.js';
import { Logo } from './primitives.js';
import { SecondStep } from './SecondStep.js';
import { providerFailed } from '../wire/ways.js';
import { failedWords, useWays, Ways } from './Ways.js';
import { DemoDoor, DemoMark } from './DemoPeople.js';

export function Login() {
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  const [error, setError] = useState(() => failedWords(providerFailed.value)), [busy, setBusy] = useState(false);
  const { ways, ask } = useWays();
  const [step, setStep] = useState(/** @type {any} */ (null));
  const submit = async (e) => {
    e.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (form.current));
    setBusy(true);
    setError('');
    try {
      setStep(await login(String(data.get('email')), String(data.get('password'))));
      setBusy(false);
    } catch (err) {
      if (err instanceof Failure && err.problem.code === 'provider_only') ask(String(data.get('email')));
      setError(err instanceof Failure ? explain(err.problem) : t('no.internal'));
      setBusy(false);
      form.current?.querySelector('input')?.focus();
    }
  };
  const back = (over = false) => { setStep(null); setError(over ? t('factor.over') : ''); };
  if (step) return html`<${SecondStep} step=${step} onIn=${enterBy} onBack=${back} />`;
  return html`<main class="door"><form class="door-box" ref=${form} onSubmit=${submit} data-test="login">
    <${Logo} cls="door-logo" /><h1>${t('login.title')} <${DemoMark} cls="" /></h1><${DemoDoor} />
    ${ended.value && html`<p class="door-note" role="status" data-test="login-ended">${t('login.ended')}</p>`}
    <label class="fld-label" for="email">${t('login.email')}</label>
    <input class="input" id="email" name="email" type="email" maxlength="254" autocomplete="username" required autofocus
      onChange=${(e) => ask(e.target.value)} data-test="login-email" />
    <label class="fld-label" for="password">${t('login.password')}</label>
    <input class="input" id="password" name="password" type="password" maxlength="1024" autocomplete="current-password"
      required data-test="login-password" />
    <p class="door-error" role="alert" data-test="login-error">${error}</p>
    <button class="btn btn-main" type="submit" disabled=${busy} data-test="login-submit">
      ${t(busy ? 'login.busy' : 'login.go')}</button><${Ways} ways=${ways} />
    <p class="door-langs">
      ${Object.keys(languages).map((tag) => html`<button type="button" key=${tag} lang=${tag} class="link"
      aria-pressed=${language.value === tag} onClick=${() => speak(tag)}>${languages[tag].name}</button>`)}</p>
  </form></main>`;
}
