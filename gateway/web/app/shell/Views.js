// The views with their counts, the numbers, and whether the screen is live.

import { counted, labels, number as figure, short } from '../text/format.js';
import { numbersOf } from '../core/filter.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { fresh, go, href, myViews, route } from './router.js';
import { counts, dialog, numbers, tenant } from '../core/state.js';
import { unconfirmed } from '../wire/load_unconfirmed.js';
import { Live } from './Live.js';
import { Icon } from './primitives.js';

const viewIcons = { mine: 'user', unclaimed: 'claim', all: 'inbox', snoozed: 'snooze', resolved: 'done' };
const viewKeys = { mine: 'G M', unclaimed: 'G U', all: 'G T', snoozed: 'G S', resolved: 'G R' };

/** A link that stays in the page. @param {Partial<import('./router.js').Route>} to */
export const follow = (to) => (/** @type {MouseEvent} */ e) => {
  if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
  e.preventDefault();
  go(to);
};

export function Views() {
  const label = labels(numbers.value), of = route.value;
  return html`<aside class="views" aria-label=${t('views')}>
    <div class="views-top"><strong class="cut" dir="auto" data-test="tenant">${tenant.value || t('inbox')}</strong>
      </div>
    <button class="find" type="button" onClick=${() => { dialog.value = { name: 'palette' }; }} data-test="find">
      <${Icon} name="search" /><span>${t('search')}</span><span class="kbd">Ctrl K</span></button>
    <nav class="vgroup" aria-label=${t('views')}>
      ${myViews.value.map((view) => html`<${View} key=${view} view=${view} current=${of.view === view} />`)}
      <${Unsure} /></nav>
    ${numbers.value.length > 1 && html`<nav class="vgroup" aria-labelledby="vg-n"><h2 id="vg-n">${t('numbers')}</h2>
      ${numbers.value.map((n) =>
        html`<${NumberLink} key=${n.id} number=${n} label=${label[n.id]} current=${numbersOf(of.number).includes(n.id)}
          />`)}</nav>`}
    <${Live} /></aside>`;
}

/** Where the sends are that somebody must decide; nowhere while there are none. */
function Unsure() {
  const list = unconfirmed.value.list, n = list?.sends.length ?? 0;
  if (n === 0) return null;
  return html`<button class="view" type="button" onClick=${() => { dialog.value = { name: 'unconfirmed' }; }}
    data-test="view-unconfirmed"><${Icon} name="alert" /><span class="cut">${t('unconfirmed')}</span>
    <span class="n late" data-test="count-unconfirmed">${short(n, list?.more)}</span></button>`;
}

function View({ view, current }) {
  const to = { ...fresh(view), id: route.value.id };
  return html`<a class="view" href=${href(to)} onClick=${follow(to)} title=${`${t(`view.${view}`)}  ${viewKeys[view]}`}
    aria-current=${current ? 'page' : undefined} data-test=${`view-${view}`}><${Icon} name=${viewIcons[view]} />
      <span class="cut">${t(`view.${view}`)}</span>
    <span class="n" title=${figure(counts.value[view]?.n ?? 0)} data-test=${`count-${view}`}>
      ${counted(counts.value[view])}</span></a>`;
}

function NumberLink({ number, label, current }) {
  const count = counts.value[route.value.view], n = count?.numbers[number.id]?.n ?? 0;
  const to = { number: current ? '' : number.id }, down = number.health === 'stopped' || number.health === 'paused';
  return html`<a class=${`view ${label.cls}`} href=${href(to)} onClick=${follow(to)}
    aria-current=${current ? 'true' : undefined} title=${label.name} data-test=${`number-${number.id}`}>
    <span class="sw"></span><span class="cut">${label.label}</span>${down
    ? html`<span class="n late">${t('number.down')}</span>`
      : count
        && html`<span class="n" title=${figure(n)} data-test=${`count-${number.id}`}>${short(n, count.more)}</span>`}
          </a>`;
}
