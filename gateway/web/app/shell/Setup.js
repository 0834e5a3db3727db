// A fresh installation: no number is connected, so nobody can write. An
// administrator gets the lines that connect one, everybody else whom to ask.

import { copyText } from '../do/actions.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { me, teams } from '../core/state.js';
import { Icon } from './primitives.js';

export function Setup() {
  if (me.value?.role !== 'admin') {
    return html`<div class="blank mid setup" data-test="setup-ask"><${Icon} name="phone" /><h3>${t('setup.none')}</h3>
      <p>${t('setup.ask')}</p></div>`;
  }
  const lines = commandLines(location.origin, me.value.email ?? '', teams.value[0]?.id ?? 'main');
  return html`<div class="blank mid setup" data-test="setup"><${Icon} name="phone" /><h3>${t('setup.title')}</h3>
    <ol><li>${t('setup.meta')} <code class="line">${location.origin}/webhooks/meta</code></li>
      <li>${t('setup.lines')} <pre tabindex="0" aria-label=${t('setup.lines')} data-test="setup-lines">${lines}</pre>
        <span class="setup-foot">
          <button class="btn" type="button" onClick=${() => void copyText(lines)} data-test="setup-copy">
            <${Icon} name="copy" cls="i-14" />${t('copy')}</button><small>${t('setup.ids')}</small></span></li>
      <li>${t('setup.then')}</li></ol></div>`;
}

/** As in the README: what stands between < and > is to be filled in. */
const commandLines = (/** @type {string} */ origin, /** @type {string} */ email, /** @type {string} */ team) =>
  `INBOX=${origin}
EMAIL='${email}'
PASSWORD='<your password>'
CSRF=$(curl -s -c /tmp/prosa.jar $INBOX/api/v1/login \\
  -d "{\\"email\\":\\"$EMAIL\\",\\"password\\":\\"$PASSWORD\\"}" \\
  | grep -o '"csrf_token":"[^"]*' | cut -d'"' -f4)
curl -s -b /tmp/prosa.jar -H "X-CSRF-Token: $CSRF" $INBOX/api/v1/numbers -d '{
  "id":"<phone number id>","account_id":"<account id>",
  "portfolio_id":"<business portfolio id>","team_id":"${team}",
  "display":"<+55 11 95550-1002>","name":"<name>","token":"<access token>"}'`;
