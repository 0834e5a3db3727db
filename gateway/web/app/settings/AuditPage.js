import { html, useMemo, useState } from '../html.js';
import { api } from '../wire/api.js';
import { clockTime, dayName, dayTime, exactTime } from '../text/format.js';
import { language, t } from '../text/i18n.js';
import { serverNow } from '../core/clock.js';
import { agents, me, numbers } from '../core/state.js';
import { Avatar, Icon } from '../shell/primitives.js';
import { FactorPolicy } from './FactorPolicy.js';
import { ProviderSection } from './ProviderSection.js';
import { numberNames } from './LimitChoice.js';
import { Nothing, Page } from './Page.js';
import { languageNames } from './profile.js';
import { screenName } from './ProfileFields.js';
import { resource, useFresh } from './resource.js';
import { masked } from './Sessions.js';

const kinds = ['person', 'team', 'number', 'key', 'app', 'conversation', 'settings', 'tenant', 'audit'];
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
  const [q, setQ] = useState(''), [action, setAction] = useState(''), [by, setBy] = useState('');
  const [period, setPeriod] = useState('week'), [limit, setLimit] = useState(50);
  const filter = { q: q.trim(), action, by, from: begins(period) };
  const key = JSON.stringify({ ...filter, limit });
  const lines = useMemo(() => resource(() => api.audit({ ...filter, limit })), [key]);
  useFresh(lines);
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
    <tbody>${lines.map((l) => html`<tr key=${l.id} data-test="audit-line"><td class="l dim"
      title=${exactTime(Date.parse(l.at))}>
      ${when(Date.parse(l.at))}</td>
      <td class="l cut"><span class="who">${l.by.kind === 'agent' && html`<${Avatar} name=${l.by.name} size=${20} />`}
        <bdi>${l.by.kind === 'system' ? t('audit.system') : l.by.name}</bdi></span></td>
      <td class="l cut">${t(`audit.do.${l.action}`)}</td><td class="l cut">
        <bdi>${l.object.name || l.object.id}</bdi></td>
      <td class="l cut"><${Change} line=${l} /></td><td class="l hide-d dim">${masked(l.address)}</td>
        </tr>`)}</tbody></table>`;
}

const when = (ms) => (dayName(ms, serverNow()) === t('today') ? exactTime(ms)
  : `${new Intl.DateTimeFormat(language.value, { day: 'numeric', month: 'short' }).format(ms)} ${clockTime(ms)}`);

/** What differs: before, struck out, and after. */
function Change({ line }) {
  const names = Object.keys(line.after ?? line.before ?? {});
  if (line.action === 'person.created' || line.action === 'person.joined' || line.action === 'person.invited')
    return t(`role.${line.after?.role}`);
  return names.map((name) => html`<span class="diff" key=${name}>${line.before && name in line.before
    && html`<s>${valueOf(name, line.before[name])}</s><${Icon} name="right" />`}${valueOf(name,
      line.after?.[name])}</span>`);
}

/** @param {string} name @param {any} value */
function valueOf(name, value) {
  if (name === 'role') return t(`role.${value}`);
  if (name === 'rights') return value.map((r) => t(`apikey.right.${r}`)).join(', ');
  if (name === 'policy') return t(`apikey.policy.${value}.short`);
  if (name === 'numbers') return numberNames(numbers.value, value ?? []) || t('scope.all');
  if (name === 'stops') return t(`fleet.stops.${value}`);
  if (name === 'until' && value) return dayTime(Date.parse(value));
  if (name === 'ended') return t('fleet.ended');
  if (name === 'own_only') return t(value ? 'scope.own' : 'scope.team');
  if (name === 'languages') return languageNames(value ?? []) || t('audit.nothing');
  if (name === 'interface_language') return screenName(value);
  if (name === 'disabled') return t(value ? 'people.off' : 'people.on');
  if (Array.isArray(value)) return value.join(', ') || t('audit.nothing');
  return value === null || value === undefined || value === '' ? t('audit.nothing') : String(value);
}
