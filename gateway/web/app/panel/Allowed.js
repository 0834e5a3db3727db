// What may not be sent to the person, since when, and who said so.

import { halfMinute } from '../core/clock.js';
import { firstName, shortTime } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { Icon } from '../shell/primitives.js';

/** @param {{details: import('../core/types.js').Details|undefined}} props */
export function Allowed({ details }) {
  const stopped = details?.marketingStopped, blocked = details?.blocked;
  if (!stopped && !blocked) return null;
  return html`<section class="sec" data-test="allowed">
    ${blocked && html`<${Stop} icon="lock" k=${`allowed.blocked.${blocked.by}`} of=${blocked} />`}
    ${stopped && html`<${Stop} icon="pause" k=${`allowed.marketing.${stopped.by}`} of=${stopped} />`}</section>`;
}

/** @param {{icon: string, k: string, of: import('../core/api_types.js').Stop}} props */
function Stop({ icon, k, of }) {
  const time = shortTime(Date.parse(of.since ?? ''), halfMinute.value);
  const said = t(k, { name: firstName(of.name ?? ''), time });
  return html`<p class="stop"><${Icon} name=${icon} /><span>${said}</span></p>`;
}
