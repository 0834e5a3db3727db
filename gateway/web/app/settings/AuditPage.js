import { html, useEffect, useMemo, useState } from '../html.js';
import { api } from '../wire/api.js';
import { browserOf } from '../text/browser.js';
import { doneAt, fullTime } from '../text/format.js';
import { t } from '../text/i18n.js';
import { serverNow } from '../core/clock.js';
import { agents, me } from '../core/state.js';
import { Avatar, Icon } from '../shell/primitives.js';
import { FactorPolicy } from './FactorPolicy.js';
import { ProviderSection } from './ProviderSection.js';
import { objectWords, told } from './audit_words.js';
import { Nothing, Page } from './Page.js';
import { resource, useFresh } from './resource.js';
import { masked } from './Sessions.js';

const kinds = ['person', 'team', 'number', 'key', 'app', 'conversation', 'settings', 'tenant', 'audit',
  'quick_reply'];
const days = { today: 0, week: 6, month: 29 };

/** @param {string} period @returns {string} the moment that it begins with */
function begins(period) {
  if (!(period in days)) return '';
  const day = new Date(serverNow());
  day.setDate(day.getDate() - days[period]);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

export function AuditPage() {
  const [asked] = useState(() => new URLSearchParams(location.search));
  const [q, setQ] = useState((asked.get('q') ?? '').slice(0, 100)), [action, setAction] = useState(asked.get('action')
    ?? ''), [by, setBy] = useState(asked.get('by') ?? '');
  const [period, setPeriod] = useState(asked.get('when') ?? 'week'), [limit, setLimit] = useState(50);
  const filter = { q: q.trim(), action, by, from: begins(period) };
  const key = JSON.stringify({ ...filter, limit });
  const lines = useMemo(() => resource(() => api.audit({ ...filter, limit })), [key]);
  useFresh(lines);
  useEffect(() => { // the filter stays in the address: a reload, a link to a colleague
    const to = new URLSearchParams(Object.entries({ q: q.trim(), action, by, when: period === 'week' ? '' : period })
      .filter(([, value]) => value));
    history.replaceState(history.state, '', location.pathname + (to.size ? `?${to}` : ''));
  }, [q, action, by, period]);
  const { data } = lines.now.value;
  const pick = (label, value, set, options, test) => html`<select class="input" aria-label=${label} value=${value}
    onChange=${(e) => { set(e.target.value); setLimit(50); }} data-test=${test}>
    ${options.map(([v, words]) => html`<option key=${v} value=${v}>${words}</option>`)}</select>`;
  return html`<${Page} title=${t('settings.audit')} of=${lines} test="audit-page"
    facts=${t('audit.facts')}
    actions=${html`<a class="btn" href=${api.auditExportURL(filter)} download data-test="audit-export">
      <${Icon} name="download" cls="i-14" />${t('audit.export')}</a>`}>
    ${me.value?.role === 'admin' && html`<${FactorPolicy} /><${ProviderSection} />`}
    <div class="fbar is-wrap"><input class="input" type="search" aria-label=${t('audit.find')}
      placeholder=${t('audit.find')} value=${q}
      maxlength="100" onInput=${(e) => setQ(e.target.value)} data-test="audit-find" />
      ${pick(t('audit.what'), action, setAction, [['', t('audit.all')], ...kinds.map((k) => [k,
        t(`audit.kind.${k}`)])], 'audit-kind')}
      ${pick(t('audit.who'), by, setBy, [['', t('audit.everybody')], ...agents.value.map((a) => [a.id, a.name])],
        'audit-by')}
      ${pick(t('audit.when'), period, setPeriod,
        ['today', 'week', 'month', 'ever'].map((p) => [p, t(`audit.${p}`)]), 'audit-when')}</div>
    <div class="split2"><div tabindex="0">${data?.lines.length === 0 ? html`<${Nothing} text=${t('audit.none')} />`
      : html`<${Lines} lines=${data?.lines ?? []} />`}
      ${data?.next && html`<p class="tfoot"><button class="btn" type="button" disabled=${limit >= 200}
        onClick=${() => setLimit(Math.min(limit * 2, 200))} data-test="audit-more">${t('audit.more')}</button>
          ${limit >= 200 && html`<span>${t('audit.narrow')}</span>`}</p>`}</div></div><//>`;
}

function Lines({ lines }) {
  return html`<table class="tbl audit is-stack"><colgroup>
    <col class="c-112" /><col class="c-156" /><col class="c-168" />
    <col class="c-184" /><col /><col class="c-136 hide-d" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('audit.time')}</th><th scope="col" class="l">${t('audit.who')}</th>
      <th scope="col" class="l">${t('audit.what')}</th><th scope="col" class="l">${t('audit.object')}</th>
      <th scope="col" class="l">${t('audit.change')}</th><th scope="col" class="l hide-d">${t('audit.where')}</th>
        </tr></thead>
    <tbody>${lines.map((l) => html`<${Line} key=${l.id} of=${l} />`)}</tbody></table>`;
}

/** @param {{of: import('./audit_words.js').Line}} props */
function Line({ of: l }) {
  const [open, show] = useState(false), changes = told(l);
  return html`<tr data-test="audit-line" aria-selected=${open ? 'true' : undefined}><td class="l dim"
      title=${fullTime(Date.parse(l.at))}>${doneAt(Date.parse(l.at), serverNow())}</td>
      <td class="l cut"><span class="who">${l.by.kind === 'agent' && html`<${Avatar} name=${l.by.name} size=${20} />`}
        <bdi>${l.by.kind === 'system' ? t('audit.system') : l.by.name}</bdi></span></td>
      <td class="l cut" title=${t(`audit.do.${l.action}`)}>${t(`audit.do.${l.action}`)}</td>
      <td class="l cut" title=${objectWords(l)}><bdi>${objectWords(l)}</bdi></td>
      <td class="l cut"><button class="cell-link audit-open" type="button" aria-expanded=${String(open)}
        onClick=${() => show(!open)} data-test="audit-open"><${Icon} name="right" cls="i-14"
          label=${t('audit.whole')} /><span class="cut"><${Change} of=${changes} /></span></button></td>
      <td class="l hide-d dim">${masked(l.address)}</td></tr>
      ${open && html`<${Whole} line=${l} of=${changes} />`}`;
}

/** What differs: before, struck out, and after. @param {{of: import('./audit_words.js').Told[]}} props */
const Change = ({ of }) => of.map((one) => html`<span class="diff" key=${one.name}><small>${one.label}</small>
  ${one.before !== undefined && html`<s>${one.before}</s><${Icon} name="right" />`}<bdi>${one.after}</bdi></span>`);

/** The whole line, where a row has no room for it. @param {{line: import('./audit_words.js').Line,
 *   of: import('./audit_words.js').Told[]}} props */
const Whole = ({ line, of }) => html`<tr class="audit-whole" data-test="audit-whole"><td class="l" colspan="6">
  <dl class="kv"><dt>${t('audit.time')}</dt><dd>${fullTime(Date.parse(line.at))}</dd>
    <dt>${t('audit.object')}</dt><dd><bdi>${objectWords(line)}</bdi></dd>
    ${of.map((one) => html`<dt key=${`t${one.name}`}>${one.label}</dt><dd key=${`d${one.name}`}><span class="diff">
      ${one.before !== undefined && html`<s>${one.before}</s><${Icon} name="right" />`}<bdi>${one.after}</bdi></span>
      </dd>`)}
    ${line.client && html`<dt>${t('audit.where')}</dt><dd><bdi>${[masked(line.address), browserOf(line.client)]
      .filter(Boolean).join(' · ')}</bdi></dd>`}</dl></td></tr>`;
