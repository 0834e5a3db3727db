import { ago } from '../core/clock.js';
import { duration } from '../text/format.js';
import { explain } from '../text/failure.js';
import { html, useEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { keyOf, readable } from './templates.js';
import { tag } from '../text/languages.js';
import { composes } from '../do/typing.js';

/**
 * Search, and what it finds: one list that the arrows move in while the search
 * keeps the focus.
 * @param {{
 *   list: import('../core/types.js').TemplateList|undefined, found: import('../core/types.js').Template[], chosen:
 *   import('../core/types.js').Template|undefined,
 *   q: string, search: (q: string) => void, pick: (t: import('../core/types.js').Template) => void, take: (t:
 *   import('../core/types.js').Template) => void, onward: () => void, again: () => void, ids?: string,
 * }} props ids: begins the ids of the elements, where another list may be on the screen
 */
export function TemplateList({ list, found, chosen, q, search, pick, take, onward, again, ids = 'tpl' }) {
  const options = useRef(/** @type {HTMLElement|null} */ (null));
  const at = chosen ? found.indexOf(chosen) : -1;
  useEffect(() => { options.current?.children[at]?.scrollIntoView({ block: 'nearest' }); }, [at]);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (composes(e) || e.ctrlKey || e.metaKey) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const to = found[Math.max(0, Math.min(found.length - 1, at + (e.key === 'ArrowDown' ? 1 : -1)))];
      if (to) pick(to);
    }
    if (e.key === 'Enter' && chosen) { e.preventDefault(); pick(chosen); onward(); }
  };
  return html`<div class="tpllist">
    <input class="input" role="combobox" maxlength="100" aria-label=${t('tpl.search')} placeholder=${t('tpl.search')}
      value=${q} autocomplete="off" spellcheck="false"
      aria-expanded=${found.length > 0} aria-controls=${`${ids}-options`} aria-autocomplete="list"
        aria-activedescendant=${at >= 0 ? `${ids}-${at}` : undefined}
      onInput=${(e) => search(e.target.value)} onKeyDown=${keys} data-test="template-search" />
    ${list?.failure && list.synced > 0
      && html`<p class="hint soon" data-test="template-old">${t('tpl.old', { time: duration(ago(list.synced)) })}</p>`}
    ${list?.state === 'ready' && list.error
      && html`<p class="hint soon tpl-failed" role="alert" data-test="template-failed"><span>${t('tpl.error')}
        ${' '}${told(list.error)}</span>
        <button class="btn" type="button" onClick=${again}>${t('again')}</button></p>`}
    <div role="listbox" id=${`${ids}-options`} aria-label=${t('tpl.approved')} ref=${options}>
      ${found.map((x, i) => html`<div class="tplopt" role="option" id=${`${ids}-${i}`} key=${keyOf(x)} title=${x.name}
      aria-selected=${i === at} onClick=${() => take(x)} data-test="template-option" data-name=${x.name}>
        <b class="cut">${readable(x.name)}</b><small class="cut">
          ${x.unsupported ? html`<span class="soon">${t('tpl.notHere')}</span> · ` : ''}
          ${t(`tpl.${x.category}`)} · ${tag(x.language)}</small>
          </div>`)}</div>
    ${found.length === 0 && html`<${Nothing} list=${list} q=${q} again=${again} />`}</div>`;
}

/** Why a reading failed. @param {string|undefined} code */
const told = (code) => explain({ code: code ?? '', title: '', status: 0 });

/** Why there is nothing to choose, and what would help. */
function Nothing({ list, q, again }) {
  if (!list || list.state === 'loading') {
    return html`<div role="status" data-test="template-loading"><span class="sr">${t('tpl.loading')}</span>
      ${[1, 2, 3, 4].map((n) =>
        html`<div class="tplopt" key=${n} aria-hidden="true"><span class="skel tpl-skel"></span>
          <span class="skel tpl-skel is-short"></span></div>`)}</div>`;
  }
  const words = (/** @type {string} */ title, text = '') =>
    html`<div class="tpl-none" role="status" data-test="template-none"><p><b>${title}</b></p>
      ${text && html`<p class="hint">${text}</p>`}
    ${!q && html`<button class="btn" type="button" onClick=${again} data-test="template-again">${t('again')}</button>`}
      </div>`;
  if (list.state === 'error') return words(t('tpl.error'), told(list.error));
  if (list.error) return null; // said above
  if (q) return words(t('tpl.none.found', { q }));
  if (!list.synced) return words(t('tpl.never'), list.failure ? t('tpl.neverFailed') : '');
  return words(t('tpl.none'), t('tpl.none.text'));
}
