import { html, useEffect, useRef, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { ConnectDialog } from './ConnectDialog.js';
import { ChangeDialog } from './fleet/ChangeDialog.js';
import { NumberDrawer } from './fleet/NumberDrawer.js';
import { PauseDialog } from './fleet/PauseDialog.js';
import { Table } from './fleet/Table.js';
import { badness, fleet, follow, inOrder, job, matching, ranked, refused, tabs } from './fleet/state.js';
import { useSending } from './form.js';
import { Nothing, Page, Wrong } from './Page.js';
import { useFresh } from './resource.js';

/** The order in which numbers stand: settled anew when one looks again, and not before. */
function useOrder(numbers, tab) {
  const order = useRef({ tab: '', ids: /** @type {string[]} */ ([]), stale: true });
  useEffect(() => {
    const away = () => { if (document.hidden) order.current.stale = true; };
    document.addEventListener('visibilitychange', away);
    return () => document.removeEventListener('visibilitychange', away);
  }, []);
  const now = order.current;
  if (numbers.length > 0 && !document.hidden && (now.stale || now.tab !== tab))
    order.current = { tab, ids: ranked(numbers), stale: false };
  return inOrder(numbers, order.current.ids);
}

/** @param {{item: string}} props the number whose drawer is open */
export function NumbersPage({ item }) {
  useFresh(fleet);
  const [connecting, connect] = useState(false), [tab, setTab] = useState('all'), [q, setQ] = useState('');
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const [pausing, pause] = useState(/** @type {string[]|null} */ (null)), sending = useSending();
  const [changing, change] = useState(false);
  const { data } = fleet.now.value, all = data?.numbers ?? [], teams = data?.teams ?? [];
  const team = (id) => teams.find((one) => one.id === id)?.name ?? id;
  const shown = matching(useOrder(all, tab).filter(tabs[tab]), q, team), open = all.find((n) => n.number.id === item);
  const choose = (id, on) => setChosen((before) => {
    const after = new Set(before);
    after[on ? 'add' : 'delete'](id);
    return after;
  });
  const clear = () => setChosen(new Set());
  const cursor = useKeys(shown.map((n) => n.number.id), chosen, choose, clear);
  const ordered = (id) => { pause(null); clear(); void follow(id).then(() => fleet.load()); };
  const resume = (ids) => void sending.send(async () => { ordered((await api.resumeNumbers(ids)).job); });
  const out = all.filter((n) => badness(n) === 0).length, attention = all.filter((n) => badness(n) === 1).length;
  const facts = [t('fleet.facts', { n: all.length }), out && t('fleet.facts.out', { n: out }),
    attention && t('fleet.facts.trouble', { n: attention })].filter(Boolean).join(' · ');
  const picked = all.filter((n) => chosen.has(n.number.id)), held = picked.filter((n) => n.number.hold);
  return html`<${Page} title=${t('settings.numbers')} of=${fleet} test="numbers-page" facts=${facts}
    actions=${html`<input class="input" type="search" aria-label=${t('fleet.find')} placeholder=${t('fleet.find')}
      value=${q} onInput=${(e) => setQ(e.target.value)} data-test="numbers-find" />
      <button class="btn btn-main" type="button" onClick=${() => connect(true)} data-test="number-new">
      ${t('connect')}</button>`}>
    ${picked.length > 0
      ? html`<div class="fbar is-bulk is-wrap" role="toolbar" aria-label=${t('fleet.tabs')} data-test="bulk">
        <b>${t('fleet.chosen', { n: picked.length, of: all.length })}</b>
        <span class="cut">${picked.map((n) => n.number.name || n.number.display).join(', ')}</span>
        <span class="grow"></span><${Wrong} failure=${sending.failure} field="" />
        <button class="btn" type="button" onClick=${() => pause(picked.map((n) => n.number.id))}
          data-test="bulk-pause">${t('fleet.pause')}</button>
        ${held.length > 0 && html`<button class="btn" type="button" disabled=${sending.busy}
          onClick=${() => resume(held.map((n) => n.number.id))} data-test="bulk-resume">${t('fleet.resume')}</button>`}
        <button class="btn" type="button" onClick=${() => change(true)} data-test="bulk-change">
          ${t('fleet.change')}</button>
        <a class="btn" href=${api.fleetExportURL([...chosen])} download data-test="bulk-export">${t('fleet.export')}</a>
        <button class="btn btn-bare" type="button" onClick=${clear} data-test="bulk-clear">${t('fleet.clear')}</button>
          </div>`
      : html`<div class="fbar is-wrap"><div class="ftabs" role="tablist" aria-label=${t('fleet.tabs')}>
        ${Object.keys(tabs).map((name) => html`<button type="button" role="tab" key=${name}
          aria-selected=${tab === name} onClick=${() => setTab(name)} data-test=${`numbers-${name}`}>
          ${t(`fleet.tab.${name}`)}
          <span class=${`n ${name === 'trouble' && out + attention > 0 ? 'soon' : ''}`}>
            ${all.filter(tabs[name]).length}</span></button>`)}</div><span class="grow"></span>
          <${Progress} all=${all} /></div>`}
    <div class=${`split2 ${open ? 'has-drawer no-d' : ''}`}><div tabindex="0">
      ${shown.length > 0 ? html`<${Table} numbers=${shown} team=${team} open=${item} chosen=${chosen} onChoose=${choose}
        onAll=${(on) => setChosen(new Set(on ? shown.map((n) => n.number.id) : []))} cursor=${cursor} />`
        : html`<${Nothing} text=${t(all.length === 0 ? 'fleet.none' : 'fleet.none.match')} />`}</div>
      ${open && html`<${NumberDrawer} of=${open} teams=${teams} key=${item} onPause=${() => pause([item])}
        onResume=${() => resume([item])} />`}</div>
    ${pausing && html`<${PauseDialog} chosen=${all.filter((n) => pausing.includes(n.number.id))}
      onClose=${() => pause(null)} onOrdered=${ordered} />`}
    ${changing && html`<${ChangeDialog} chosen=${picked} teams=${teams} onClose=${() => change(false)}
      onChanged=${() => { change(false); clear(); void fleet.load(); }} />`}
    ${connecting && html`<${ConnectDialog} teams=${teams} onClose=${() => { connect(false); void fleet.load(); }} />`}
      <//>`;
}

/** How far the job is that was begun here. */
function Progress({ all }) {
  const now = job.value, names = refused.value.map((id) => all.find((n) => n.number.id === id)?.number.name || id);
  return html`<span class="sub" role="status" data-test="numbers-job">${now && t(now.resumed ? 'fleet.job.resumed'
    : 'fleet.job.paused', { done: now.done, n: now.numbers ?? 0 })}
    ${names.length > 0 && html`<span class="late" data-test="numbers-refused">
      ${t('fleet.job.refused', { n: names.length, names: names.join(', ') })}</span>`}</span>`;
}

/** J and K move, X chooses, Shift J chooses on the way. Returns where one stands. */
function useKeys(ids, chosen, choose, clear) {
  const [at, move] = useState('');
  useEffect(() => {
    const pressed = (/** @type {KeyboardEvent} */ e) => {
      const target = /** @type {HTMLElement} */ (e.target);
      if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('.scrim')
        || target.matches('input:not([type=checkbox]), select, textarea')) return;
      const here = Math.max(ids.indexOf(target.dataset?.row ?? at), -1), key = e.key.toLowerCase();
      if (key === 'x' && here >= 0) choose(ids[here], !chosen.has(ids[here]));
      else if (key === 'j' || key === 'k') {
        const next = ids[Math.min(Math.max(here + (key === 'j' ? 1 : -1), 0), ids.length - 1)];
        if (e.shiftKey) { if (here >= 0) choose(ids[here], true); if (next) choose(next, true); }
        move(next ?? '');
        /** @type {HTMLElement|null} */ (document.querySelector(`[data-row="${next}"]`))?.focus();
      } else if (e.key === 'Escape' && chosen.size > 0) clear();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [ids.join(), chosen, at]);
  return at;
}
