// The settings of the company's provider.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { copyText } from '../do/actions.js';
import { t } from '../text/i18n.js';
import { toast } from '../core/state.js';
import { Icon } from '../shell/primitives.js';
import { useSending } from './form.js';
import { TeamChoice } from './InviteDialog.js';
import { wordsOf } from './Page.js';

/** @typedef {import('../core/api_types.js').Provider} Provider */
/** @typedef {import('../core/api_types.js').ProviderSettings} Settings */

/** @type {Settings} */
const none = { issuer: '', client_id: '', domains: [], label: '', trusts_email: false, trusts_factor: false,
  exclusive: false, password_people: [], joins: false, join_role: 'agent', join_teams: [] };

/** What is wrong with a field, in the reader's words; what the server found follows the issuer. */
const Bad = ({ failure, field }) => {
  const { problem } = failure ?? {};
  if (!problem || (problem.field ?? '').replace('settings.', '') !== field) return null;
  if (!field) return html`<small class="late" role="alert" data-test="provider-bad">${wordsOf(failure)}</small>`;
  return html`<small class="late" role="alert" data-test=${`provider-bad-${field}`}>${t(`provider.no.${field}`)}
    ${field === 'issuer' && problem.detail ? ` (${problem.detail})` : ''}</small>`;
};

const Copyable = ({ label, hint, value, test }) => html`<div class="field"><span>${label}</span><div class="linkbox">
  <input class="input" readonly value=${value} aria-label=${label} onFocus=${(e) => e.target.select()}
    data-test=${test} /><button class="btn" type="button" onClick=${() => void copyText(value)}>
      <${Icon} name="copy" cls="i-14" />${t('copy')}</button></div><small class="hint">${hint}</small></div>`;

