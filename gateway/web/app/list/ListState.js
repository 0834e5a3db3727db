import { claimOldest } from '../do/actions.js';
import { explain } from '../text/failure.js';
import { noFilter } from '../core/filter.js';
import { number } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { loadList } from '../wire/load_list.js';
import { go, hasFilter, route } from '../shell/router.js';
import { counts, noNumber } from '../core/state.js';
import { Setup } from '../shell/Setup.js';

const widths = [[4, 9, 3], [5, 8, 4], [3, 9, 3], [6, 6, 4], [4, 8, 3], [5, 9, 4], [4, 6, 3], [5, 8, 4], [3, 9, 3],
  [4, 8, 3], [5, 6, 3]];

/**
 * A list without rows: not read yet, not readable, or empty for a reason.
 * @param {{list: import('../core/types.js').List|undefined}} props
 */
export function ListState({ list }) {
  if (!list || list.state === 'loading') {
    return html`<div class="rows" role="status" aria-busy="true" aria-label=${t('list.loading')}
      data-test="list-loading">${widths.map((w, i) => html`
      <div class="row" key=${i} aria-hidden="true"><span class="skel sk-av"></span>
        <span class="sk-col">${w.map((n, j) => html`<span class=${`skel sk-10 w-${n}`} key=${j}></span>`)}</span>
          </div>`)}</div>`;
  }
  if (list.state === 'error') {
    return html`<${Blank} test="list-error" title=${t('list.error')}
      text=${explain({ code: list.error ?? '', title: '', status: 0 })}>
      <button class="btn" type="button" onClick=${() => void loadList()}>${t('again')}</button><//>`;
  }
  return html`<${Empty} />`;
}

function Empty() {
  if (noNumber.value)
    return html`<div class="setup-list"><${Blank} test="list-setup" title=${t('setup.none')} text=${t('setup.here')} />
      <${Setup} /></div>`;
  const of = route.value, waiting = counts.value.unclaimed?.n ?? 0;
  if (of.q || hasFilter.value) {
    return html`<${Blank} test="list-empty" title=${t('empty.filter')}
      text=${of.q ? t('empty.search', { q: of.q }) : t('empty.filtered')}>
      <button class="btn" type="button" onClick=${() => go({ q: '', ...noFilter })}>${t('filter.clear')}</button><//>`;
  }
  if (of.view === 'mine' && waiting > 0) {
    return html`<${Blank} test="list-empty" title=${t('empty.mine')}
      text=${t('empty.mine.waiting', { n: waiting, count: number(waiting) })}>
      <button class="btn btn-main" type="button" onClick=${() => void claimOldest()} data-test="claim-oldest">
        ${t('claimOldest')}<kbd>C</kbd></button><//>`;
  }
  return html`<${Blank} test="list-empty" title=${t(`empty.${of.view}`)} text=${t(`empty.${of.view}.text`)} />`;
}

const Blank = ({ title, text, children, test }) =>
  html`<div class="blank in-list" data-test=${test}><h3>${title}</h3><p>${text}</p>${children}</div>`;
