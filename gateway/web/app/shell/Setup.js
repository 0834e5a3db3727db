// A fresh installation: no number is connected, so nobody can write. An administrator
// is led to the first steps, everybody else hears whom to ask.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { me } from '../core/state.js';
import { Icon } from './primitives.js';
import { follow, goSettings, settingsHref } from './router.js';

export function Setup() {
  if (me.value?.role !== 'admin') {
    return html`<div class="blank mid setup" data-test="setup-ask"><${Icon} name="phone" /><h3>${t('setup.none')}</h3>
      <p>${t('setup.ask')}</p></div>`;
  }
  return html`<div class="blank mid setup" data-test="setup"><${Icon} name="phone" /><h3>${t('setup.title')}</h3>
    <p>${t('setup.steps')}</p><a class="btn btn-main" href=${settingsHref('start')}
      onClick=${(e) => follow(e, () => goSettings('start'))} data-test="setup-start">${t('settings.start')}</a></div>`;
}
