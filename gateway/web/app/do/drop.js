// What is dropped or pasted. A browser opens a file that falls beside a field in
// the place of the page, with all that was typed there.

import { say } from './actions.js';
import { t } from '../text/i18n.js';
import { fields } from './typing.js';

export function guardDrops() {
  addEventListener('dragover', drop);
  addEventListener('drop', drop);
  addEventListener('paste', (e) => {
    const data = e.clipboardData;
    if (data?.files.length && !data.types.includes('text/plain')) say(t('drop.files'));
  });
}

/** @param {DragEvent} e */
function drop(e) {
  const files = e.dataTransfer?.types.includes('Files');
  if (!files && /** @type {Element} */ (e.target).closest?.(fields)) return; // words go where one writes
  e.preventDefault();
  if (files && e.type === 'drop') say(t('drop.files'));
  else if (!files && e.dataTransfer) e.dataTransfer.dropEffect = 'none';
}
