import { clockTime, firstName, fullTime, shortTime } from '../text/format.js';
import { html, useState } from '../html.js';
import { languages, t } from '../text/i18n.js';
import { me, teamOf } from '../core/state.js';
import { Icon, Rich } from '../shell/primitives.js';

/**
 * A party in words, as who does something or, `after` a preposition, as whom it is done to.
 * @param {import('../core/types.js').Party} p
 * @param {boolean} [after]
 */
export function party(p, after = false) {
  if (p.kind === 'agent')
    return p.id === me.value?.id ? t(after ? 'party.me' : 'you') : firstName(p.name ?? '') || t('somebody');
  return t(`party.${p.kind}`);
}

const mineOrNot = (p, key) => (p.kind === 'agent' && p.id === me.value?.id ? `${key}.me` : key);

/**
 * What Meta tells of a person. In its own words, English mostly, only what has none here.
 * @param {import('../core/types.js').Message} m
 */
function told(m) {
  switch (m.content?.system?.type) {
    case 'request_welcome': return { icon: 'inbox', k: 'sys.welcome', of: {} };
    case 'customer_identity_changed': return { icon: 'lock', k: 'sys.identity', of: {} };
    case 'user_changed_number': case 'customer_changed_number': return { icon: 'phone', k: 'sys.number', of: {} };
    case 'user_changed_user_id': return { icon: 'user', k: 'sys.user', of: {} };
    case 'marketing_stop': return { icon: 'pause', k: 'sys.marketingStop', of: {} };
    case 'marketing_resume': return { icon: 'refresh', k: 'sys.marketingResume', of: {} };
    case 'call_made': return { icon: 'phone', k: 'sys.callMade', of: {} };
    case 'handed_to_meta': return { icon: 'swap', k: 'sys.toMeta', of: {} };
    case 'handed_to_us': return { icon: 'swap', k: 'sys.toUs', of: {} };
  }
  return { icon: 'alert', k: m.content?.system?.body ? 'sys.other' : 'kind.system',
    of: { text: m.content?.system?.body } };
}

/**
 * What somebody did, in the words of its type. A page that is older than the server may
 * have none: then it says only that there was something.
 * @param {import('../core/types.js').Item} item
 */
function done({ type, by }) {
  const k = `ev.${type}`;
  return by && k in languages.en ? { icon: 'user', k: mineOrNot(by, k), of: { who: party(by) } }
    : { icon: 'alert', k: 'kind.system', of: {} };
}

/**
 * What happened, in words: icon, key and parameters.
 * @param {import('../core/types.js').Item} item @param {number} now
 */
export function describe(item, now) {
  if (item.message) return told(item.message);
  if (item.phase) {
    const { to, from, by, until } = item.phase, who = { who: party(by) };
    const told = by.kind === 'agent';
    switch (to) {
      case 'resolved': return { icon: 'done', k: told ? mineOrNot(by, 'ev.resolved') : 'ev.resolved.self', of: who };
      case 'snoozed':
        return { icon: 'snooze', k: mineOrNot(by, 'ev.snoozed'),
          of: { ...who,
            time: until
              ? shortTime(Date.parse(until), now)
                + (shortTime(Date.parse(until), now) === clockTime(Date.parse(until)) ? ''
                  : ` ${clockTime(Date.parse(until))}`) : '' } };
      case 'pending': return { icon: 'pause', k: told ? mineOrNot(by, 'ev.pending') : 'ev.pending.self', of: who };
    }
    if (from === 'none') return { icon: 'inbox', k: 'ev.started', of: {} };
    if (from === 'snoozed' && !told)
      return { icon: 'snooze', k: by.kind === 'contact' ? 'ev.back.contact' : 'ev.back.self', of: who };
    return { icon: 'refresh',
      k: told ? mineOrNot(by, 'ev.reopened') : by.kind === 'contact' ? 'ev.reopened.contact' : 'ev.reopened.self',
      of: who };
  }
  if (!item.owner) return done(item);
  const { from, to, by, cause, team_id: teamId } = item.owner;
  const team = teamOf(teamId);
  const of = { who: party(by), from: party(from, true), to: party(to, true) };
  switch (cause) {
    case 'owner_left':
      return { icon: 'give',
        k: mineOrNot(from, to.kind !== 'nobody' ? 'ev.left.to' : team ? 'ev.left.team' : 'ev.left.queue'),
        of: { from: party(from), to: party(to, true), team: team?.name } };
    case 'team_gone':
      return { icon: 'give', k: to.kind === 'nobody' ? 'ev.moved' : mineOrNot(to, 'ev.moved.kept'),
        of: { ...of, team: team?.name ?? teamId } };
    case 'claim': return { icon: 'claim', k: mineOrNot(by, 'ev.claimed'), of };
    case 'take_over':
      return { icon: 'swap', k: from.kind === 'nobody' ? mineOrNot(by, 'ev.claimed') : mineOrNot(by, 'ev.tookOver'),
        of };
    case 'start': return { icon: 'send', k: mineOrNot(by, 'ev.wroteFirst'), of };
    case 'release': return { icon: 'inbox', k: mineOrNot(by, 'ev.released'), of };
    case 'answered': return { icon: 'inbox', k: 'ev.answered', of };
    case 'transfer':
      return to.kind === 'nobody' && team
        ? { icon: 'give', k: mineOrNot(by, 'ev.team'), of: { ...of, team: team.name } }
          : to.kind === 'nobody' ? { icon: 'inbox', k: mineOrNot(by, 'ev.released'), of }
            : { icon: 'give', k: mineOrNot(by, 'ev.passed'), of };
  }
  return { icon: 'give', k: mineOrNot(by, 'ev.assigned'), of };
}

/**
 * @param {{k: string, at: number, item?: import('../core/types.js').Item, closed?: boolean, now: number, shown?:
 *   boolean}} props
 */
export function EventLine({ k, at, item, closed, now, shown }) {
  if (closed || !item) {
    return html`<li class="ev is-soon" data-key=${k} data-test="event-closed"><${Icon} name="clock" />
      <span>${t('ev.closed', { time: clockTime(at) })}</span></li>`;
  }
  const d = describe(item, now), note = item.owner?.note, text = note?.content?.text?.body;
  return html`<li class=${shown ? 'ev-box is-hit' : 'ev-box'} data-key=${k}
    data-test=${`event-${item.owner?.cause ?? item.phase?.to ?? (item.message ? 'told' : item.type)}`}>
    <p class="ev" title=${fullTime(at)}><${Icon} name=${d.icon} />
      <span><${Rich} k=${d.k} of=${d.of} /> · <time>${clockTime(at)}</time></span></p>
    ${text && html`<p class="ev-note" dir="auto" data-test="event-note">${text}</p>`}</li>`;
}

/**
 * Several events in a row, told as their number until one asks.
 * @param {{k: string, items: import('../core/types.js').Item[], now: number}} props
 */
export function Fold({ k, items, now }) {
  const [open, setOpen] = useState(false);
  return html`<li class="ev-box" data-key=${k}>${open
    ? html`<ol>
      ${items.map((item) =>
        html`<${EventLine} key=${item.version} at=${Date.parse(item.at ?? '')} item=${item} now=${now} />`)}</ol>`
    : html`<p class="ev"><${Icon} name="more" />
      <button type="button" class="why" aria-expanded="false" onClick=${() => setOpen(true)}>
        ${t('ev.more', { n: items.length })}</button></p>`}</li>`;
}
