// The keys that programs work with: what each may do, when it was used, and its end.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { copyText } from '../do/actions.js';
import { t } from '../text/i18n.js';
import { dayTime } from '../text/format.js';
import { serverNow } from '../core/clock.js';
import { Dialog } from '../shell/Dialog.js';
import { Icon } from '../shell/primitives.js';
import { AppDrawer, apps, AppsSection } from './AppsSection.js';
import { useSending } from './form.js';
import { TeamChoice } from './InviteDialog.js';
import { LimitChoice, limitsOf, numberNames, unlimited } from './LimitChoice.js';
import { Nothing, Page, Wrong } from './Page.js';
import { resource, useFresh } from './resource.js';

const shop = resource(async () => {
  const [keys, teams, numbers] = await Promise.all([api.keys(), api.teams(), api.numbers()]);
  return { keys: keys.keys, teams: teams.teams, numbers: numbers.numbers };
}, ['key', 'team', 'number']);
const rights = ['read', 'write', 'admin'], terms = { 30: 30, 90: 90, 365: 365, never: 0 };

/** How a key stands: good, late (its term is over) or revoked. */
const standing = (k) => (k.revoked_at ? 'revoked' : k.expires_at && Date.parse(k.expires_at) < serverNow()
  ? 'expired' : 'good');

/** @param {{item: string}} props the Meta app whose drawer is open */
export function KeysPage({ item }) {
  useFresh(shop);
  useFresh(apps);
  const open = apps.now.value.data?.apps.find((a) => a.id === item);
  const [making, make] = useState(false), [ending, end] = useState(/** @type {any} */ (null));
  const { data } = shop.now.value, good = data?.keys.filter((k) => standing(k) === 'good') ?? [];
  return html`<${Page} title=${t('settings.keys')} of=${shop} test="keys-page" facts=${t('apikey.facts',
    { n: good.length })}
    actions=${html`<button class="btn btn-main" type="button" onClick=${() => make(true)} data-test="key-new">
      ${t('apikey.new')}</button>`}>
    <div class=${`split2 ${open ? 'has-drawer no-d' : ''}`}><div tabindex="0">
      ${data?.keys.length === 0 ? html`<${Nothing} text=${t('apikey.none')} />`
      : html`<${KeyTable} keys=${data?.keys ?? []} teams=${data?.teams ?? []}
        numbers=${data?.numbers ?? []} onEnd=${end} />`}
      <${AppsSection} open=${item} /></div>${open && html`<${AppDrawer} app=${open} key=${open.id} />`}</div>
    ${making && html`<${KeyDialog} teams=${data?.teams ?? []} numbers=${data?.numbers ?? []}
      onClose=${() => make(false)} />`}
    ${ending && html`<${RevokeDialog} of=${ending} onClose=${() => end(null)} />`}<//>`;
}

function KeyTable({ keys, teams, numbers, onEnd }) {
  const where = (k) => (k.all_teams ? t('people.allTeams')
    : k.teams.map((id) => teams.find((team) => team.id === id)?.name ?? id).join(', '));
  return html`<table class="tbl is-2 is-stack"><colgroup><col /><col class="c-200" /><col class="c-184" />
    <col class="c-168" /><col class="c-112" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('apikey.key')}</th><th scope="col" class="l">${t('apikey.may')}</th>
      <th scope="col" class="l">${t('people.teams')}</th><th scope="col" class="l">${t('apikey.used')}</th>
      <th scope="col"><span class="sr">${t('more')}</span></th></tr></thead>
    <tbody>${keys.map((k) => html`<tr key=${k.id} data-test="key"><td class="l"><b class="cut w-mid">
      <bdi>${k.name}</bdi></b>
      <small class="mono">…${k.last_four}</small></td>
      <td class="l">${k.rights.map((r) => t(`apikey.right.${r}`)).join(', ')}
        <small class="cut">${t(`apikey.policy.${k.policy}.short`)}</small></td>
      <td class="l cut">${where(k)}<small class="cut">${numberNames(numbers, k.numbers)}</small></td>
      <td class="l">${standing(k) === 'good'
        ? k.used_at ? dayTime(Date.parse(k.used_at)) : html`<span class="quiet">${t('apikey.unused')}</span>`
        : html`<span class="late">${t(`apikey.${standing(k)}`)}</span>`}
        ${standing(k) === 'good' && k.expires_at
          && html`<small class="cut">${t('people.until', { when: dayTime(Date.parse(k.expires_at)) })}</small>`}</td>
      <td>${standing(k) === 'good' && html`<button class="btn" type="button" onClick=${() => onEnd(k)}
        data-test="key-revoke">${t('apikey.revoke')}</button>`}</td></tr>`)}</tbody></table>`;
}

