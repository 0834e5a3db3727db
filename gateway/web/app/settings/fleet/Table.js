import { html } from '../../html.js';
import { phone } from '../../text/format.js';
import { t } from '../../text/i18n.js';
import { serverNow } from '../../core/clock.js';
import { goSettings } from '../../shell/router.js';
import { rateOf, stateOf } from './state.js';
import { agoWords, heldWords, paceWords, qualityWords, tierWords, tokenWords } from './words.js';

/**
 * @param {{numbers: import('./state.js').FleetNumber[], team: (id: string) => string, open: string,
 *   chosen: Set<string>, onChoose: (id: string, on: boolean) => void, onAll: (on: boolean) => void,
 *   cursor: string}} props
 */
export function Table({ numbers, team, open, chosen, onChoose, onAll, cursor }) {
  const all = numbers.length > 0 && numbers.every((n) => chosen.has(n.number.id)), now = serverNow();
  const some = !all && numbers.some((n) => chosen.has(n.number.id));
  const head = (key, cls = '') => html`<th scope="col" class=${cls}>${t(key)}</th>`;
  return html`<table class="tbl fleet"><colgroup><col class="c-32" /><col /><col class="c-152 hide-d hide-s hide-l" />
    <col class="c-124 hide-d hide-s hide-m" /><col class="c-148" /><col class="c-76 hide-s" />
    <col class="c-84 hide-d hide-s hide-x" /><col class="c-64 hide-s" /><col class="c-104 hide-s hide-x" />
    <col class="c-84 hide-d hide-s" /><col class="c-76 hide-d hide-s hide-l" /></colgroup>
    <thead><tr><th scope="col"><input class="chk" type="checkbox" aria-label=${t('fleet.chooseAll')} checked=${all}
      indeterminate=${some} onChange=${(e) => onAll(e.target.checked)} data-test="choose-all" /></th>
      ${head('fleet.number', 'l')}${head('fleet.phone', 'l hide-d hide-s hide-l')}
      ${head('fleet.team', 'l hide-d hide-s hide-m')}
      ${head('fleet.state', 'l')}${head('fleet.quality', 'hide-s')}${head('fleet.tier', 'hide-d hide-s hide-x')}
      ${head('fleet.pace', 'hide-s')}${head('fleet.webhook', 'hide-s hide-x')}${head('fleet.token', 'hide-d hide-s')}
      ${head('fleet.coexistence', 'hide-d hide-s hide-l')}</tr></thead>
    <tbody>${numbers.map((of) => html`<${Row} key=${of.number.id} of=${of} team=${team(of.number.team_id)} now=${now}
      selected=${open === of.number.id || chosen.has(of.number.id)} chosen=${chosen.has(of.number.id)}
      cursor=${cursor === of.number.id} onChoose=${onChoose} />`)}</tbody></table>`;
}

/** Close to what it may. @param {import('./state.js').FleetNumber} of */
const fast = (of) => of.per_second > 0 && of.per_second >= 0.8 * rateOf(of.number);

function Row({ of, team, now, selected, chosen, cursor, onChoose }) {
  const n = of.number, state = stateOf(of), token = tokenWords(of, now), name = n.name || phone(n.display);
  const silent = of.troubles.includes('silent') ? 'late' : '';
  return html`<tr aria-selected=${selected ? 'true' : undefined} data-test=${`number-${n.id}`} data-id=${n.id}>
    <td><input class="chk" type="checkbox" aria-label=${t('fleet.choose', { name })} checked=${chosen}
      onChange=${(e) => onChoose(n.id, e.target.checked)} data-test=${`choose-${n.id}`} /></td>
    <td class="l"><button type="button" class="cell-link" onClick=${() => goSettings('numbers', n.id)}
      data-cursor=${cursor ? '' : undefined} data-row=${n.id}><b class="w-mid cut">${name}</b></button></td>
    <td class="l dim num hide-d hide-s hide-l">${phone(n.display)}</td>
    <td class="l cut hide-d hide-s hide-m">${team}</td>
    <td class=${`l cut ${state.cls}`} title=${n.hold ? heldWords(n.hold) : undefined} data-test="state">
      ${t(state.key)}</td>
    <td class=${`hide-s ${of.quality === 'RED' ? 'late' : ''}`}>${qualityWords(of.quality)}</td>
    <td class="hide-d hide-s hide-x">${tierWords(of.tier)}</td>
    <td class=${`hide-s ${fast(of) ? 'soon' : ''}`} data-test="pace" title=${n.rate ? t('fleet.paceOf', {
      n: paceWords(of.per_second), rate: rateOf(n) }) : undefined}>${paceWords(of.per_second)}</td>
    <td class=${`hide-s hide-x ${silent}`}>${agoWords(of.received_at, now)}</td>
    <td class=${`hide-d hide-s ${token.cls}`}>${token.text}</td>
    <td class="hide-d hide-s hide-l">${t(n.coexistence ? 'fleet.yes' : 'fleet.no')}</td></tr>`;
}
