// The Meta apps of the company: where Meta sends their webhooks, whether any comes, and
// how their secrets are replaced without one being refused.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { copyText } from '../do/actions.js';
import { t } from '../text/i18n.js';
import { dayTime } from '../text/format.js';
import { goSettings } from '../shell/router.js';
import { useUnsaved } from '../shell/unsaved.js';
import { Dialog } from '../shell/Dialog.js';
import { Icon } from '../shell/primitives.js';
import { Drawer } from './Drawer.js';
import { useSending } from './form.js';
import { Nothing, Wrong } from './Page.js';
import { resource } from './resource.js';

/** @typedef {import('../core/api_types.js').MetaApp} App */

export const apps = resource(() => api.apps());

const close = () => goSettings('keys');
const when = (text) => dayTime(Date.parse(text));
/** Meta shows 32 digits; whatever is much shorter was cut while copying. */
const shortest = 16;

/** @param {{open: string}} props the app whose drawer is open */
export function AppsSection({ open }) {
  const [making, make] = useState(false), { data, failure } = apps.now.value;
  return html`<section class="part" data-test="apps"><header class="part-h"><h2>${t('app.title')}</h2>
    <small>${data && t('app.facts', { n: data.apps.length })}</small><span class="grow"></span>
    <button class="btn" type="button" disabled=${!data} onClick=${() => make(true)} data-test="app-new">
      ${t('app.new')}</button></header>
    ${!data ? failure && html`<div class="padc"><p>${t('settings.unread')}</p></div>` : html`
    ${data.apps.length === 0 ? html`<${Nothing} text=${t('app.none')} />`
      : html`<${AppTable} apps=${data.apps} open=${open} />`}
    <p class="tfoot is-wrap"><span>${t('app.installation')}</span><code class="line" data-test="app-installation">
      ${data.callback_url}</code></p>`}
    ${making && html`<${AppDialog} onClose=${() => make(false)} />`}</section>`;
}

/** @param {{apps: App[], open: string}} props */
function AppTable({ apps: list, open }) {
  return html`<table class="tbl is-2 is-stack"><colgroup><col /><col class="c-232 hide-d" /><col class="c-184" />
    <col class="c-112" /></colgroup><thead><tr><th scope="col" class="l">${t('app.app')}</th>
      <th scope="col" class="l hide-d">${t('app.callback')}</th><th scope="col" class="l">${t('app.received')}</th>
      <th scope="col">${t('settings.numbers')}</th></tr></thead>
    <tbody>${list.map((a) => html`<tr key=${a.id} aria-selected=${open === a.id ? 'true' : undefined}
      data-test="app"><td class="l"><button type="button" class="cell-link" onClick=${() => goSettings('keys', a.id)}
        data-test=${`app-${a.name}`}><b class="cut w-mid"><bdi>${a.name}</bdi></b></button>
        ${(a.previous_secret_until || a.previous_verify_token_until)
          && html`<small class="cut soon">${t('app.rotating')}</small>`}</td>
      <td class="l hide-d"><span class="cut mono">…/webhooks/meta/${a.id}</span></td>
      <td class="l">${a.received_at ? when(a.received_at) : html`<span class="quiet">${t('app.unheard')}</span>`}
        ${a.refused > 0 && html`<small class="cut late">${t('app.refused', { n: a.refused })}</small>`}</td>
      <td>${a.connected_numbers}</td></tr>`)}</tbody></table>`;
}

/** What may be copied and is not typed. @param {{label: string, value: string, test: string}} props */
const Copyable = ({ label, value, test }) => html`<div class="field"><span>${label}</span><div class="linkbox">
  <input class="input" readonly value=${value} aria-label=${label} onFocus=${(e) => e.target.select()}
    data-test=${test} /><button class="btn" type="button" onClick=${() => void copyText(value)}>
      <${Icon} name="copy" cls="i-14" />${t('copy')}</button></div></div>`;

/** Where it is entered at Meta, shown once. @param {{app: App}} props */
const AtMeta = ({ app }) => html`<p class="hint later">${t('app.atMeta')}</p>
  <${Copyable} label=${t('app.callback')} value=${app.callback_url} test="app-callback" />
  <${Copyable} label=${t('app.token')} value=${app.verify_token} test="app-token" />`;

function AppDialog({ onClose }) {
  const [name, setName] = useState(''), [secret, setSecret] = useState('');
  const [made, done] = useState(/** @type {App|null} */ (null)), form = useSending();
  const why = !name.trim() ? 'app.why.name' : secret.trim().length < shortest ? 'app.why.secret' : '';
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      done(await api.makeApp({ name: name.trim(), secret: secret.trim() }));
      setSecret('');
      void apps.load();
    });
  };
  return html`<${Dialog} label=${t('app.new')} cls="sheet give" onClose=${onClose} test="app-dialog"
    asks=${!made}>${made
    ? html`<h2>${t('app.made', { name: made.name })}</h2><${AtMeta} app=${made} /><div class="ends">
      <button class="btn btn-main" type="button" data-focus onClick=${onClose}
        data-test="app-done">${t('done')}</button></div>`
    : html`<form onSubmit=${submit}><h2>${t('app.new')}</h2><p class="hint later">${t('app.new.hint')}</p>
      <label class="fld-label" for="app-name">${t('app.name')}</label>
      <input class="input" id="app-name" data-focus maxlength="100" value=${name}
        onInput=${(e) => setName(e.target.value)} data-test="app-name" />
      <${Wrong} failure=${form.failure} field="name" />
      <label class="fld-label" for="app-secret">${t('app.secret')}</label>
      <input class="input" id="app-secret" type="password" autocomplete="off" maxlength="256" value=${secret}
        onInput=${(e) => setSecret(e.target.value)} data-test="app-secret" />
      <${Wrong} failure=${form.failure} field="secret" /><${Wrong} failure=${form.failure} field="" />
      <div class="ends">${why && html`<small class="quiet">${t(why)}</small>`}<span class="grow"></span>
        <button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
        <button class="btn btn-main" type="submit" disabled=${Boolean(why) || form.busy} data-test="app-make">
          ${t('app.make')}</button></div></form>`}<//>`;
}

