// Has numbers hold back what they send: says first what that touches.

import { html, useEffect, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { dayTime, duration, number } from '../../text/format.js';
import { t } from '../../text/i18n.js';
import { serverNow } from '../../core/clock.js';
import { heedFailure } from '../../wire/connection.js';
import { Dialog } from '../../shell/Dialog.js';
import { useSending } from '../form.js';
import { Wrong } from '../Page.js';

const hours = [1, 4, 24, 168];

/** The end as it was chosen; '': somebody resumes it. @param {string} span @param {string} at of a field */
function endOf(span, at) {
  const ms = span === 'at' ? Date.parse(at) : span ? serverNow() + Number(span) * 3_600_000 : NaN;
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}

/** @param {{chosen: import('./state.js').FleetNumber[], onClose: () => void, onOrdered: (job: number) => void}} of */
export function PauseDialog({ chosen, onClose, onOrdered }) {
  const [stops, stop] = useState(() => (chosen.some((n) => n.number.hold?.all) ? 'all' : 'machines'));
  const [reason, setReason] = useState(''), [rate, setRate] = useState('');
  const all = stops === 'all', slow = stops === 'rate' ? Number(rate) || 0 : 0;
  const [touched, touch] = useState(/** @type {import('../../core/api_types.js').Touched|null} */ (null));
  const form = useSending();
  const [span, setSpan] = useState(''), [at, setAt] = useState('');
  // A pause holds back no less than the one before it: what is wholly paused is resumed, not loosened.
  const same = chosen.filter(({ number: { hold } }) => hold && (hold.all && !all || hold.all === all
    && (hold.rate ?? 0) === slow && !hold.until && !span));
  const rest = chosen.filter((n) => !same.includes(n)), ids = rest.map((n) => n.number.id);
  useEffect(() => {
    let gone = false;
    api.touched(chosen.map((n) => n.number.id)).then((now) => { if (!gone) touch(now); }).catch(heedFailure);
    return () => { gone = true; };
  }, []);
  const title = t(stops === 'rate' ? 'fleet.slowOf' : 'fleet.pauseOf', { n: rest.length });
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const until = endOf(span, at);
      const { job } = await api.pauseNumbers({ numbers: ids, all, reason: reason.trim(),
        ...(slow && { rate: slow }), ...(until && { until }) });
      onOrdered(job);
    });
  };
  const choice = (name) => html`<label class="choice"><input class="rad" type="radio" name="stops"
    checked=${stops === name} onChange=${() => stop(name)} data-test=${`stops-${name}`} />
    <b>${t(`fleet.stops.${name}`)}</b><small>${t(`fleet.stops.${name}.hint`)}</small></label>`;
  const count = (n) => (touched ? number(n(touched)) : '…');
  return html`<${Dialog} label=${title} cls="sheet give" onClose=${onClose} test="pause-dialog">
    <form onSubmit=${submit}><h2>${title}</h2>
      <dl class="kv touched" data-test="touched"><dt>${t('fleet.touched.conversations')}</dt>
        <dd>${touched ? t('fleet.touched.people', { c: number(touched.conversations), n: touched.people }) : '…'}</dd>
        <dt>${t('fleet.touched.unanswered')}</dt><dd>${count((n) => n.unanswered)}</dd>
        <dt>${t('fleet.touched.waiting')}</dt><dd>${count((n) => n.waiting)}</dd></dl>
      <fieldset class="choices"><legend class="fld-label">${t('fleet.stops')}</legend>
        ${choice('machines')}${choice('all')}${choice('rate')}</fieldset>
      ${stops === 'rate' && html`<label class="field"><span>${t('fleet.rateField')}</span><input class="input"
        type="number" min="1" max="1000" value=${rate} onInput=${(e) => setRate(e.target.value)}
        data-test="pause-rate" />
        <${Wrong} failure=${form.failure} field="rate" /></label>`}
      <label class="field"><span>${t('fleet.reason')}</span><input class="input" maxlength="200" value=${reason}
        onInput=${(e) => setReason(e.target.value)} data-test="pause-reason" />
        <${Wrong} failure=${form.failure} field="reason" /></label>
      <label class="field"><span>${t('fleet.until')}</span><select class="input" value=${span}
        onChange=${(e) => setSpan(e.target.value)} data-test="pause-until"><option value="">${t('fleet.until.none')}
        </option>${hours.map((h) => html`<option key=${h} value=${String(h)}>${t('fleet.until.in', {
          time: duration(h * 3_600_000), when: dayTime(serverNow() + h * 3_600_000) })}</option>`)}
        <option value="at">${t('fleet.until.at')}</option></select>
        ${span !== 'at' && html`<${Wrong} failure=${form.failure} field="until" />`}</label>
      ${span === 'at' && html`<label class="field"><span>${t('fleet.until.when')}</span><input class="input"
        type="datetime-local" value=${at} onInput=${(e) => setAt(e.target.value)} data-test="pause-at" />
        <${Wrong} failure=${form.failure} field="until" /></label>`}
      <${Wrong} failure=${form.failure} field="" /><${Wrong} failure=${form.failure} field="numbers" />
      ${same.length > 0 && html`<p class="hint" data-test="unchanged">${t('fleet.unchanged', { n: same.length,
        names: same.map((n) => n.number.name || n.number.display).join(', ') })}</p>`}
      <div class="ends"><button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
        <button class="btn btn-main" type="submit" disabled=${form.busy || !reason.trim() || rest.length === 0
          || stops === 'rate' && slow < 1
          || span === 'at' && !endOf(span, at)}
          data-test="pause-confirm">${title}</button></div></form><//>`;
}
