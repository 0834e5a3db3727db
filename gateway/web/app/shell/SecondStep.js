// The second step of a sign-in: a code, or a second factor that is set up first.

import { api, Failure } from '../wire/api.js';
import { explain } from '../text/failure.js';
import { html, useEffect, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { FactorSecret, RecoveryCodes } from '../settings/FactorParts.js';
import { Logo } from './primitives.js';

/** @typedef {import('../core/api_types.js').SignInStep} Step */

/** One and the same, so that it is called once. @param {HTMLElement|null} field */
const focus = (field) => field?.focus();

/** @param {{step: Step, onIn: (answer: any) => void, onBack: (over?: boolean) => void}} props */
export function SecondStep({ step, onIn, onBack }) {
  const enrols = step.next === 'enrol';
  const [error, setError] = useState(''), [busy, setBusy] = useState(false);
  const [secret, setSecret] = useState(/** @type {any} */ (null)), [me, setMe] = useState(/** @type {any} */ (null));
  const failed = (err) => {
    if (err instanceof Failure && err.problem.code === 'step_over') { onBack(true); return; }
    setError(err instanceof Failure ? codeWords(err.problem) : t('no.internal'));
  };
  useEffect(() => { if (enrols) api.enrolFirst(step.token).then(setSecret, failed); }, []);
  const submit = async (e) => {
    e.preventDefault();
    const form = /** @type {HTMLFormElement} */ (e.target), code = String(new FormData(form).get('code'));
    setBusy(true);
    setError('');
    try {
      const answer = await (enrols ? api.confirmFirst(step.token, code) : api.loginCode(step.token, code));
      if (answer.recovery_codes?.length) setMe(answer);
      else onIn(answer);
    } catch (err) {
      failed(err);
      setBusy(false);
      form.querySelector('input')?.select();
    }
  };
  if (me) {
    return html`<main class="door"><section class="door-box" data-test="first-codes"><${Logo} cls="door-logo" />
      <h1>${t('factor.codes')}</h1><${RecoveryCodes} codes=${me.recovery_codes} />
      <button class="btn btn-main" type="button" onClick=${() => onIn(me)} data-test="codes-kept">
        ${t('factor.kept')}</button></section></main>`;
  }
  return html`<main class="door"><form class="door-box" onSubmit=${submit} data-test="second-step">
    <${Logo} cls="door-logo" /><h1>${t(enrols ? 'factor.first' : 'factor.step')}</h1>
    <p class="door-note">${t(enrols ? 'factor.first.hint' : 'factor.step.hint')}</p>
    ${secret && html`<${FactorSecret} of=${secret} />`}
    <label class="fld-label" for="code">${t('factor.code')}</label>
    <input class="input" id="code" name="code" autocomplete="one-time-code" inputmode=${enrols ? 'numeric' : 'text'}
      maxlength="30" required ref=${focus} autocapitalize="off" spellcheck="false" data-test="code" />
    <p class="door-error" role="alert" data-test="code-error">${error}</p>
    <button class="btn btn-main" type="submit" disabled=${busy} data-test="code-submit">${t('login.go')}</button>
    <p class="door-langs"><button class="link" type="button" onClick=${() => onBack()}
      data-test="step-back">${t('factor.back')}</button></p></form></main>`;
}

/** @param {import('../core/types.js').Problem} problem */
export function codeWords(problem) {
  switch (problem.code) {
    case 'bad_request': return t('factor.wrong');
    case 'too_many_attempts': return t('factor.paused');
    case 'step_over': return t('factor.over');
    case 'factor_demanded': return t('factor.demanded');
  }
  return explain(problem);
}