/** @param {{now: Provider, people: any[], teams: any[], onClose: () => void}} props */
export function ProviderForm({ now, people, teams, onClose }) {
  const [of, put] = useState(/** @type {Settings} */ (now.settings ?? none)), [secret, setSecret] = useState('');
  const [domains, setDomains] = useState((now.settings ?? none).domains.join(', ')), [sure, ask] = useState(false);
  const [answers, tell] = useState(/** @type {any} */ (null)), form = useSending(), test = useSending();
  const set = (change) => put({ ...of, ...change });
  const list = domains.split(/[\s,;]+/).filter(Boolean);
  const failure = form.failure ?? test.failure;
  const submit = (e) => {
    e.preventDefault();
    test.forget();
    void form.send(async () => {
      await api.setProvider(now.revision, secret, { ...of, domains: list });
      toast.value = { text: t('provider.saved') };
      onClose();
    });
  };
  const tryIt = () => {
    tell(null);
    form.forget();
    void test.send(async () => { tell(await api.testProvider(of.issuer)); });
  };
  const remove = () => form.send(async () => { await api.removeProvider(now.revision); onClose(); });
  const text = (name, max, extra = {}) => html`<label class="field" for=${`provider-${name}`}>
    <span>${t(`provider.${name}`)}</span><input class="input" id=${`provider-${name}`} maxlength=${max} required
      value=${of[name]} autocomplete="off" onInput=${(e) => set({ [name]: e.target.value })} ...${extra}
      data-test=${`provider-${name}`} /><small class="hint">${t(`provider.${name}.hint`)}</small>
    <${Bad} failure=${failure} field=${name} /></label>`;
  const check = (name) => html`<label class="choice"><input class="chk" type="checkbox" checked=${of[name]}
    onChange=${() => set({ [name]: !of[name] })} data-test=${`provider-${name}`} /><b>${t(`provider.${name}`)}</b>
      <small>${t(`provider.${name}.hint`)}</small></label>`;
  return html`<form class="provider-form" onSubmit=${submit}><h2>${t('provider')}</h2>
    <p class="hint">${t('provider.hint')}</p>
    <${Copyable} label=${t('provider.redirect')} hint=${t('provider.redirect.hint')} value=${now.redirect_uri}
      test="provider-redirect" />
    ${text('issuer', 2000, { 'data-focus': true, inputmode: 'url', spellcheck: false })}
    <div class="tried"><button class="btn" type="button" disabled=${!of.issuer.trim() || test.busy} onClick=${tryIt}
      data-test="provider-test">${t('provider.test')}</button>
      <span role="status" data-test="provider-tested">${answers && t('provider.answers',
        { host: hostOf(answers.authorization) })}</span></div>
    ${text('client_id', 500)}
    <label class="field" for="provider-secret"><span>${t('provider.client_secret')}</span>
      <input class="input" id="provider-secret" type="password" maxlength="500" value=${secret}
        required=${!now.settings} autocomplete="new-password" onInput=${(e) => setSecret(e.target.value)}
        data-test="provider-client_secret" />
      <small class="hint">${t(now.settings ? 'provider.secret.kept' : 'provider.secret.hint')}</small>
      <${Bad} failure=${failure} field="client_secret" /></label>
    <label class="field" for="provider-domains"><span>${t('provider.domains')}</span>
      <input class="input" id="provider-domains" maxlength="1000" required value=${domains} autocomplete="off"
        placeholder="example.com" onInput=${(e) => setDomains(e.target.value)} data-test="provider-domains" />
      <small class="hint">${t('provider.domains.hint')}</small><${Bad} failure=${failure} field="domains" /></label>
    ${text('label', 40)}
    <fieldset class="choices"><legend class="fld-label">${t('provider.rules')}</legend>
      ${check('trusts_email')}${check('trusts_factor')}${check('exclusive')}</fieldset>
    ${of.exclusive && html`<${KeptPasswords} admins=${people.filter((p) => p.role === 'admin' && p.active)}
      kept=${of.password_people} onChange=${(ids) => set({ password_people: ids })} />`}
    <${Bad} failure=${failure} field="exclusive" />
    <${Bad} failure=${failure} field="password_people" />
    <fieldset class="choices"><legend class="sr">${t('provider.joins')}</legend>${check('joins')}</fieldset>
    <${Bad} failure=${failure} field="joins" />
    ${of.joins && html`<label class="field" for="provider-role"><span>${t('people.role')}</span>
        <select class="input" id="provider-role" value=${of.join_role}
          onChange=${(e) => set({ join_role: e.target.value })} data-test="provider-role">
          ${['agent', 'manager', 'auditor'].map((r) => html`<option key=${r} value=${r}>${t(`role.${r}`)}</option>`)}
            </select></label>
      <${TeamChoice} teams=${teams} chosen=${of.join_teams} onChange=${(ids) => set({ join_teams: ids })} />`}
    <${Bad} failure=${failure} field="join_teams" />
    ${now.settings && html`<${Copyable} label=${t('provider.link')} hint=${t('provider.link.hint')}
      value=${now.login_url} test="provider-link" />`}
    <${Bad} failure=${failure} field="" />
    <div class="ends">${now.settings && (sure
      ? html`<button class="btn btn-late" type="button" onClick=${() => void remove()}
          data-test="provider-remove-sure">${t('provider.removeSure')}</button>`
      : html`<button class="btn btn-bare" type="button" onClick=${() => ask(true)} data-test="provider-remove">
          ${t('provider.remove')}…</button>`)}<span class="grow"></span>
      <button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main" type="submit" disabled=${form.busy} data-test="provider-save">${t('save')}</button>
        </div></form>`;
}

/** @param {string} address */
const hostOf = (address) => { try { return new URL(address).host; } catch { return address; } };

/** @param {{admins: any[], kept: string[], onChange: (ids: string[]) => void}} props */
function KeptPasswords({ admins, kept, onChange }) {
  const flip = (id) => onChange(kept.includes(id) ? kept.filter((k) => k !== id) : [...kept, id]);
  return html`<fieldset class="choices"><legend class="fld-label">${t('provider.kept')}</legend>
    <div class="picks">${admins.map((p) => html`<button class="pick" type="button" key=${p.id}
      aria-pressed=${kept.includes(p.id)} onClick=${() => flip(p.id)} data-test=${`kept-${p.email}`}>
        <bdi>${p.name}</bdi></button>`)}</div><p class="hint">${t('provider.kept.hint')}</p></fieldset>`;
}
