// Beside the thread: who it is, who had the conversation, what else there is.

import { halfMinute } from '../clock.js';
import { labels, localTime, nameOf, phone, shortTime, tint, initials } from '../format.js';
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n.js';
import { loadOthersOf } from '../load_list.js';
import { openId } from '../router.js';
import { composing, me, numbers, pane, rows, threads } from '../state.js';
import { preview } from '../preview.js';
import { zoneOf } from '../zones.js';
import { Chip, Icon, IconButton, OwnerAvatar } from './bits.js';
import { party } from './EventLine.js';
import { follow } from './Views.js';
import { href } from '../router.js';

export function Panel() {
  const id = openId.value, row = rows.value[id], thread = threads.value[id];
  if (!id || thread?.state === 'gone') return null;
  if (!row) {
    return html`<aside class="panel" aria-busy="true" aria-label=${t('details')}><div class="card-id"><span class="skel sk-av"></span><span class="sk-col"><span class="skel sk-10 w-6"></span><span class="skel sk-10 w-8"></span></span></div></aside>`;
  }
  const name = nameOf(row.contact);
  return html`<aside class="panel" aria-label=${t('details')} data-test="details">
    <div class="card-id"><${IconButton} icon="left" label=${t('back')} cls="back" onClick=${() => { pane.value = 'thread'; }} />
      <span class=${`av ${tint(name)}`} aria-hidden="true">${initials(name) || html`<${Icon} name="user" />`}</span>
      <div class="thread-id"><h2 class="cut"><bdi>${name}</bdi></h2><p class="cut">${t(`phase.${row.phase}`)}</p></div></div>
    <${Facts} row=${row} />
    <${History} items=${thread?.items ?? []} />
    <${Others} row=${row} key=${id} />
    <${Notes} items=${thread?.items ?? []} />
  </aside>`;
}

/** @param {{row: import('../types.js').Row}} props */
function Facts({ row }) {
  const now = halfMinute.value, c = row.contact, zone = zoneOf(c.address), isPhone = /^\d{7,15}$/.test(c.address);
  const number = numbers.value.find((n) => n.id === row.phone_number_id);
  /** @type {any[]} */
  const facts = [
    isPhone ? [t('fact.phone'), phone(c.address), 'num'] : c.address && [t(c.address.startsWith('@') || /^[a-z]/i.test(c.address) && !c.address.includes('.') ? 'fact.username' : 'fact.address'), c.address, 'mono'],
    ...(c.aliases ?? []).filter((a) => a.value !== c.address).map((a) => [t(`fact.${a.kind}`), a.kind === 'phone' ? phone(a.value) : a.value, a.kind === 'phone' ? 'num' : 'mono']),
    zone && [t('fact.time'), localTime(zone, now), 'num'],
    number && [t('fact.number'), labels(numbers.value)[number.id].label, '', `${number.name} · ${phone(number.display)}`],
    row.started_at && [t('fact.since'), shortTime(Date.parse(row.started_at), now), ''],
  ].filter(Boolean);
  return html`<section class="sec"><dl class="kv">${facts.map(([k, v, cls, title]) => html`<dt key=${k}>${k}</dt><dd class=${`cut ${cls}`} title=${title ?? v} dir="auto">${v}</dd>`)}</dl></section>`;
}

/** What one did, after his name. @param {import('../types.js').Item} i */
function deed(i) {
  if (!i.owner) return t('had.resolved');
  const of = { who: party(i.owner.by), from: party(i.owner.from) };
  switch (i.owner.cause) {
    case 'claim': return t('had.claimed');
    case 'take_over': return i.owner.from.kind === 'nobody' ? t('had.claimed') : t('had.tookOver', of);
  }
  return i.owner.to.kind === 'nobody' ? t('had.released') : t('had.given', of);
}

/** Who had it, the newest first, as far as the thread was read. */
function History({ items }) {
  const now = halfMinute.value;
  const told = items.filter((i) => i.owner || i.phase?.to === 'resolved').slice(-6).reverse();
  if (told.length === 0) return null;
  return html`<section class="sec"><h3>${t('history')}</h3><ol class="hist" data-test="history">${told.map((i) => {
    const who = i.owner ? (i.owner.to.kind === 'nobody' ? i.owner.by : i.owner.to) : /** @type {any} */ (i.phase).by;
    return html`<li key=${i.version}><${OwnerAvatar} owner=${who} me=${me.value?.id} /><span>${party(who)}<small>${deed(i)}</small></span><time>${shortTime(Date.parse(i.at ?? ''), now)}</time></li>`;
  })}</ol></section>`;
}

/** The same person on other numbers: linked, not merged. */
function Others({ row }) {
  const [ids, setIds] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    let gone = false;
    const timer = setTimeout(() => void loadOthersOf(row).then((found) => { if (!gone) setIds(found); }).catch(() => {}), 250);
    return () => { gone = true; clearTimeout(timer); };
  }, [row.id]);
  if (ids.length === 0) return null;
  const label = labels(numbers.value), now = halfMinute.value;
  return html`<section class="sec"><h3>${t('others')}</h3>${ids.map((id) => rows.value[id]).filter(Boolean).map((r) => html`<a class="other" key=${r.id}
    href=${href({ id: r.id })} onClick=${follow({ id: r.id })} data-test="other"><${Chip} of=${label[r.phone_number_id]} /><span class="cut" dir="auto">${preview(r.last.kind, r.last.preview)}</span><time>${shortTime(r.at, now)}</time></a>`)}</section>`;
}

function Notes({ items }) {
  const now = halfMinute.value;
  const notes = items.filter((i) => i.message?.direction === 'note').slice(-5).reverse();
  return html`<section class="sec"><h3>${t('notes')}<button class="end link" type="button" title=${`${t('note')}  N`} onClick=${() => { pane.value = 'thread'; composing.value = 'note'; }}>${t('note.add')}</button></h3>
    ${notes.length === 0 && html`<p class="quiet">${t('notes.none')}</p>`}
    ${notes.map((i) => html`<div class="pnote" key=${i.version} dir="auto">${i.message.content?.text?.body ?? t('msg.erased')}<small>${party(i.message.author)} · ${shortTime(Date.parse(i.at ?? ''), now)}</small></div>`)}</section>`;
}
