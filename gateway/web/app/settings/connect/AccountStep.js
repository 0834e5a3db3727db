import { html, useEffect, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { demo } from '../../core/state.js';
import { t } from '../../text/i18n.js';
import { Checks, Fault, Field, Waiting, faultOf } from './Checks.js';

const names = ['token', 'messaging', 'management', 'business', 'account', 'portfolio'];

/** The token, and whose account it opens. @param {import('./ConnectSteps.js').StepProps} props */
export function AccountStep({ view, form, take, buttons }) {
  const [token, setToken] = useState(''), [account, setAccount] = useState(view.account?.id ?? '');
  const [typing, type] = useState(false), [app, setApp] = useState(view.through ?? '');
  const [apps, setApps] = useState(/** @type {any[]} */ ([]));
  useEffect(() => { void api.apps().then((list) => setApps(list.apps), () => {}); }, []); // without: the installation's
  const kept = Boolean(view.expires_at) && !view.needs_token, choices = view.accounts ?? [];
  const reason = view.checks.find((c) => c.name === 'account')?.reason ?? '';
  const asked = typing || ['account_needed', 'unseen', 'foreign_account'].includes(reason)
    || view.checks.some((c) => c.field === 'account_id' && c.state === 'failed');
  const noApp = faultOf(view, form, 'app_id');
  const submit = (e) => {
    e.preventDefault();
    const named = choices.length > 0 || asked ? account.trim() : '';
    take(() => api.connectAccount({ token: token.trim(), account_id: named, app_id: app }));
  };
  const why = !token.trim() && !kept ? 'connect.missing.token'
    : choices.length > 0 && !account ? 'connect.missing.account' : '';
  return html`<form onSubmit=${submit}>
    <${Field} view=${view} form=${form} name="token" label=${t('connect.token')} value=${token} onInput=${setToken}
      hint=${t(kept ? 'connect.token.kept' : 'connect.token.hint')}
      more=${{ type: 'password', maxlength: 4096, 'data-focus': '' }} />
    ${demo.value?.token && !token && html`<p class="hint"><button class="link" type="button" data-test="demo-token"
      onClick=${() => setToken(demo.value?.token ?? '')}>${t('connect.demoToken')}</button></p>`}
    ${apps.length > 0 && html`<div class="field"><label for="connect-app"><span class="fld-label">${t('connect.app')}
      </span></label><select class="input" id="connect-app" value=${app} onChange=${(e) => setApp(e.target.value)}
      data-test="connect-app"><option value="">${t('connect.app.own')}</option>
      ${apps.map((a) => html`<option key=${a.id} value=${a.id}>${a.name}</option>`)}</select>
      ${noApp && html`<small class="late" role="alert" data-test="wrong-app_id">${noApp}</small>`}</div>`}
    ${choices.length > 0 ? html`<fieldset class="choices"><legend class="fld-label">${t('connect.which')}</legend>
      ${choices.map((a) => html`<label class="choice" key=${a.id}><input class="rad" type="radio" name="connect-account"
        value=${a.id} checked=${account === a.id} onChange=${() => setAccount(a.id)}
        data-test=${`account-${a.id}`} /><b>${a.name || a.id}</b><small>${a.portfolio_name || a.id}</small></label>`)}
      </fieldset>`
      : asked ? html`<${Field} view=${view} form=${form} name="account_id" label=${t('connect.account_id')}
        value=${account} onInput=${setAccount} hint=${t('connect.account_id.hint')}
        more=${{ inputmode: 'numeric', maxlength: 64 }} />`
        : html`<p class="hint"><button class="link" type="button" onClick=${() => type(true)} data-test="type-account">
          ${t('connect.account_id.type')}</button></p>`}
    ${form.busy ? html`<${Waiting} />` : html`<${Checks} checks=${view.checks} names=${names}
      fields=${['token', ...asked ? ['account_id'] : []]} />`}
    <${Fault} failure=${form.failure} />
    ${buttons(html`${why && html`<small class="quiet">${t(why)}</small>`}<button class="btn btn-main" type="submit"
      disabled=${Boolean(why) || form.busy} data-test="connect-next">${t('connect.check')}</button>`)}</form>`;
}
