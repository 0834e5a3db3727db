// How a number fared: what went through it, and what Meta said of it.

import { html, useMemo } from '../../html.js';
import { api } from '../../wire/api.js';
import { clockTime, dayTime, duration, number as figure } from '../../text/format.js';
import { t } from '../../text/i18n.js';
import { resource, useFresh } from '../resource.js';
import { qualityWords, tierWords } from './words.js';

/** @typedef {import('../../core/api_types.js').NumberHistory} NumberHistory */

/** @param {string} id @returns {NumberHistory|null} null: not read yet */
export function useFared(id) {
  const fared = useMemo(() => resource(() => api.numberHistory(id)), [id]);
  useFresh(fared);
  return fared.now.value.data;
}

/** Since when the quality is what it is, in words. @param {NumberHistory|null} of @param {number} now */
export function steadyWords(of, now) {
  const ratings = of?.ratings ?? [], other = ratings.findIndex((r) => r.quality !== ratings[0].quality);
  const first = ratings.at(other < 0 ? -1 : other - 1);
  return first?.at ? t('fleet.steady', { time: duration(now - Date.parse(first.at)) }) : '';
}

const wide = 240, high = 40;

/** The last 24 hours. @param {{of: NumberHistory}} props */
export function Hours({ of }) {
  const { hours } = of, sum = (key) => hours.reduce((n, o) => n + o[key], 0);
  const most = Math.max(1, ...hours.map((o) => o.received + o.sent + o.failed)), step = wide / hours.length;
  const totals = { received: sum('received'), sent: sum('sent'), failed: sum('failed') };
  const words = (key) => t(`fleet.day.${key}`, { n: totals[key], figure: figure(totals[key]) });
  const bars = (o, i) => {
    let top = high;
    return [['in', o.received], ['out', o.sent], ['no', o.failed]].map(([kind, n]) => {
      const height = n * (high - 2) / most;
      top -= height;
      return n > 0 && html`<rect class=${`hours-${kind}`} x=${i * step + 1} y=${top} width=${step - 2}
        height=${height} />`;
    });
  };
  return html`<section class="sec" data-test="number-day"><div class="sec-h"><h3>${t('fleet.day')}</h3></div>
    <p class="keyed"><span>${words('received')}</span><span class="of-out">${words('sent')}</span>
      <span class=${totals.failed > 0 ? 'of-no late' : 'of-no'}>${words('failed')}</span></p>
    <svg class="hours" viewBox=${`0 0 ${wide} ${high}`} preserveAspectRatio="none" aria-hidden="true">${hours.map(bars)}
      <line class="hours-base" x1="0" y1=${high} x2=${wide} y2=${high} /></svg>
    <p class="hours-of"><span>${clockTime(Date.parse(hours[0].at))}</span><span>${t('now')}</span></p></section>`;
}

/** What comes from the phone of a number with coexistence. @param {{of: NumberHistory}} props */
export const Echoes = ({ of }) => html`<section class="sec" data-test="number-echoes"><div class="sec-h">
  <h3>${t('fleet.echoes')}</h3><small>${t('fleet.echoes.span')}</small><small class="end">
  ${t('fleet.echoes.n', { n: of.echoes, figure: figure(of.echoes) })}</small></div>
  ${of.echo_at && html`<p class="past">${t('fleet.echoes.last', { time: dayTime(Date.parse(of.echo_at)) })}</p>`}
  <p class="hint pt">${t('fleet.echoes.hint')}</p></section>`;

const tones = { RED: 'late', YELLOW: 'soon' };

/** What Meta said, the newest first. @param {{of: NumberHistory}} props */
export const Ratings = ({ of }) => html`<section class="sec"><h3>${t('fleet.ratings')}</h3>
  ${of.ratings.length === 0 && html`<p class="hint">${t('fleet.ratings.none')}</p>`}
  <ul class="past" data-test="number-ratings">${of.ratings.map((r) => html`<li key=${r.at}>
    <time>${dayTime(Date.parse(r.at))}</time>${' '}<b class=${`w-mid ${tones[r.quality ?? ''] ?? ''}`}>
    ${qualityWords(r.quality)}</b>${r.tier ? ` · ${t('fleet.perDay', { n: tierWords(r.tier) })}` : ''}</li>`)}</ul>
    </section>`;
