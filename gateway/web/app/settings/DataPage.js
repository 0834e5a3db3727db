// How long what customers send is kept, and who said so.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { doneAt } from '../text/format.js';
import { t } from '../text/i18n.js';
import { useUnsaved } from '../shell/unsaved.js';
import { toast } from '../core/state.js';
import { Confirm } from './Confirm.js';
import { Conflict, useConflict } from './Conflict.js';
import { useSending } from './form.js';
import { Page, Wrong } from './Page.js';
import { resource, useFresh } from './resource.js';

const shown = 50; // versions

const kept = resource(async () => {
  const [now, history] = await Promise.all([api.settings('media'), api.settingsHistory('media', { limit: shown })]);
  return { now, versions: history.versions };
}, ['settings']);

const daysOf = (/** @type {number} */ n) => (n === 0 ? t('data.ever') : t('data.nDays', { n }));

export function DataPage() {
  useFresh(kept);
  const { data } = kept.now.value;
  return html`<${Page} title=${t('settings.data')} of=${kept} test="data-page"
    facts=${data && daysOf(data.now.settings.keep_days)}><div class="padc own" tabindex="0">
    ${data && html`<${Files} now=${data.now} />
    <section class="sec" data-test="data-history"><h3>${t('data.history')}</h3>
      ${data.versions.length === 0 && html`<p class="hint">${t('data.default')}</p>`}
      <ul class="versions">${data.versions.map((v) => html`<li key=${v.version} data-test="data-version">
        <b>${daysOf(v.settings.keep_days)}</b> <bdi>${v.by?.name}</bdi>${' '}
        <small>${doneAt(Date.parse(v.created_at))}</small>${v.note && html`<p><bdi>${v.note}</bdi></p>`}</li>`)}</ul>
        </section>`}</div><//>`;
}

/** @param {{now: any}} props */
function Files({ now }) {
  const [seen, see] = useState(now), [days, setDays] = useState(String(now.settings.keep_days));
  const [note, setNote] = useState(''), form = useSending(), [asking, ask] = useState(false);
  const fields = [{ name: 'days', label: t('data.files'), of: (v) => v.settings.keep_days, now: Number(days),
    set: (n) => setDays(String(n)), words: daysOf }];
  const conflict = useConflict(seen, fields);
  const changed = days.trim() !== '' && Number(days) !== seen.settings.keep_days;
  const untouched = Number(days) === seen.settings.keep_days && now.version !== seen.version && !conflict.clash;
  if (untouched) { see(now); setDays(String(now.settings.keep_days)); } // another published it
  useUnsaved(changed || note.trim() !== '');
  const publish = () => form.send(() => conflict.sending(async () => {
      see(await api.publish('media', { seen_version: seen.version, settings: { keep_days: Number(days) },
        note: note.trim() }));
      setNote('');
      await kept.load();
      toast.value = { text: t('data.saved') };
    }, async () => { await kept.load(); return kept.now.value.data?.now; }, see));
  const fewer = changed && Number(days) > 0
    && (seen.settings.keep_days === 0 || Number(days) < seen.settings.keep_days);
  const submit = (e) => {
    e.preventDefault();
    if (fewer) ask(true);
    else void publish();
  };
  return html`<section class="sec"><h3>${t('data.title')}</h3><form onSubmit=${submit}>
    <${Conflict} clash=${conflict.clash} fields=${fields} />
    <label class="field" for="keep-days"><span>${t('data.days')}</span><input class="input" id="keep-days"
      type="number" min="0" max="36500" step="1" required value=${days} onInput=${(e) => setDays(e.target.value)}
      aria-describedby="keep-hint" data-test="keep-days" />
      <${Wrong} failure=${form.failure} field="settings.keep_days" /></label>
    <p class="hint" id="keep-hint">${t('data.hint')}</p>
    <label class="field" for="keep-note"><span>${t('data.note')}</span><input class="input" id="keep-note"
      maxlength="500" value=${note} onInput=${(e) => setNote(e.target.value)} data-test="keep-note" />
      <${Wrong} failure=${form.failure} field="note" /></label>
    ${fewer && html`<p class="late" role="status" data-test="keep-removes">${t('data.removes',
      { days: daysOf(Number(days)) })}</p>`}
    <${Wrong} failure=${form.failure} field="" />
    <button class="btn btn-main" type="submit" disabled=${!changed || form.busy} data-test="keep-save">${t('save')}
      </button></form>${asking && html`<${Confirm} title=${t('data.sure', { days: daysOf(Number(days)) })}
        text=${t('data.sure.text')} act=${t('data.sure.do')} onClose=${() => ask(false)} test="keep-sure"
        onYes=${() => { ask(false); void publish(); }} />`}</section>`;
}
