// The settings: the rail, their own nav, and the page that the address names.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { follow, go, goSettings, href, settings, settingsHref, mySettings } from '../shell/router.js';
import { DemoStrip } from '../shell/DemoPeople.js';
import { leaveUnsaved, leaving } from '../shell/unsaved.js';
import { Icon } from '../shell/primitives.js';
import { Rail } from '../shell/Rail.js';
import { AccountPage } from './AccountPage.js';
import { AuditPage } from './AuditPage.js';
import { CompanyPage } from './CompanyPage.js';
import { DataPage } from './DataPage.js';
import { KeysPage } from './KeysPage.js';
import { NoticesPage } from './NoticesPage.js';
import { NumbersPage } from './NumbersPage.js';
import { PeoplePage } from './PeoplePage.js';
import { Confirm } from './Confirm.js';
import { QuickPage } from './QuickPage.js';
import { StartPage } from './StartPage.js';
import { TeamsPage } from './TeamsPage.js';

const icons = { numbers: 'phone', teams: 'users', people: 'user', keys: 'plug', audit: 'shield', account: 'user',
  notices: 'alert', data: 'file', company: 'board', start: 'flag', quick: 'slash' };
/** @type {[string, string[]][]} */
const groups = [['', ['numbers', 'teams', 'people', 'quick', 'start']],
  ['system', ['company', 'notices', 'keys', 'data', 'audit']], ['mine', ['account']]];
const pages = { numbers: NumbersPage, teams: TeamsPage, people: PeoplePage, keys: KeysPage, audit: AuditPage,
  account: AccountPage, notices: NoticesPage, data: DataPage, company: CompanyPage, start: StartPage,
  quick: QuickPage };

export function Settings() {
  const mine = mySettings.value, asked = settings.value ?? { page: '', item: '' };
  const at = mine.includes(asked.page) ? asked : { page: mine[0], item: '' };
  return html`<div class="set" data-test="settings"><${DemoStrip} /><${Rail} /><${Nav} page=${at.page} />
    <${pages[at.page]} item=${at.item} key=${at.page} /><${SettingsTabs} page=${at.page} />
    ${leaving.value && html`<${Confirm} title=${t('unsaved')} text=${t('unsaved.text')} act=${t('unsaved.leave')}
      stay=${t('unsaved.stay')} onYes=${leaveUnsaved} onClose=${() => { leaving.value = null; }}
      test="unsaved" />`}</div>`;
}

const Entry = ({ name, page }) => html`<a class="view" href=${settingsHref(name)}
  aria-current=${page === name ? 'page' : undefined} onClick=${(e) => follow(e, () => goSettings(name))}
    data-test=${`settings-${name}`}><${Icon} name=${icons[name]} /><span class="cut">${t(`settings.${name}`)}</span>
      </a>`;

function Nav({ page }) {
  return html`<aside class="views" aria-label=${t('settings')}>
    <div class="views-top"><strong class="cut">${t('settings')}</strong></div>
    ${groups.map(([title, all]) => ({ title, names: all.filter((name) => mySettings.value.includes(name)) }))
      .filter(({ names }) => names.length > 0).map(({ title, names }) => html`<div class="vgroup" key=${title}>
      ${title && html`<h2>${t(`settings.group.${title}`)}</h2>`}
      ${names.map((name) => html`<${Entry} key=${name} name=${name} page=${page} />`)}</div>`)}</aside>`;
}

/** The nav where there is no room for one. @param {{page: string}} props */
function SettingsTabs({ page }) {
  return html`<nav class="settabs" aria-label=${t('settings')}>
    <a class="btn" href=${href({})} onClick=${(e) => follow(e, () => go({}))} data-test="settings-back">
      <${Icon} name="left" cls="i-14" />${t('inbox')}</a>
    <select class="input" aria-label=${t('settings')} value=${page} onChange=${(e) => goSettings(e.target.value)}
      data-test="settings-page">${mySettings.value.map((name) => html`<option key=${name} value=${name}>
        ${t(`settings.${name}`)}</option>`)}</select></nav>`;
}
