// What is under way for many conversations: how far it is, and what became of each.

import { html, useEffect, useState } from '../html.js';
import { api } from '../wire/api.js';
import { serverNow } from '../core/clock.js';
import { t } from '../text/i18n.js';
import { href } from '../shell/router.js';
import { Dialog } from '../shell/Dialog.js';
import { office } from './people_state.js';

const shownAfter = 5 * 60_000; // milliseconds that one which has ended still stands there
const every = 1_500;

/** The jobs of a page: those under way, and such as ended a moment ago. @param {{kind: string}} props */
export function Jobs({ kind }) {
  const { data } = office.now.value, [open, show] = useState(0);
  const jobs = (data?.jobs ?? []).filter((j) => j.kind === kind
    && (!j.ended_at || serverNow() - Date.parse(j.ended_at) < shownAfter));
  const under = jobs.some((j) => !j.ended_at);
  useEffect(() => {
    if (!under) return undefined;
    const timer = setInterval(() => { if (!document.hidden) void office.load(); }, every);
    return () => clearInterval(timer);
  }, [under]);
  if (jobs.length === 0 || !data) return null;
  return html`<ul class="jobs">${jobs.map((j) => {
    const all = j.done + (j.ended_at ? 0 : j.left);
    return html`<li key=${j.id} data-test="job"><span class="cut">${titleOf(j, data)}</span>
      ${!j.ended_at && html`<progress max=${Math.max(all, 1)} value=${j.done}
        aria-label=${titleOf(j, data)}></progress>`}
      <span class="n" role="status">${j.ended_at ? t('jobs.done', { n: j.done })
        : t('jobs.progress', { done: j.done, all })}</span>
      ${j.failed > 0 && html`<span class="late">${t('jobs.failed', { n: j.failed })}</span>`}
      <button class="link" type="button" onClick=${() => show(j.id)}
        data-test="job-results">${t('jobs.results')}</button>
      </li>`; })}</ul>
    ${open > 0 && html`<${Results} id=${open} data=${data} onClose=${() => show(0)} />`}`;
}

const teamOf = (data, id) => [...data.teams, ...data.removed].find((x) => x.id === id)?.name ?? id;
const personOf = (data, id) => data.people.find((p) => p.id === id)?.name;

const titleOf = (j, data) => (j.kind === 'team_gone'
  ? t('jobs.team', { name: teamOf(data, j.team_id), to: teamOf(data, j.into) })
  : t('jobs.person', { name: personOf(data, j.agent_id) ?? '' }));

/** @param {{id: number, data: any, onClose: () => void}} props */
function Results({ id, data, onClose }) {
  const [items, set] = useState(/** @type {any[]} */ ([]));
  const [next, setNext] = useState(/** @type {string|undefined} */ (''));
  const more = async (after) => {
    const page = await api.job(id, after);
    set((before) => (after ? [...before, ...page.items ?? []] : page.items ?? []));
    setNext(page.next);
  };
  useEffect(() => { void more(''); }, [id]);
  const word = (i) => (i.state === 'failed' ? t('jobs.again', { why: i.result }) : i.state === 'begun' ? t('jobs.begun')
    : i.result === 'queue' ? t('jobs.queue') : i.result === 'already' ? t('jobs.already')
      : personOf(data, i.result) ?? teamOf(data, i.result));
  return html`<${Dialog} label=${t('jobs.results')} cls="sheet give" onClose=${onClose} test="job-dialog">
    <h2>${t('jobs.results')}</h2>${items.length === 0 ? html`<p class="hint">${t('jobs.none')}</p>`
      : html`<div class="jobitems" tabindex="0"><table class="tbl is-tight"><thead><tr>
        <th scope="col" class="l">${t('jobs.conversation')}</th><th scope="col" class="l">${t('jobs.result')}</th></tr>
        </thead><tbody>${items.map((i) => html`<tr key=${i.conversation} data-test="job-item"><td class="l">
          <a class="link" href=${href({ id: i.conversation })}>${i.conversation}</a></td>
          <td class="l">${word(i)}</td></tr>`)}</tbody></table></div>`}
    <div class="ends">${next && html`<button class="btn btn-bare" type="button" onClick=${() => void more(next)}>
      ${t('audit.more')}</button>`}<button class="btn btn-main" type="button" data-focus onClick=${onClose}>
      ${t('done')}</button></div><//>`;
}
