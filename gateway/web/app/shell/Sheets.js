// The other dialogues: the keyboard, a filter, a pause, the person.

import { commands } from '../do/commands.js';
import { html, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { snooze } from '../do/actions.js';
import { sendAll } from '../do/send_files.js';
import { focusComposer } from '../do/focus.js';
import { logout } from '../wire/session.js';
import { dayTime, labels } from '../text/format.js';
import { serverNow } from '../core/clock.js';
import { noFilter, numbersOf, toggleNumber } from '../core/filter.js';
import { go, goSettings, mySettings, route } from './router.js';
import { LanguageChoice } from './LanguageChoice.js';
import { agents, me, numbers, ownOnly } from '../core/state.js';
import { compact, setTheme, theme, toggleDensity } from './theme.js';
import { close, CloseButton, Dialog } from './Dialog.js';
import { Keys } from './primitives.js';
import { DemoSwitch } from './DemoPeople.js';

export function KeysSheet() {
  const columns = [['list', 'app'], ['here'], ['go']];
  const line = (c) =>
    html`<p class="keyrow" key=${c.id}><span>${t(`do.${c.id}`)}</span><span><${Keys} keys=${c.keys} /></span></p>`;
  return html`<${Dialog} label=${t('keys.title')} cls="sheet" test="keys">
    <div class="sheet-top"><h2>${t('keys.title')}</h2><${CloseButton} /></div>
    <div class="sheet-cols" tabindex="0">${columns.map((groups) => html`<div key=${groups[0]}>
    <h3>${t(`keys.${groups[0]}`)}</h3>${commands.filter((c) => c.keys && groups.includes(c.group)).map(line)}
    ${groups[0] === 'go'
      && html`<h3 class="later">${t('keys.write')}</h3>
        <p class="keyrow"><span>${t('send')}</span><span><${Keys} keys="⏎" /></span></p>
          <p class="keyrow"><span>${t('keys.line')}</span><span><${Keys} keys="⇧ ⏎" /></span></p>`}</div>`)}</div><//>`;
}

/**
 * Until when: the likely times, or one's own.
 * @param {{id: string, send?: boolean}} props send: with the reply as it is written
 */
export function SnoozeSheet({ id, send = false }) {
  const [own, setOwn] = useState('');
  const until = own ? new Date(own) : null, good = until && until.getTime() > serverNow();
  const title = t(send ? 'snooze.send' : 'snooze.title');
  const pick = (/** @type {Date} */ at) => {
    if (!send) { void snooze(id, at); return; }
    close();
    sendAll(id, 'snoozed', at);
    focusComposer();
  };
  return html`<${Dialog} label=${title} cls="sheet give" test="snooze-sheet"><h2>${title}</h2>
    <div class="people">
      ${times()
        .map(({ key, at }, i) =>
          html`<button class="person" type="button" key=${key} data-focus=${i === 0 ? '' : undefined}
            onClick=${() => pick(at)} data-test=${`snooze-${key}`}>
      <span class="cut">${t(`snooze.${key}`)}</span><small>${dayTime(at.getTime())}</small></button>`)}</div>
    <label class="fld-label" for="until">${t('snooze.own')}</label>
      <input class="input" id="until" type="datetime-local" value=${own} onInput=${(e) => setOwn(e.target.value)} />
    <div class="ends">
      <button class="btn btn-bare" type="button" onClick=${close}>${t('cancel')}<${Keys} keys="Esc" /></button>
      <button class="btn btn-main" type="button" disabled=${!good} onClick=${() => until && pick(until)}>
        ${t(send ? 'send' : 'snooze')}</button></div><//>`;
}

function times() {
  const now = serverNow(),
    at = (days, hour) => { const d = new Date(now); d.setDate(d.getDate() + days); d.setHours(hour, 0, 0, 0);
      return d; };
  const monday = (8 - new Date(now).getDay()) % 7 || 7;
  return [
    { key: '1h', at: new Date(now + 3_600_000) }, { key: '3h', at: new Date(now + 3 * 3_600_000) },
    { key: 'tomorrow', at: at(1, 9) }, ...(monday > 1 ? [{ key: 'monday', at: at(monday, 9) }] : []),
  ];
}

export function FilterSheet() {
  const of = route.value, label = labels(numbers.value);
  const group = (name, options) =>
    html`<span class="fld-label" id=${`f-${name}`}>${t(`filter.${name}`)}</span>
      <div class="picks" role="group" aria-labelledby=${`f-${name}`}>
    ${options.map(([value, words]) =>
      html`<button class="pick" type="button" key=${value} aria-pressed=${of[name] === value}
        onClick=${() => go({ [name]: of[name] === value ? '' : value }, { replace: true })}
          data-test=${`filter-${name}-${value}`}>${words}</button>`)}</div>`;
  return html`<${Dialog} label=${t('filter')} cls="sheet give" test="filter-sheet"><h2>${t('filter')}</h2>
    <label class="fld-label" for="fq">${t('filter.q')}</label>
    <input class="input" id="fq" data-focus value=${of.q} placeholder=${t('filter.qHint')} maxlength="100"
      onChange=${(e) => go({ q: e.target.value.trim() }, { replace: true })}
        onKeyDown=${(e) => { if (e.key === 'Enter') { go({ q: e.target.value.trim() }); close(); } }}
          data-test="filter-q" />
    ${group('turn', [['us', t('turn.us')], ['customer', t('turn.customer')]])}
    ${group('window',
      [['open', t('window.is.open')], ['closing', t('window.is.closing')], ['closed', t('window.is.closed')]])}
    ${group('unread', [['1', t('tab.unread')]])}
    ${!ownOnly.value && html`<label class="fld-label" for="fo">${t('filter.owner')}</label>
    <select class="input" id="fo" value=${of.owner} onChange=${(e) => go({ owner: e.target.value }, { replace: true })}
      data-test="filter-owner"><option value="">${t('filter.anybody')}</option>
      <option value="nobody">${t('owner.nobody')}</option>
        ${agents.value.map((a) =>
          html`<option key=${a.id} value=${a.id}>${a.id === me.value?.id ? t('you') : a.name}</option>`)}</select>`}
    ${numbers.value.length > 1
      && html`<span class="fld-label" id="f-number">${t('filter.number')}</span>
        <div class="picks" role="group" aria-labelledby="f-number">
      ${numbers.value.map((n) =>
        html`<button class="pick" type="button" key=${n.id} aria-pressed=${numbersOf(of.number).includes(n.id)}
          onClick=${() => go({ number: toggleNumber(of.number, n.id) }, { replace: true })}
            data-test=${`filter-number-${n.id}`}>${label[n.id].label}</button>`)}</div>`}
    <div class="ends">
      <button class="btn btn-bare" type="button" onClick=${() => { go({ q: '', ...noFilter }); close(); }}>
        ${t('filter.clear')}</button>
      <button class="btn btn-main" type="button" onClick=${close} data-test="filter-done">${t('done')}</button></div>
        <//>`;
}

export function AccountSheet() {
  const themes = ['', 'light', 'dark'];
  return html`<${Dialog} label=${t('account')} cls="sheet give" test="account-sheet"><h2>${me.value?.name}</h2>
    <p class="quiet later">${[me.value?.email, me.value && t(`role.${me.value.role}`)].filter(Boolean).join(' · ')}</p>
    <${DemoSwitch} /><label class="fld-label" for="lang">${t('language')}</label>
    <${LanguageChoice} id="lang" first />
    <span class="fld-label" id="th">${t('theme')}</span>
      <div class="picks" role="group" aria-labelledby="th">
        ${themes.map((name) =>
          html`<button class="pick" type="button" key=${name} aria-pressed=${theme.value === name}
            onClick=${() => setTheme(name)}>${t(`theme.${name || 'system'}`)}</button>`)}</div>
    <div class="picks">
      <button class="pick" type="button" aria-pressed=${compact.value} onClick=${toggleDensity}>${t('density.compact')}
        </button></div>
    <div class="ends">
      ${mySettings.value.length > 1 && html`<button class="btn" type="button" data-test="all-settings"
        onClick=${() => { close(); goSettings(mySettings.value[0]); }}>${t('settings')}</button>`}
      <button class="btn" type="button" onClick=${() => { close(); goSettings('account'); }}
        data-test="my-account">${t('settings.account')}</button>
      <button class="btn" type="button" onClick=${() => void logout()} data-test="logout">${t('do.logout')}</button>
        <span class="grow"></span><button class="btn btn-main" type="button" onClick=${close}>${t('done')}</button>
          </div><//>`;
}
