// A message that was found, in a line of the palette or of the list.

import { firstName, labels, nameOf, shortTime } from '../text/format.js';
import { halfMinute } from '../core/clock.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { preview, previewIcon } from './preview.js';
import { me, numbers } from '../core/state.js';
import { pieces } from '../core/words.js';
import { Chip, Icon } from '../shell/primitives.js';

/**
 * Who, on which number, when; below it what was said, the asked words set off.
 * @param {{hit: import('../core/types.js').Hit}} props
 */
export function Hit({ hit: { row, message: m } }) {
  const label = labels(numbers.value)[row.phone_number_id],
    icon = m.direction === 'note' ? 'note' : previewIcon(m.kind);
  return html`<span class="hit-main">
    <span class="hit-a"><bdi class="hit-name cut">${nameOf(row.contact)}</bdi><${Chip} of=${label} />
      <time>${shortTime(Date.parse(m.at), halfMinute.value)}</time></span>
    <span class="hit-b">
      ${icon && html`<${Icon} name=${icon} cls="i-14" />`}<span class="hit-text" data-test="hit-text">
        ${m.direction !== 'in' && html`<b>${author(m.author)}: </b>`}<bdi>
      ${m.excerpt ? pieces(m.excerpt, m.marks).map((p, i) => (p.hit ? html`<mark key=${i}>${p.text}</mark>` : p.text))
        : preview(m.kind, '')}</bdi></span></span></span>`;
}

function author(p) {
  if (p.kind !== 'agent') return t(`owner.${p.kind}`);
  return p.id === me.value?.id ? t('you') : firstName(p.name ?? '') || t('somebody');
}
