// Over the composer: when a message leaves, with what WhatsApp allows then.

import { allowed, choices } from './later_times.js';
import { reschedule, scheduleReply, scheduling } from './scheduling.js';
import { composing } from '../core/state.js';
import { windowOf } from '../core/composer_state.js';
import { halfMinute, serverNow } from '../core/clock.js';
import { clockTime, dayTime, duration, firstName, localTime, nameOf, shortTime } from '../text/format.js';
import { focusComposer } from '../do/focus.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { soleZone } from '../panel/zones.js';
import { Icon, Keys } from '../shell/primitives.js';

/** @param {{row: import('../core/types.js').Row, of: import('./scheduling.js').Scheduling}} props */
export function SchedulePanel({ row, of }) {
  const now = halfMinute.value, name = firstName(nameOf(row.contact)), w = windowOf(row, now);
  const [cancels, setCancels] = useState(of.item?.cancel_if_answered ?? true), [own, setOwn] = useState('');
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const list = choices(now), zone = soleZone(row.contact.address);
  const free = of.kind === 'reply' || of.kind === 'move' && of.item?.message.kind !== 'template';
  const close = () => { scheduling.value = null; focusComposer(); };
  useLayoutEffect(() => { options(box.current)[0]?.focus(); }, []);
  useEffect(() => {
    const away = (/** @type {Event} */ e) => { if (!box.current?.contains(/** @type {Node} */ (e.target)))
      scheduling.value = null; };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, []);

  const pick = (/** @type {number} */ at) => {
    const past = allowed(at, w.open ? w.closes : 0).state === 'template';
    if (past && of.kind === 'move' && free) return; // its words are no template
    if (past && free) { // the time is kept while one chooses the template
      scheduling.value = { id: of.id, kind: 'awaits', at, cancels };
      composing.value = 'template';
      focusComposer();
      return;
    }
    close();
    if (of.kind === 'move' && of.item) void reschedule(of.id, of.item, at, cancels);
    else if (of.run) void of.run(at, cancels);
    else void scheduleReply(of.id, at, cancels);
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); close(); return; }
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key], all = options(box.current);
    const on = all.indexOf(/** @type {any} */ (document.activeElement));
    if (!by || on < 0) return;
    e.preventDefault();
    all[(on + by + all.length) % all.length].focus();
  };
  const at = own ? new Date(own).getTime() : 0, good = at > serverNow();
  return html`<div class="later" role="dialog" aria-label=${t('later.title')} ref=${box} onKeyDown=${keys}
    data-test="later">
    <p class="later-top"><b>${t(of.kind === 'move' ? 'later.move' : 'later.title')}</b>
      ${zone
        && html`<span data-test="later-zone">${t('later.theirs', { name, time: localTime(zone, now) })}</span>`}</p>
    <div class="later-list">${list.map((c) => html`<${Option} key=${c.key} at=${c.at} why=${t(`later.${c.key}`)}
      zone=${zone} now=${now} barred=${of.kind === 'move' && free} closes=${w.open ? w.closes : 0}
      pick=${() => pick(c.at)} test=${`later-${c.key}`} />`)}
      <div class="later-own"><${Icon} name="calendar" /><label for="later-at">${t('later.own')}</label>
        <input class="input" id="later-at" type="datetime-local" value=${own} data-test="later-at"
          onInput=${(e) => setOwn(e.target.value)} onKeyDown=${(e) => { if (e.key === 'Enter' && good) pick(at); }} />
        <button class="btn" type="button" disabled=${!good} onClick=${() => pick(at)} data-test="later-go">
          ${t(good && free && allowed(at, w.open ? w.closes : 0).state === 'template' ? 'later.chooseTemplate'
            : 'later.go')}</button></div></div>
    <div class="later-if"><span class="txt" id="later-if">${t('later.cancels', { name })}
      <small>${t('later.cancelsText')}</small></span>
      <button class="switch" type="button" role="switch" aria-checked=${cancels} aria-labelledby="later-if"
        onClick=${() => setCancels(!cancels)} data-test="later-cancels"><span></span></button></div>
    <p class="later-keys hide-s" aria-hidden="true"><${Keys} keys="↑ ↓" /> ${t('later.key.choose')}
      <${Keys} keys="⏎" /> ${t('later.key.go')} <${Keys} keys="Esc" /> ${t('later.key.close')}</p></div>`;
}

const options = (/** @type {HTMLElement|null} */ box) =>
  /** @type {HTMLElement[]} */ ([...(box?.querySelectorAll('.later-opt:not([disabled])') ?? [])]);

/** One of the likely times. */
function Option({ at, why, zone, now, barred, closes, pick, test }) {
  const a = allowed(at, closes), past = a.state === 'template';
  const there = zone && shifted(zone, at) ? ` · ${t('later.there', { time: timeIn(zone, at) })}` : '';
  return html`<button class="later-opt" type="button" onClick=${pick} disabled=${barred && past} data-test=${test}>
    <${Icon} name=${past ? 'lock' : 'clock'} /><b>${whenWords(at, now)}</b><span class="why cut">${why}${there}</span>
    <span class=${past ? 'state is-soon' : 'state'}>${past ? t('later.template')
      : a.state === 'soon' ? t('later.before', { time: duration(a.left) }) : t('later.open')}</span></button>`;
}

/** "Today, 14:00". @param {number} at @param {number} now */
export function whenWords(at, now) {
  const day = (/** @type {number} */ ms) => new Date(ms).setHours(0, 0, 0, 0);
  const days = Math.round((day(at) - day(now)) / 86_400_000);
  if (days === 0) return t('later.today', { time: clockTime(at) });
  if (days === 1) return t('later.tomorrow', { time: clockTime(at) });
  return dayTime(at, now);
}

const timeIn = (/** @type {string} */ timeZone, /** @type {number} */ at) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);

/** Whether it is another time there. */
const shifted = (/** @type {string} */ zone, /** @type {number} */ at) => timeIn(zone, at) !== shortTime(at, at);
