// Where somebody is logged in.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { browserOf } from '../text/browser.js';
import { t } from '../text/i18n.js';
import { dayTime } from '../text/format.js';
import { Icon } from '../shell/primitives.js';
import { resource, useFresh } from './resource.js';

/** @param {{person?: {id: string}}} props without a person one's own, which end all at once elsewhere */
export function Sessions({ person }) {
  const [open] = useState(() => resource(() => (person ? api.sessions(person.id) : api.mySessions()), ['person']));
  useFresh(open);
  const list = open.now.value.data?.sessions;
  const end = async (/** @type {Promise<any>} */ what) => { await what.catch(() => null); await open.load(); };
  return html`<section class="sec" data-test="sessions"><h3>${t('people.sessions')}
    ${person && (list?.length ?? 0) > 0 && html`<button class="end link" type="button"
      onClick=${() => void end(api.logoutPerson(person.id))} data-test="sessions-end">
        ${t('people.endAll')}</button>`}</h3>
    ${list && list.length === 0 && html`<p class="hint">${t('people.noSession')}</p>`}
    <ul class="sess">${list?.map((one) => html`<li key=${one.id}><${Icon} name="screen" />
      <span class="cut">${browserOf(one.client ?? '') || t('people.program')}</span>
      <button class="link" type="button" onClick=${() => void end(person ? api.endSession(person.id, one.id)
        : api.endMySession(one.id))} data-test="session-end">${t('people.end')}</button>
      <small>${[masked(one.address), dayTime(Date.parse(one.seen_at)), one.own && t('people.thisOne')].filter(Boolean)
        .join(' · ')}</small></li>`)}</ul></section>`;
}

/** An address tells the network, not the desk. @param {string} [address] */
export function masked(address = '') {
  const v4 = address.match(/^(\d+)\.(\d+)\.\d+\.\d+$/);
  return v4 ? `${v4[1]}.${v4[2]}.•.•` : address;
}
