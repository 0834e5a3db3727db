// The door for whoever was invited: a name, a password, and in.

import { api, Failure } from '../wire/api.js';
import { explain } from '../text/failure.js';
import { html, useEffect, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { invitationToken } from '../wire/reset.js';
import { SecondStep } from './SecondStep.js';
import { Logo } from './primitives.js';

export function Join() {
  const [of, setOf] = useState(/** @type {any} */ (null)), [failure,
    setFailure] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false), [step, setStep] = useState(/** @type {any} */ (null));
  useEffect(() => {
    api.invitationLink(invitationToken.value).then(setOf,
      (err) => { if (err instanceof Failure) setFailure(err.problem); });
  }, []);
  const first = of?.email === ''; // of all, who chooses the address himself
  useEffect(() => { if (first) document.getElementById('join-email')?.focus(); }, [first]);
  const submit = async (e) => {
    e.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (e.target));
    setBusy(true);
    setFailure(null);
    try {
      const email = first ? String(form.get('email')).trim() : undefined;
      const answer = await api.join({ token: invitationToken.value, email, name: String(form.get('name')),
        password: String(form.get('password')) });
      if (answer.next) setStep(answer);
      else location.assign(first ? '/settings/start' : '/'); // into the inbox: the answer has logged him in
    } catch (err) {
      setFailure(err instanceof Failure ? err.problem : { code: 'internal' });
      setBusy(false);
    }
  };
  const used = failure?.code === 'link_used' || failure?.code === 'email_taken';
  const leave = () => location.assign('/');
  if (step) return html`<${SecondStep} step=${step} onIn=${leave} onBack=${leave} />`;
  return html`<main class="door"><form class="door-box" onSubmit=${submit} data-test="join">
    <${Logo} cls="door-logo" /><h1>${first ? t('join.first')
      : of ? t('join.title', { company: of.tenant_name }) : t('join.title.plain')}</h1>
    ${of && html`<p class="door-note">${first ? t('join.first.note')
      : t('join.by', { name: of.by, email: of.email })}</p>`}
    ${!used && html`${first ? html`<label class="fld-label" for="join-email">${t('join.email')}</label>
      <input class="input" id="join-email" name="email" type="email" autocomplete="username" maxlength="254" required
        data-test="join-email" />`
      : html`<input type="hidden" name="username" autocomplete="username" value=${of?.email ?? ''} />`}
      <label class="fld-label" for="join-name">${t('join.name')}</label>
      <input class="input" id="join-name" name="name" autocomplete="name" maxlength="100" required autofocus
        data-test="join-name" />
      <label class="fld-label" for="join-password">${t('join.password')}</label>
      <input class="input" id="join-password" name="password" type="password" minlength="8" maxlength="200"
        autocomplete="new-password" required aria-describedby="join-rule" data-test="join-password" />
      <p class="door-note" id="join-rule">${t('reset.weak')}</p>`}
    <p class="door-error" role="alert" data-test="join-error">${failure && words(failure, first)}</p>
    ${used ? html`<a class="btn" href="/">${t('join.login')}</a>`
      : html`<button class="btn btn-main" type="submit"
        disabled=${busy} data-test="join-submit">${t(first ? 'join.first.go' : 'join.go')}</button>`}
      </form></main>`;
}

/** @param {import('../core/types.js').Problem} problem @param {boolean} first */
function words(problem, first) {
  switch (problem.code) {
    case 'link_used': return t(first ? 'join.first.used'
      : problem.reason === 'expired' ? 'join.late' : 'join.used');
    case 'email_taken': return t('join.taken');
    case 'bad_request': return t(problem.field === 'name' ? 'join.badName'
      : problem.field === 'email' ? 'join.badEmail' : 'reset.weak');
  }
  return explain(problem);
}
