// Under the messages: what is to leave later, with what may be done about it.

import { cancelScheduled, loadScheduled, scheduling, waiting } from '../composer/scheduling.js';
import { whenWords } from '../composer/SchedulePanel.js';
import { halfMinute } from '../core/clock.js';
import { firstName, nameOf } from '../text/format.js';
import { html, useEffect } from '../html.js';
import { t } from '../text/i18n.js';
import { looksOn, me } from '../core/state.js';
import { plain } from './Content.js';
import { party } from './EventLine.js';
import { Icon } from '../shell/primitives.js';

/** @param {{id: string, row: import('../core/types.js').Row}} props */
export function Scheduled({ id, row }) {
  const due = row.scheduled ?? [], what = due.map((d) => `${d.message_id} ${d.at}`).join();
  useEffect(() => { if (what) void loadScheduled(id); }, [id, what]);
  const known = waiting.value[id] ?? [], now = halfMinute.value;
  const list = known.filter((s) => due.some((d) => d.message_id === s.message.id));
  if (list.length === 0) return null;
  return html`<ul class="sched" aria-label=${t('later.list')} tabindex=${list.length > 3 ? 0 : undefined}
    data-test="scheduled">${list.map((s) => html`<${Line} key=${s.message.id} s=${s} id=${id} row=${row} now=${now}
      />`)}</ul>`;
}

/** @param {{s: import('../composer/scheduling.js').Scheduled, id: string, row: any, now: number}} props */
function Line({ s, id, row, now }) {
  const m = s.message, at = Date.parse(s.at ?? ''), own = m.author.id === me.value?.id;
  const may = !looksOn.value && (own || row.owner.id === me.value?.id || me.value?.role !== 'agent');
  const text = m.content?.text?.body ?? '';
  return html`<li class="sched-line" data-test="scheduled-line"><${Icon} name="clock" />
    <span class="txt"><b>${whenWords(at, now)}</b>${!own && ` · ${party(m.author)}`}
      ${s.cancel_if_answered && html`<small> · ${t('later.unless', { name: firstName(nameOf(row.contact)) })}</small>`}
      <span class="cut" dir="auto">${m.content ? plain(m.content, m.kind) : t('later.erased')}</span></span>
    ${may && html`<span class="sched-acts"><button class="btn btn-bare" type="button" data-test="scheduled-move"
        onClick=${() => { scheduling.value = { id, kind: 'move', item: s }; }}>${t('later.change')}</button>
      <button class="btn btn-bare" type="button" data-test="scheduled-cancel"
        onClick=${() => void cancelScheduled(id, m.id, own ? text : '')}>${t('cancel')}</button></span>`}</li>`;
}
