// Beside the thread: who it is, who had the conversation, what else there is.

import { halfMinute } from '../core/clock.js';
import { ended } from '../core/details.js';
import { askFirst, writesFirst } from '../do/write_first.js';
import { focusComposer } from '../do/focus.js';
import { fullTime, initials, labels, nameOf, shortTime, tint } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { loadDetails } from '../wire/load_details.js';
import { href, openId } from '../shell/router.js';
import { composing, details, looksOn, me, numbers, onePane, rows, teamOf, threads } from '../core/state.js';
import { closePanel } from '../shell/panes.js';
import { preview } from '../list/preview.js';
import { Chip, Icon, IconButton, OwnerAvatar } from '../shell/primitives.js';
import { party } from '../thread/EventLine.js';
import { Allowed } from './Allowed.js';
import { Facts } from './PanelFacts.js';
import { follow } from '../shell/Views.js';

export function Panel() {
  const id = openId.value, row = rows.value[id], thread = threads.value[id], more = details.value[id];
  if (!id || thread?.state === 'gone') return null;
  if (!row) {
    return html`<aside class="panel" aria-busy="true" aria-label=${t('details')}>
      <div class="card-id"><span class="skel sk-av"></span>
        <span class="sk-col"><span class="skel sk-10 w-6"></span><span class="skel sk-10 w-8"></span></span></div>
          </aside>`;
  }
  const name = nameOf(row.contact);
  return html`<aside class="panel" aria-label=${t('details')} data-test="details">
    <div class="card-id"><${IconButton} icon="left" label=${t('back')} cls="back" onClick=${closePanel} />
      <span class=${`av ${tint(name)}`} aria-hidden="true">${initials(name) || html`<${Icon} name="user" />`}</span>
      <div class="thread-id"><h2 class="cut"><bdi>${name}</bdi></h2><p class="cut">${t(`phase.${row.phase}`)}</p></div>
        </div>
    <${Facts} row=${row} details=${more} />
    <${Allowed} details=${more} />
    <${Probably} ids=${more?.probably ?? []} />
    <${History} items=${more?.items ?? []} />
    <${Others} ids=${more?.others ?? []} row=${row} details=${more} />
    <${Notes} items=${more?.items ?? []} ready=${more?.state === 'ready'} />
    ${more?.state === 'error'
      && html`<p class="sec quiet" role="status">
        ${t('details.error')} <button class="link" type="button" onClick=${() => void loadDetails(id)}>${t('again')}
          </button></p>`}
  </aside>`;
}

/** What one did, after his name. @param {import('../core/types.js').Item} i */
function deed(i) {
  const who = i.owner ? subject(i) : /** @type {any} */ (i.phase).by;
  const key = (/** @type {string} */ k) => (who.kind === 'agent' && who.id === me.value?.id ? `${k}.me` : k);
  if (!i.owner) return t(key(i.phase?.to === 'resolved' ? 'had.resolved' : 'had.reopened'));
  const of = { who: party(i.owner.by, true), from: party(i.owner.from, true) };
  const team = teamOf(i.owner?.team_id);
  if (i.owner.cause === 'owner_left')
    return i.owner.to.kind !== 'nobody' ? t(key('had.given'), { who: of.from })
      : team ? t(key('had.leftTeam'), { team: team.name }) : t(key('had.left'));
  if (i.owner.cause === 'answered') return t('had.answered');
  if (i.owner.cause === 'team_gone') return t('had.moved', { team: team?.name ?? '' });
  if (i.owner.to.kind === 'nobody')
    return team && i.owner.cause === 'transfer' ? t(key('had.team'), { team: team.name }) : t(key('had.released'));
  if (i.owner.cause === 'claim' || i.owner.from.kind === 'nobody' && i.owner.cause === 'take_over')
    return t(key('had.claimed'));
  return t(key(i.owner.cause === 'take_over' ? 'had.tookOver' : 'had.given'), of);
}

/** Who a line is about: who got it, who gave it back, or who has left. */
const subject = (i) =>
  (i.owner.to.kind !== 'nobody' ? i.owner.to
    : ['owner_left', 'answered', 'team_gone'].includes(i.owner.cause) ? i.owner.from : i.owner.by);

