// One number: how it fares, what is set of it, and what was changed.

import { html, useMemo, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { dayTime, number as figure, phone } from '../../text/format.js';
import { t } from '../../text/i18n.js';
import { serverNow } from '../../core/clock.js';
import { goSettings } from '../../shell/router.js';
import { useUnsaved } from '../../shell/unsaved.js';
import { told } from '../audit_words.js';
import { Conflict, useConflict } from '../Conflict.js';
import { LanguageChoice } from '../connect/LanguageChoice.js';
import { Drawer } from '../Drawer.js';
import { TokenDialog } from '../TokenDialog.js';
import { useSending } from '../form.js';
import { Wrong } from '../Page.js';
import { resource, useFresh } from '../resource.js';
import { Echoes, Hours, Ratings, steadyWords, useFared } from './Fared.js';
import { fleet, rateOf, stateOf } from './state.js';
import { agoWords, heldWords, metaWords, paceWords, qualityWords, tierWords, tokenWords } from './words.js';

const close = () => goSettings('numbers');
const formOf = (of) => ({ name: of.number.name, team: of.number.team_id, language: of.language ?? '',
  rate: String(of.number.rate ?? '') });

/** @param {{of: import('./state.js').FleetNumber, teams: any[], onPause: () => void, onResume: () => void}} props */
export function NumberDrawer({ of, teams, onPause, onResume }) {
  const [seen, see] = useState(of), [form, set] = useState(formOf(of));
  const sending = useSending(), was = formOf(seen), [renewing, renew] = useState(false), fared = useFared(of.number.id);
  const put = (field) => (e) => set({ ...form, [field]: e.target.value });
  const changed = Object.keys(was).some((field) => form[field].trim() !== was[field]);
  useUnsaved(changed);
  const teamName = (id) => teams.find((team) => team.id === id)?.name ?? id;
  const fields = ['name', 'team', 'language', 'rate'].map((key) => ({
    name: key, label: t(key === 'rate' ? 'fleet.rateField' : `fleet.${key}`), of: (of) => formOf(of)[key],
    now: form[key].trim(), set: (value) => set((now) => ({ ...now, [key]: value })),
    words: key === 'team' ? teamName : String,
  }));
  const conflict = useConflict(seen, fields);
  const begin = (now) => { see(now); set(formOf(now)); conflict.end(); sending.forget(); };
  const save = () => sending.send(() => conflict.sending(async () => {
    begin(await api.changeNumber(of.number.id, { revision: seen.revision, name: form.name.trim(), team_id: form.team,
      language: form.language.trim(), ...(form.rate === was.rate ? {} : { rate: Number(form.rate) || 0 }) }));
    await fleet.load();
  }, async () => {
    await fleet.load();
    return fleet.now.value.data?.numbers.find((n) => n.number.id === of.number.id);
  }, see));
  const n = of.number, hold = n.hold, name = n.name || n.display;
  const field = (key, id, label, rest) => html`<label class="field" for=${id}><span>${label}</span>
    <input class="input" id=${id} value=${form[key]} onInput=${put(key)} data-test=${id} ...${rest} />
    <${Wrong} failure=${sending.failure} field=${key} /></label>`;
  return html`<${Drawer} label=${name} onClose=${close} test="number-drawer"
    head=${html`<div class="thread-id"><h2><bdi>${name}</bdi></h2><p class="num">
      ${phone(n.display)}${' · '}${teamName(n.team_id)}</p></div>`}
    ends=${html`<button class="btn" type="button" onClick=${hold ? onResume : onPause} data-test="drawer-pause">
        ${t(hold ? 'fleet.resume' : 'fleet.pause')}</button><span class="grow"></span>
      <button class="btn" type="button" disabled=${!changed} onClick=${() => begin(of)}>${t('cancel')}</button>
      <button class="btn btn-main" type="button" disabled=${!changed || !form.name.trim() || sending.busy}
        onClick=${() => void save()} data-test="number-save">${t('save')}</button>`}>
    ${renewing && html`<${TokenDialog} number=${of.number} onReplaced=${() => fleet.load()}
      onClose=${() => renew(false)} />`}
    <${Health} of=${of} fared=${fared} />
    <p class="sec"><button class="btn" type="button" onClick=${() => renew(true)} data-test="number-token-new">
      ${t('connect.replace')}</button></p>
    ${fared && html`<${Hours} of=${fared} />`}
    ${fared && (n.coexistence || fared.echoes > 0) && html`<${Echoes} of=${fared} />`}
    <section class="sec spaced">
      <${Conflict} clash=${conflict.clash} fields=${fields} />
      ${field('name', 'edit-name', t('fleet.name'), { maxlength: 100 })}
      <label class="field" for="edit-team"><span>${t('fleet.team')}</span><select class="input" id="edit-team"
        value=${form.team} onChange=${put('team')} data-test="edit-team">
        ${teams.map((team) => html`<option key=${team.id} value=${team.id}>${team.name}</option>`)}</select>
        <small class="hint">${t('fleet.team.hint')}</small><${Wrong} failure=${sending.failure} field="team_id" />
          </label>
      <div class="field"><${LanguageChoice} id="edit-language" label=${t('fleet.language')} value=${form.language}
        none=${t('connect.language.none')} onChange=${(language) => set({ ...form, language })} />
        <${Wrong} failure=${sending.failure} field="language" /></div>
      ${field('rate', 'edit-rate', t('fleet.rateField'), { type: 'number', min: 0, max: 1000 })}
      <${Wrong} failure=${sending.failure} field="" /></section>
    ${fared && html`<${Ratings} of=${fared} />`}<${History} id=${n.id} /><//>`;
}

/** @param {{of: import('./state.js').FleetNumber, fared: import('./Fared.js').NumberHistory|null}} props */
function Health({ of, fared }) {
  const now = serverNow(), n = of.number, token = tokenWords(of, now), state = stateOf(of);
  /** @type {any[]} */
  const lines = [
    [t('fleet.state'), html`<span class=${state.cls}>${t(state.key)}</span>${of.trouble_since
      && html`<span class="later"> ${agoWords(of.trouble_since, now)}</span>`}`],
    n.hold && ['', heldWords(n.hold)],
    [t('fleet.quality'), of.quality && html`${qualityWords(of.quality)}<span class="later">
      ${' '}${steadyWords(fared, now)}</span>`],
    [t('fleet.limit'), of.tier && t('fleet.perDay', { n: tierWords(of.tier) })],
    [t('fleet.now'), n.rate ? t('fleet.paceOf', { n: paceWords(of.per_second), rate: rateOf(n) })
      : t('fleet.paceAt', { n: paceWords(of.per_second) })],
    [t('fleet.restriction'), of.restriction && `${of.restriction}${of.restricted_until
      ? ` · ${dayTime(Date.parse(of.restricted_until))}` : ''}`],
    [t('fleet.token'), html`<span class=${token.cls}>${token.text}</span>${of.token === 'dead' && of.token_since
      && html`<span class="later"> ${agoWords(of.token_since, now)}</span>`}`],
    [t('fleet.nameAtMeta'), of.name_status && html`<span class=${of.name_status === 'DECLINED' ? 'soon' : ''}>
      ${metaWords('name', of.name_status)}</span>`],
    [t('fleet.status'), of.status && metaWords('status', of.status)],
    [t('fleet.received'), agoWords(of.received_at, now)], [t('fleet.sent'), agoWords(of.sent_at, now)],
    [t('fleet.waiting'), figure(of.waiting)],
    [t('fleet.mode'), t(n.coexistence ? 'fleet.mode.both' : 'fleet.mode.api')],
    [t('fleet.read'), `${agoWords(of.read_at, now)}${of.failure ? ` · ${of.failure}` : ''}`],
  ];
  return html`<section class="sec"><dl class="kv" data-test="number-health">${lines.filter((line) => line && line[1])
    .map(([label, value], i) => html`<dt key=${`t${i}`}>${label}</dt><dd key=${`d${i}`}>${value}</dd>`)}</dl>
      </section>`;
}

/** What a line changed: from what to what. @param {import('../audit_words.js').Line} line */
function changesOf(line) {
  const words = told(line).map(({ label, before, after }) =>
    `${label} ${before === undefined ? '' : `${before} → `}${after}`);
  return words.length > 0 ? `: ${words.join(' · ')}` : '';
}

/** What was changed of it, as the audit has it. @param {{id: string}} props */
function History({ id }) {
  const lines = useMemo(() => resource(() => api.audit({ object_kind: 'number', object_id: id, limit: 20 })), [id]);
  useFresh(lines);
  const list = lines.now.value.data?.lines ?? [];
  return html`<section class="sec"><h3>${t('fleet.history')}</h3>
    ${list.length === 0 && html`<p class="hint">${t('fleet.history.none')}</p>`}
    <ul class="past" data-test="number-history">${list.map((line) => html`<li key=${line.id}>
      <time>${dayTime(Date.parse(line.at))}</time> <b class="w-mid">${line.by.kind === 'system'
        ? t('audit.system') : line.by.name}</b>
      ${' '}${t(`audit.do.${line.action}`)}${changesOf(line)}</li>`)}</ul>
      </section>`;
}