function KeyDialog({ teams, numbers, onClose }) {
  const [name, setName] = useState(''), [may, setMay] = useState(['read']), [policy, setPolicy] = useState('through');
  const [chosen, choose] = useState(/** @type {string[]} */ ([])), [term, setTerm] = useState('365');
  const [limits, limit] = useState(unlimited), seat = may.includes('admin') ? 'admin' : 'manager';
  const [made, done] = useState(/** @type {any} */ (null)), form = useSending();
  const why = !name.trim() ? 'apikey.why.name' : may.length === 0 ? 'apikey.why.right' : '';
  const flip = (r) => setMay(may.includes(r) ? may.filter((x) => x !== r) : [...may, r]);
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      done(await api.makeKey({ name: name.trim(), rights: rights.filter((r) => may.includes(r)), policy,
        all_teams: chosen.length === 0, teams: chosen, numbers: limitsOf(seat, limits).numbers,
        ...(terms[term] ? { expires_at: new Date(serverNow() + terms[term] * 86_400_000).toISOString() } : {}) }));
      void shop.load();
    });
  };
  return html`<${Dialog} label=${t('apikey.new')} cls="sheet give" onClose=${onClose} test="key-dialog"
    asks=${!made}>${made
    ? html`<h2>${t('apikey.made')}</h2><p class="hint later">${t('apikey.made.hint')}</p><div class="field">
      <div class="linkbox">
      <input class="input" readonly value=${made.secret} aria-label=${t('apikey.made')}
        onFocus=${(e) => e.target.select()}
        data-test="key-secret" /><button class="btn" type="button" onClick=${() => void copyText(made.secret)}>
          <${Icon} name="copy" cls="i-14" />${t('copy')}</button></div></div><div class="ends">
      <button class="btn btn-main" type="button" data-focus onClick=${onClose}
        data-test="key-done">${t('done')}</button></div>`
    : html`<form onSubmit=${submit}><h2>${t('apikey.new')}</h2>
      <label class="fld-label" for="key-name">${t('apikey.for')}</label>
      <input class="input" id="key-name" data-focus maxlength="100" value=${name}
        onInput=${(e) => setName(e.target.value)}
        data-test="key-name" /><${Wrong} failure=${form.failure} field="name" />
      <fieldset class="choices"><legend class="fld-label">${t('apikey.may')}</legend>${rights.map((r) => html`<label
        class="choice" key=${r}><input class="chk" type="checkbox" checked=${may.includes(r)}
          onChange=${() => flip(r)}
          data-test=${`right-${r}`} /><b>${t(`apikey.right.${r}`)}</b><small>${t(`apikey.right.${r}.hint`)}</small>
            </label>`)}
      </fieldset>
      ${may.includes('write') && html`<fieldset class="choices">
        <legend class="fld-label">${t('apikey.policy')}</legend>
        ${['through', 'own'].map((p) => html`<label class="choice" key=${p}><input class="rad" type="radio"
          name="policy"
          checked=${policy === p} onChange=${() => setPolicy(p)} data-test=${`policy-${p}`} />
            <b>${t(`apikey.policy.${p}`)}</b>
          <small>${t(`apikey.policy.${p}.hint`)}</small></label>`)}</fieldset>`}
      <${TeamChoice} teams=${teams} chosen=${chosen} onChange=${choose} />
      ${chosen.length === 0 && html`<p class="hint later">${t('apikey.noTeam')}</p>`}
      <${LimitChoice} role=${seat} numbers=${numbers} limits=${limits} onChange=${limit} hint="scope.key.hint"
        failure=${form.failure} />
      <label class="fld-label" for="key-term">${t('apikey.term')}</label>
      <select class="input" id="key-term" value=${term} onChange=${(e) => setTerm(e.target.value)}
        data-test="key-term">
        ${Object.keys(terms).map((n) => html`<option key=${n} value=${n}>${n === 'never' ? t('apikey.never')
          : t('apikey.days', { n: Number(n) })}</option>`)}</select>
      <${Wrong} failure=${form.failure} field="rights" />
      <${Wrong} failure=${form.failure} field="teams" /><${Wrong} failure=${form.failure} field="" />
      <div class="ends">${why && html`<small class="quiet">${t(why)}</small>`}<span class="grow"></span>
        <button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
        <button class="btn btn-main" type="submit" disabled=${Boolean(why) || form.busy} data-test="key-make">
          ${t('apikey.make')}</button></div></form>`}<//>`;
}

function RevokeDialog({ of, onClose }) {
  const form = useSending();
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => { await api.revokeKey(of.id); await shop.load(); onClose(); });
  };
  const title = t('apikey.revokeOf', { name: of.name });
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test="revoke-dialog">
    <form onSubmit=${submit}>
    <h2>${title}</h2><p class="hint later">${t('apikey.revoke.hint')}</p><${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-bare" type="button" data-focus onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main btn-late" type="submit" disabled=${form.busy} data-test="revoke-confirm">
        ${t('apikey.revoke')}</button></div></form><//>`;
}