/** Whether only the team has changed. */
const stayed = (owner) => owner.cause === 'team_gone' && owner.from.id === owner.to.id;

/** Who had it, the newest first. */
function History({ items }) {
  const now = halfMinute.value;
  const told = items.filter((i) => (i.owner ? !stayed(i.owner) : ended(i))).slice(-20).reverse();
  if (told.length === 0) return null;
  return html`<section class="sec"><h3>${t('history')}</h3><ol class="hist" data-test="history">${told.map((i) => {
    const who = i.owner ? subject(i) : /** @type {any} */ (i.phase).by, note = i.owner?.note?.content?.text?.body;
    return html`<li key=${i.version}><${OwnerAvatar} owner=${who} me=${me.value?.id} />
      <span>${party(who)}<small>${deed(i)}${note && html`: <q dir="auto">${note}</q>`}</small></span>
        <time title=${fullTime(Date.parse(i.at ?? ''))}>${shortTime(Date.parse(i.at ?? ''), now)}</time></li>`;
  })}</ol></section>`;
}

/** The same person on other numbers: linked, not merged. */
function Others({ ids, row, details: more }) {
  const known = ids.map((id) => rows.value[id]).filter(Boolean);
  const to = phoneOf(row, more), writes = to !== '' && writesFirst() && numbers.value.length > 1;
  if (known.length === 0 && !writes) return null;
  const label = labels(numbers.value), now = halfMinute.value;
  return html`<section class="sec"><h3>${t('others')}
    ${writes && html`<button class="end link" type="button" data-test="first-other"
      onClick=${() => askFirst({ to, called: row.contact.name, not: row.phone_number_id })}>
        ${t('first.other')}</button>`}</h3>${known.map((r) => html`<a class="other" key=${r.id}
    href=${href({ id: r.id })} onClick=${follow({ id: r.id })} data-test="other">
      <${Chip} of=${label[r.phone_number_id]} /><span class="cut" dir="auto">${preview(r.last.kind, r.last.preview)}
        </span><time>${shortTime(r.at, now)}</time></a>`)}</section>`;
}

/** What another of our numbers writes to: ids of WhatsApp may be of one portfolio alone. */
const phoneOf = (row, more) => more?.aliases.find((a) => a.kind === 'phone' && !a.variant)?.value
  ?? (/^\d{8,15}$/.test(row.contact.address) ? row.contact.address : '');

/** Who is probably the same person, until contacts can be merged. */
function Probably({ ids }) {
  const known = ids.map((id) => rows.value[id]).filter(Boolean);
  if (known.length === 0) return null;
  const label = labels(numbers.value), now = halfMinute.value;
  return html`<section class="sec" data-test="probably"><p class="quiet">${t('probably')}</p>
    ${known.map((r) => html`<a class="other" key=${r.id}
    href=${href({ id: r.id })} onClick=${follow({ id: r.id })}><${Chip} of=${label[r.phone_number_id]} />
      <span class="cut"><bdi>${nameOf(r.contact)}</bdi></span><time>${shortTime(r.at, now)}</time></a>`)}</section>`;
}

function Notes({ items, ready }) {
  const now = halfMinute.value;
  const notes = items.filter((i) => i.message?.direction === 'note').slice(-20).reverse();
  return html`<section class="sec" data-test="panel-notes">
    <h3>
      ${t('notes')}
        ${!looksOn.value && html`<button class="end link" type="button" title=${`${t('note')}  N`}
          onClick=${() => { if (onePane()) closePanel(); composing.value = 'note'; focusComposer(); }}
            data-test="note-add">${t('note.add')}</button>`}</h3>
    ${notes.length === 0 && ready && html`<p class="quiet">${t('notes.none')}</p>`}
    ${notes.map((i) =>
      html`<div class="pnote" key=${i.version} dir="auto">
        ${i.message.content?.text?.body ?? t('msg.erased')}<small>
          ${party(i.message.author)} · ${shortTime(Date.parse(i.at ?? ''), now)}</small></div>`)}</section>`;
}
