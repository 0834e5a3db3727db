import { whenWords } from './SchedulePanel.js';
import { scheduling } from './scheduling.js';
import { serverNow } from '../core/clock.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { Icon, Rich } from '../shell/primitives.js';

/** That the template leaves later, and the way back. @param {{of: import('./scheduling.js').Scheduling}} props */
export const Awaits = ({ of }) => html`<p class="later-when" role="status" data-test="awaits"><${Icon} name="clock" />
  <span class="txt"><${Rich} k="later.awaits" of=${{ time: whenWords(of.at ?? 0, serverNow()) }} /></span>
  <button class="btn btn-bare" type="button" onClick=${() => { scheduling.value = null; }}>${t('later.now')}
    </button></p>`;
