// Connects a number in a dialogue that can be left and taken up again.

import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { Dialog } from '../shell/Dialog.js';
import { ConnectSteps } from './connect/ConnectSteps.js';
import { office } from './people_state.js';

/** @param {{teams: any[], onClose: () => void}} props */
export function ConnectDialog({ teams, onClose }) {
  return html`<${Dialog} label=${t('connect.title')} cls="sheet wiz give" onClose=${onClose} test="connect-dialog">
    <${ConnectSteps} teams=${teams} onLeave=${onClose} onConnected=${() => void office.load()} /><//>`;
}
