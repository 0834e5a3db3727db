// A conversation that the person may not see, or no longer: no word of it is
// shown, but what the person wrote is his.

import { copyText } from '../do/actions.js';
import { readDraft } from '../composer/drafts.js';
import { html, useEffect } from '../html.js';
import { t } from '../text/i18n.js';
import { go } from '../shell/router.js';
import { pane, pending, stale } from '../core/state.js';
import { Icon } from '../shell/primitives.js';

const sample = 2000; // characters shown of each; all are copied

/** @param {{id: string}} props */
export function Gone({ id }) {
  useEffect(() => { if (pane.value === 'panel') pane.value = 'thread'; }, [id]);
  const kept = written(id);
  return html`<section class="thread-pane" aria-label=${t('thread')} data-test="thread-gone">
    <div class="blank mid"><${Icon} name="lock" /><h3 role="status">${t('gone.title')}</h3><p>${t('gone.text')}</p>
    ${kept.length > 0 && html`<h4 class="fld-label">${t('gone.kept')}</h4>
      <ul class="kept" data-test="gone-kept">
        ${kept.map((text) =>
          html`<li key=${text.slice(0, 80)}>
            <span dir="auto">${text.length > sample ? `${text.slice(0, sample)}…` : text}</span></li>`)}</ul>`}
    <div class="ends">
      ${kept.length > 0
        && html`<button class="btn btn-main" type="button" onClick=${() => void copyText(kept.join('\n\n'))}
          data-test="gone-copy"><${Icon} name="copy" cls="i-14" />${t('copy')}</button>`}
      <button class="btn" type="button" onClick=${() => { pane.value = 'list'; go({ id: '' }); }}>${t('gone.back')}
        </button></div></div></section>`;
}

/** What was typed here and is nowhere else. @param {string} id */
function written(id) {
  const unsent = (pending.value[id] ?? []).filter((p) => p.state === 'failed').map((p) => p.text);
  return [...new Set([...unsent, stale.value[id]?.text, readDraft(id), readDraft(id, 'note')])].filter((text) => text);
}
