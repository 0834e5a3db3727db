// What administrators should know: what is so now, what was, and how they are told.

import { api } from '../wire/api.js';
import { copyText } from '../do/actions.js';
import { html, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { doneAt } from '../text/format.js';
import { goSettings, settingsHref, follow } from '../shell/router.js';
import { useUnsaved } from '../shell/unsaved.js';
import { toast } from '../core/state.js';
import { Icon } from '../shell/primitives.js';
import { Conflict, useConflict } from './Conflict.js';
import { useSending } from './form.js';
import { notices } from './notices_state.js';
import { Nothing, Page, Wrong } from './Page.js';
import { useFresh } from './resource.js';

export function NoticesPage() {
  useFresh(notices);
  const { data } = notices.now.value, open = data?.list.notices.filter((n) => !n.ended_at) ?? [];
  return html`<${Page} title=${t('settings.notices')} of=${notices} test="notices-page"
    facts=${t('notices.facts', { n: open.length })}><div class="padc own" tabindex="0">
    ${data && html`<section class="sec"><h3>${t('notices.now')}</h3>${open.length === 0
      ? html`<${Nothing} text=${t('notices.none')} />` : html`<${List} of=${open} />`}</section>
    <${Rules} rules=${data.rules} mail=${data.list.sends_mail} />
    <${Webhook} url=${data.list.webhook_url ?? ''} />
    <${Failures} of=${data.list.failures} />
    <${Past} of=${data.list.notices.filter((n) => n.ended_at)} />`}</div><//>`;
}

/** @param {{of: import('../core/api_types.js').Notice[]}} props */
const List = ({ of }) => html`<ul class="notices">${of.map((n) => html`<li key=${n.id} data-test="notice"
  class=${n.ended_at ? 'quiet' : ''}><${Icon} name=${n.ended_at ? 'done' : 'alert'} cls="i-14" />
  <span><b><bdi>${t(`notice.${n.kind}`, { name: n.object.name || n.object.id })}</bdi></b>
    <small>${n.ended_at ? t('notices.span', { from: doneAt(Date.parse(n.began_at)),
      to: doneAt(Date.parse(n.ended_at)) }) : `${t('since', { time: doneAt(Date.parse(n.began_at)) })} · ${t(
      `notice.${n.kind}.do`)}`}</small></span>
  ${!n.ended_at && html`<${Where} of=${n.object} />`}</li>`)}</ul>`;

/** @param {{of: {kind: string, id: string}}} props */
function Where({ of }) {
  const page = of.kind === 'number' ? 'numbers' : 'teams';
  return html`<a class="btn" href=${settingsHref(page, of.id)}
    onClick=${(e) => follow(e, () => goSettings(page, of.id))}>${t('notices.look')}</a>`;
}

/** What is told, and how. @param {{rules: import('../core/api_types.js').PublishedNotices, mail: boolean}} props */
function Rules({ rules, mail }) {
  const [seen, see] = useState(rules), [of, set] = useState(rules.settings), form = useSending();
  const onOff = (yes) => t(yes ? 'notices.mail.on' : 'notices.mail.off');
  const fields = Object.entries({ queue_minutes: 'queue', silent_hours: 'silent', mail: 'mail',
    language: 'language' }).map(([name, label]) => ({
    name, label: t(`notices.${label}`), of: (v) => v.settings[name], now: of[name],
    set: (value) => set((now) => ({ ...now, [name]: value })), words: name === 'mail' ? onOff : String,
  }));
  const conflict = useConflict(seen, fields);
  const same = JSON.stringify(of) === JSON.stringify(seen.settings);
  if (same && rules.version !== seen.version && !conflict.clash) { see(rules); set(rules.settings); } // another's
  useUnsaved(!same);
  const number = (name) => (e) => set({ ...of, [name]: e.target.value === '' ? 0 : Number(e.target.value) });
  const submit = (e) => {
    e.preventDefault();
    void form.send(() => conflict.sending(async () => {
      see(await api.publish('notices', { seen_version: seen.version, settings: of }));
      await notices.load();
      toast.value = { text: t('own.saved') };
    }, async () => { await notices.load(); return notices.now.value.data?.rules; }, see));
  };
  return html`<section class="sec"><h3>${t('notices.rules')}</h3><form onSubmit=${submit}>
    <${Conflict} clash=${conflict.clash} fields=${fields} />
    <label class="field" for="queue-minutes"><span>${t('notices.queue')}</span><input class="input" id="queue-minutes"
      type="number" min="0" max="10080" required value=${of.queue_minutes} onInput=${number('queue_minutes')}
      data-test="queue-minutes" /><small class="hint">${t('notices.zero')}</small>
      <${Wrong} failure=${form.failure} field="settings.queue_minutes" /></label>
    <label class="field" for="silent-hours"><span>${t('notices.silent')}</span><input class="input" id="silent-hours"
      type="number" min="0" max="720" required value=${of.silent_hours} onInput=${number('silent_hours')}
      data-test="silent-hours" /><small class="hint">${t('notices.zero')}</small>
      <${Wrong} failure=${form.failure} field="settings.silent_hours" /></label>
    <label class="choice"><input class="chk" type="checkbox" checked=${of.mail} disabled=${!mail}
      onChange=${(e) => set({ ...of, mail: e.target.checked })} data-test="notices-mail" />
      <b>${t('notices.mail')}</b><small>${t(mail ? 'notices.mail.hint' : 'notices.mail.none')}</small></label>
    <label class="field" for="mail-language"><span>${t('notices.language')}</span><select class="input"
      id="mail-language" value=${of.language} onChange=${(e) => set({ ...of, language: e.target.value })}>
      ${[['pt-BR', 'Português'], ['en', 'English'], ['es', 'Español']].map(([tag, name]) => html`<option key=${tag}
        value=${tag}>${name}</option>`)}</select></label>
    <${Wrong} failure=${form.failure} field="" />
    <div class="ends"><${Test} channel="mail" off=${!mail} /><span class="grow"></span>
      <button class="btn btn-main" type="submit" disabled=${same || form.busy} data-test="notices-save">${t('save')}
        </button></div></form></section>`;
}

/** Sends a letter now. @param {{channel: string, off?: boolean}} props */
function Test({ channel, off }) {
  const form = useSending();
  return html`<button class="btn" type="button" disabled=${off || form.busy} data-test=${`test-${channel}`}
    onClick=${() => void form.send(async () => {
      await api.testNotice(channel);
      toast.value = { text: t('notices.sent') };
    })}>${t(`notices.test.${channel}`)}</button><${Wrong} failure=${form.failure} field="channel" />
    <${Wrong} failure=${form.failure} field="" />`;
}

/** A program of the company's that is told. @param {{url: string}} props */
function Webhook({ url }) {
  const [to, setTo] = useState(url), [secret, show] = useState(''), form = useSending(), [seen, see] = useState(url);
  // Another's address is taken over; the form stays, for its secret is shown this once.
  if (url !== seen) { see(url); if (to === seen) setTo(url); if (url !== to) show(''); }
  const set = (/** @type {string} */ next) => form.send(async () => {
    show((await api.setNoticeWebhook(next)).secret ?? '');
    setTo(next);
    if (next === '') await notices.load();
  });
  const submit = (e) => { e.preventDefault(); void set(to.trim()); };
  return html`<section class="sec"><h3>${t('notices.webhook')}</h3><p class="hint">${t('notices.webhook.hint')}</p>
    <form onSubmit=${submit}><label class="field" for="webhook-url"><span>${t('notices.url')}</span>
      <input class="input" id="webhook-url" type="url" maxlength="2000" required placeholder="https://"
        value=${to} onInput=${(e) => setTo(e.target.value)} data-test="webhook-url" />
      <${Wrong} failure=${form.failure} field="url" /></label><${Wrong} failure=${form.failure} field="" />
    ${secret && html`<label class="field" for="webhook-secret"><span>${t('notices.secret')}</span>
      <div class="linkbox"><input class="input" id="webhook-secret" readonly value=${secret}
        onFocus=${(e) => e.target.select()} data-test="webhook-secret" />
      <button class="btn" type="button" onClick=${() => void copyText(secret)}><${Icon} name="copy" cls="i-14" />
        ${t('copy')}</button></div><small class="hint">${t('notices.secret.hint')}</small></label>`}
    <div class="ends">${(url || secret) && html`<${Test} channel="webhook" />
      <button class="btn btn-bare btn-late" type="button" disabled=${form.busy} onClick=${() => void set('')}
        data-test="webhook-remove">${t('notices.remove')}</button>`}<span class="grow"></span>
      <button class="btn" type="submit" disabled=${form.busy || !to.trim()} data-test="webhook-set">
        ${t(url ? 'notices.renew' : 'notices.set')}</button></div></form></section>`;
}

/** What has not arrived, and why. @param {{of: import('../core/api_types.js').UndeliveredNotice[]}} props */
const Failures = ({ of }) => (of.length > 0 ? html`<section class="sec" data-test="notice-failures">
  <h3>${t('notices.failures')}</h3><ul class="notices">${of.map((f, i) => html`<li key=${i}>
    <${Icon} name="alert" cls="i-14" /><span><b class="cut">${f.address}</b><small>${[doneAt(Date.parse(f.at)),
      t(f.given_up ? 'notices.givenUp' : 'notices.later'), f.error].join(' · ')}</small></span></li>`)}</ul></section>`
  : null);

/** @param {{of: import('../core/api_types.js').Notice[]}} props */
const Past = ({ of }) => (of.length > 0
  ? html`<section class="sec"><h3>${t('notices.past')}</h3><${List} of=${of} /></section>` : null);
