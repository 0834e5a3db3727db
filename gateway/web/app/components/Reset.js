// The door for whoever comes by a link that sets a password.

import { api, Failure } from '../api.js';
import { explain } from '../failure.js';
import { html, useState } from '../html.js';
import { t } from '../i18n.js';
import { resetToken } from '../reset.js';
import { Logo } from './bits.js';

export function Reset() {
  const [error, setError] = useState(''), [busy, setBusy] = useState(false);
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
      form.querySelector('input')?.select(); // what is typed next takes its place
    }
  };
  return html`<main class="door"><form class="door-box" onSubmit=${submit} data-test="reset">
    <${Logo} cls="door-logo" /><h1>${t('reset.title')}</h1>
    <label class="fld-label" for="password">${t('reset.new')}</label>
    <input class="input" id="password" name="password" type="password" minlength="8" maxlength="200" autocomplete="new-password" required autofocus data-test="reset-password" />
    <p class="door-error" role="alert" data-test="reset-error">${error}</p>
    <button class="btn btn-main" type="submit" disabled=${busy} data-test="reset-submit">${t('reset.go')}</button></form></main>`;
}

/** @param {import('../types.js').Problem} problem */
function words(problem) {
  switch (problem.code) {
    case 'link_used': return t('reset.used');
    case 'bad_request': return t('reset.weak');
  }
  return explain(problem);
}
