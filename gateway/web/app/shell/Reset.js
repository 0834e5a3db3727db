// The door for whoever comes by a link that sets a password.

import { api, Failure } from '../wire/api.js';
import { explain } from '../text/failure.js';
import { html, useEffect, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { resetToken } from '../wire/reset.js';
import { Logo } from './primitives.js';

export function Reset() {
  const [error, setError] = useState(''), [busy, setBusy] = useState(false), [email, setEmail] = useState('');
  useEffect(() => { // without a name one can set it nevertheless; that the link is used up is said before one types
    api.resetLink(resetToken.value)
      .then((of) => setEmail(of.email),
        (err) => { if (err instanceof Failure && err.problem.code === 'link_used') setError(words(err.problem)); });
  }, []);
  const submit = async (e) => {
    e.preventDefault();
    const form = /** @type {HTMLFormElement} */ (e.target);
    setBusy(true);
    setError('');
    try {
      await api.resetPassword(resetToken.value, String(new FormData(form).get('password')));
      location.assign('/'); // to the login, where it is typed once more
    } catch (err) {
      setError(err instanceof Failure ? words(err.problem) : t('no.internal'));
      setBusy(false);
      // what is typed next takes its place
      /** @type {HTMLInputElement|null} */ (form.querySelector('[type=password]'))?.select();
    }
  };
  return html`<main class="door"><form class="door-box" onSubmit=${submit} data-test="reset">
    <${Logo} cls="door-logo" /><h1>${t('reset.title')}</h1>
    ${email && html`<label class="fld-label" for="account">${t('login.email')}</label>
      <input class="input" id="account" name="username" autocomplete="username" readonly value=${email}
        data-test="reset-account" />`}
    <label class="fld-label" for="password">${t('reset.new')}</label>
    <input class="input" id="password" name="password" type="password" minlength="8" maxlength="200"
      autocomplete="new-password" required autofocus aria-describedby="password-rule" data-test="reset-password" />
    <p class="door-note" id="password-rule" data-test="reset-rule">${t('reset.weak')}</p>
    <p class="door-error" role="alert" data-test="reset-error">${error}</p>
    <button class="btn btn-main" type="submit" disabled=${busy} data-test="reset-submit">${t('reset.go')}</button>
      </form></main>`;
}

/** @param {import('../core/types.js').Problem} problem */
function words(problem) {
  switch (problem.code) {
    case 'link_used': return t('reset.used');
    case 'bad_request': return t('reset.weak');
  }
  return explain(problem);
}
