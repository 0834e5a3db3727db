// What is chosen, dropped or pasted as files: it goes into the composer of the open conversation. A browser opens a
// file that falls beside a field in the place of the page, with all that was typed there.

import { say } from './actions.js';
import { focusComposer } from './focus.js';
import { addFiles } from '../composer/attached.js';
import { serverNow } from '../core/clock.js';
import { mayWrite } from '../core/may.js';
import { composing, dialog, pane, signal, state } from '../core/state.js';
import { openId } from '../shell/router.js';
import { t } from '../text/i18n.js';
import { fields } from './typing.js';

/** Whether files are held over the page. */
export const held = signal(false);

export function guardDrops() {
  addEventListener('dragover', drop);
  addEventListener('drop', drop);
  addEventListener('dragleave', (e) => { if (!e.relatedTarget) held.value = false; });
  addEventListener('paste', (e) => {
    const data = e.clipboardData;
    if (!data?.files.length || data.types.includes('text/plain')) return;
    e.preventDefault();
    attach(data.files);
  });
}

/** @param {DragEvent} e */
function drop(e) {
  const data = e.dataTransfer, files = data?.types.includes('Files');
  if (!files && /** @type {Element} */ (e.target).closest?.(fields)) return; // words go where one writes
  e.preventDefault();
  held.value = Boolean(files) && e.type === 'dragover' && may();
  if (files && e.type === 'drop') attach(data?.files ?? []);
  else if (!files && data) data.dropEffect = 'none';
}

const may = () => !dialog.value && mayWrite(state.value, openId.value, serverNow());

/** @param {Iterable<File>} files */
function attach(files) {
  if (!may()) { say(t('drop.no')); return; }
  pane.value = 'thread';
  composing.value = 'reply';
  addFiles(openId.value, files);
  focusComposer();
}

/** Asks for files, to go with the reply. @param {string} id */
export function chooseFiles(id) {
  const field = document.createElement('input');
  field.type = 'file';
  field.multiple = true;
  field.hidden = true;
  field.dataset.test = 'choose-files';
  field.addEventListener('change', () => {
    composing.value = 'reply';
    addFiles(id, field.files ?? []);
    field.remove();
    focusComposer();
  });
  field.addEventListener('cancel', () => field.remove());
  document.querySelector('[data-test="choose-files"]')?.remove();
  document.body.append(field); // a browser may forget one that is nowhere
  field.click();
}
