import { html, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { ConnectDialog } from './ConnectDialog.js';
import { Nothing, Page } from './Page.js';
import { office } from './people_state.js';
import { useFresh } from './resource.js';

const colour = { ok: '', stopped: 'late' }; // what is fine has none
const worst = ['stopped', 'paused', 'slow', 'unknown', 'ok'];

export function NumbersPage() {
  useFresh(office);
  const [connecting, connect] = useState(false);
  const { data } = office.now.value, numbers = [...data?.numbers ?? []]
    .sort((a, b) => worst.indexOf(a.health) - worst.indexOf(b.health) || a.display.localeCompare(b.display));
  return html`<${Page} title=${t('settings.numbers')} of=${office} test="numbers-page"
    facts=${t('fleet.facts', { n: numbers.length })}
    actions=${html`<button class="btn btn-main" type="button" onClick=${() => connect(true)} data-test="number-new">
      ${t('connect')}</button>`}><div class="split2"><div tabindex="0">
    ${numbers.length === 0 ? html`<${Nothing} text=${t('fleet.none')} />`
      : html`<table class="tbl"><colgroup><col /><col class="c-176" /><col class="c-144 hide-s" />
        <col class="c-112 hide-s" />
        <col class="c-88 hide-s" /></colgroup><thead><tr><th scope="col" class="l">${t('fleet.number')}</th>
        <th scope="col" class="l">${t('fleet.health')}</th><th scope="col" class="l hide-s">${t('teams.team')}</th>
        <th scope="col" class="l hide-s">${t('fleet.quality')}</th><th scope="col"
          class="hide-s">${t('fleet.rate')}</th></tr></thead>
        <tbody>${numbers.map((n) => html`<tr key=${n.id} data-test=${`number-${n.id}`}>
          <td class="l cut"><b class="w-mid">${n.name || n.display}</b> <small>${n.name ? n.display : ''}</small></td>
          <td class=${`l ${colour[n.health] ?? 'soon'}`}>${t(`fleet.${n.health}`)}</td>
          <td class="l cut hide-s">${data?.teams.find((team) => team.id === n.team_id)?.name ?? n.team_id}</td>
          <td class="l hide-s">${n.quality ?? ''}</td>
          <td class="hide-s">${n.rate ? t('fleet.perSecond', { n: n.rate }) : ''}</td></tr>`)}</tbody>
            </table>`}</div></div>
    ${connecting && html`<${ConnectDialog} teams=${data?.teams ?? []} onClose=${() => connect(false)} />`}<//>`;
}