/** One app: its address, its secret and token, its end. @param {{app: App}} props */
export function AppDrawer({ app }) {
  const [name, setName] = useState(app.name), [ending, end] = useState(false), form = useSending();
  const changed = Boolean(name.trim()) && name.trim() !== app.name;
  useUnsaved(changed);
  const save = () => form.send(async () => { await api.renameApp(app.id, name.trim()); await apps.load(); });
  const head = html`<div class="thread-id"><h2><bdi>${app.name}</bdi></h2>
    <p>${app.received_at ? t('app.lastAt', { when: when(app.received_at) }) : t('app.unheard')}</p></div>`;
  return html`<${Drawer} label=${app.name} head=${head} onClose=${close} test="app-drawer"
    ends=${html`<button class="btn btn-late" type="button" onClick=${() => end(true)} data-test="app-remove">
      ${t('app.remove')}</button><span class="grow"></span>
      <button class="btn btn-main" type="button" disabled=${!changed || form.busy} onClick=${() => void save()}
        data-test="app-save">${t('save')}</button>`}>
    <section class="sec">
      ${app.refused > 0 && html`<div class="guard" data-test="app-refused">
        <b>${t('app.refused', { n: app.refused })}</b>
        ${t('app.refused.hint', { when: when(app.refused_at) })}</div>`}
      <label class="field" for="app-rename"><span>${t('app.name')}</span><input class="input" id="app-rename"
        maxlength="100" value=${name} onInput=${(e) => setName(e.target.value)} data-test="app-rename" />
        <${Wrong} failure=${form.failure} field="name" /></label><${Wrong} failure=${form.failure} field="" />
      <${Copyable} label=${t('app.callback')} value=${app.callback_url} test="app-callback" /></section>
    <${Secret} app=${app} /><${Token} app=${app} />
    ${ending && html`<${RemoveDialog} app=${app} onClose=${() => end(false)} />`}<//>`;
}

/** What is good beside the new one, and its end. */
function Previous({ until, drop, test }) {
  const form = useSending();
  if (!until) return null;
  const end = () => form.send(async () => { await drop(); await apps.load(); });
  return html`<p class="hint pt" data-test=${test}>${`${t('app.previous', { when: when(until) })} `}
    <button class="link" type="button" disabled=${form.busy} onClick=${() => void end()} data-test=${`${test}-drop`}>
      ${t('app.drop')}</button></p><${Wrong} failure=${form.failure} field="" />`;
}

/** @param {{app: App}} props */
function Secret({ app }) {
  const [secret, setSecret] = useState(''), form = useSending();
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      await api.rotateAppSecret(app.id, secret.trim());
      setSecret('');
      await apps.load();
    });
  };
  return html`<section class="sec"><h3>${t('app.secret')}<span class="end">
    ${t('app.since', { when: when(app.secret_changed_at) })}</span></h3><p class="hint">${t('app.secret.hint')}</p>
    <form class="linkbox pt" onSubmit=${submit}><input class="input" type="password" autocomplete="off" maxlength="256"
      aria-label=${t('app.secret.new')} placeholder=${t('app.secret.new')} value=${secret}
      onInput=${(e) => setSecret(e.target.value)} data-test="app-secret-new" />
      <button class="btn" type="submit" disabled=${secret.trim().length < shortest || form.busy}
        data-test="app-secret-rotate">${t('app.rotate')}</button></form>
    <${Wrong} failure=${form.failure} field="secret" /><${Wrong} failure=${form.failure} field="" />
    <${Previous} until=${app.previous_secret_until} drop=${() => api.dropAppSecret(app.id)} test="app-secret-before" />
    </section>`;
}

/** @param {{app: App}} props */
function Token({ app }) {
  const [made, done] = useState(''), form = useSending();
  const rotate = () => form.send(async () => {
    done((await api.rotateAppToken(app.id)).verify_token);
    await apps.load();
  });
  return html`<section class="sec"><h3>${t('app.token')}<span class="end">
    ${t('app.since', { when: when(app.verify_token_changed_at) })}</span></h3><p class="hint">${t('app.token.hint')}</p>
    ${made ? html`<${Copyable} label=${t('app.token.once')} value=${made} test="app-token" />`
      : html`<button class="btn" type="button" disabled=${form.busy} onClick=${() => void rotate()}
        data-test="app-token-rotate">${t('app.token.rotate')}</button>`}
    <${Wrong} failure=${form.failure} field="" />
    <${Previous} until=${app.previous_verify_token_until} drop=${() => api.dropAppToken(app.id)}
      test="app-token-before" /></section>`;
}

/** @param {{app: App, onClose: () => void}} props */
function RemoveDialog({ app, onClose }) {
  const form = useSending(), title = t('app.removeOf', { name: app.name });
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => { await api.removeApp(app.id); await apps.load(); onClose(); close(); });
  };
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test="app-remove-dialog">
    <form onSubmit=${submit}><h2>${title}</h2><p class="hint later">${t('app.remove.hint')}</p>
    <${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" data-focus onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main btn-late" type="submit" disabled=${form.busy} data-test="app-remove-confirm">
        ${t('app.remove')}</button></div></form><//>`;
}
