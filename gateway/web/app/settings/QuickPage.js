// The quick replies: one's own, those of teams and of the company, found and changed.

import { html, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { number } from '../text/format.js';
import { goSettings } from '../shell/router.js';
import { fold, found } from '../quick/replies.js';
import { quickReplies, whose } from '../quick/state.js';
import { looksOn } from '../core/state.js';
import { Nothing, Page } from './Page.js';
import { QuickDrawer } from './QuickDrawer.js';
import { useFresh } from './resource.js';

const tabs = ['all', 'own', 'team', 'company'];

/** What begins with a plus is a new one, with the shortcut after it. @param {string} item */
const begun = (item) => (item.startsWith('+') ? item.slice(1) : null);

/** @param {{item: string}} props the reply whose drawer is open */
export function QuickPage({ item }) {
  useFresh(quickReplies);
  const [tab, setTab] = useState('all'), [q, setQ] = useState('');
  const { data } = quickReplies.now.value, all = data?.replies ?? [];
  const of = (name) => all.filter((r) => name === 'all' || r.visibility === name);
  const shown = matching(of(tab), q), open = all.find((r) => r.id === item), fresh = begun(item);
  const drawer = data && (open || (fresh !== null && !looksOn.value));
  return html`<${Page} title=${t('settings.quick')} of=${quickReplies} test="quick-page"
    facts=${t('quick.facts', { n: all.length })}
    actions=${html`<input class="input" type="search" aria-label=${t('quick.find')} placeholder=${t('quick.find')}
      maxlength="100" value=${q} onInput=${(e) => setQ(e.target.value)} data-test="quick-find" />
      ${!looksOn.value && html`<button class="btn btn-main" type="button" onClick=${() => goSettings('quick', '+')}
        data-test="quick-new">${t('quick.new')}</button>`}`}>
    <div class="fbar"><div class="ftabs" role="tablist" aria-label=${t('quick.tabs')}>
      ${tabs.filter((name) => name !== 'own' || !looksOn.value).map((name) => html`<button type="button" role="tab"
        key=${name} aria-selected=${tab === name} onClick=${() => setTab(name)} data-test=${`quick-tab-${name}`}>
        ${t(`quick.tab.${name}`)}<span class="n">${of(name).length}</span></button>`)}</div></div>
    <div class=${`split2 ${drawer ? 'has-drawer no-d' : ''}`}><div tabindex="0">
      ${shown.length > 0 ? html`<${Table} replies=${shown} open=${item} />`
      : html`<${Nothing} text=${q ? t('quick.none.found', { q }) : t('quick.none')} />`}</div>
      ${drawer && html`<${QuickDrawer} reply=${open} shortcut=${fresh ?? ''} data=${data}
        key=${open?.id ?? '+'} />`}</div><//>`;
}

/** Those with the words in shortcut, title or text; without words by shortcut. */
function matching(replies, q) {
  const words = q.trim().replace(/^\//, ''), close = found(replies, words);
  if (!words) return replies;
  const text = fold(words);
  return [...close, ...replies.filter((r) => !close.includes(r) && fold(r.text).includes(text))];
}

function Table({ replies, open }) {
  return html`<table class="tbl is-2 is-stack"><colgroup><col /><col class="c-200" /><col class="c-184 hide-d" />
    <col class="c-112" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('quick.reply')}</th><th scope="col" class="l">${t('quick.shortcut')}</th>
      <th scope="col" class="l hide-d">${t('quick.whose')}</th><th scope="col">${t('quick.used')}</th></tr></thead>
    <tbody>${replies.map((r) => html`<tr key=${r.id} aria-selected=${open === r.id ? 'true' : undefined}
      data-test="quick-row"><td class="l"><button type="button" class="cell-link"
      onClick=${() => goSettings('quick', r.id)} data-test=${`quick-${r.shortcut}`}><b class="cut w-mid">
      <bdi>${r.title}</bdi></b></button><small class="cut" dir="auto">${r.text}</small></td>
      <td class="l"><span class="cut mono">/${r.shortcut}</span></td>
      <td class="l hide-d"><span class="cut">${whose(r)}</span></td><td>${number(r.used)}</td></tr>`)}</tbody></table>`;
}
