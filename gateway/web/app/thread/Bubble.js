import { decideAmbiguous, discardFailed, editFailed, retryFailed, send, writeAgain } from '../do/actions.js';
import { explain, reason, worthRetrying } from '../text/failure.js';
import { clockTime, firstName, fullTime, shortTime } from '../text/format.js';
import { serverNow } from '../core/clock.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { composing, looksOn, me, numbers } from '../core/state.js';
import { mayQuote, mayReact } from '../core/may.js';
import { focusComposer } from '../do/focus.js';
import { Acts, longPress, ReactBar } from './Acts.js';
import { ours } from './blocks.js';
import { reacting } from './react.js';
import { Content, plain } from './Content.js';
import { Icon, OwnerAvatar, Tick } from '../shell/primitives.js';
import { isPicture } from './Media.js';
import { party } from './EventLine.js';

/**
 * One message, ours or theirs, with how far it got and what may be done.
 * @param {{b: import('./blocks.js').Block, id: string, row: any, jump: (key: string) => void, shown: boolean,
 *   may: boolean}} props may: an answer may leave now
 */
export function Bubble({ b, id, row, jump, shown, may }) {
  const m = b.item?.message, p = b.pending;
  const note = m ? m.direction === 'note' : p?.kind === 'note', out = m ? m.direction !== 'in' : true;
  const state = out && !note ? m?.status?.state ?? (p?.state === 'failed' ? 'failed' : 'sending') : p ? 'sending' : '';
  const bad = state === 'failed' || state === 'ambiguous' || p?.state === 'failed';
  const cls = ['msg', out ? 'out' : 'in', b.cont && 'cont', note && 'note', bad && 'failed', b.marks && 'has-react',
    m?.author.kind === 'assistant' && 'bot', state === 'withdrawn' && 'is-off', shown && 'is-hit'];
  const content = m ? m.content
    : p?.content ?? (p?.template ? { kind: 'template', template: p.template }
      : { kind: 'text', text: { body: p?.text } });
  const from = m?.direction === 'in' ? row?.contact.name || t('party.contact') : party(m?.author ?? { kind: 'agent' });
  const wide = b.otherDay || content?.forwarded || b.edit !== undefined; // more than the room beside the last line
  const quotes = may && mayQuote(m), reacts = may && mayReact(m, serverNow());
  const copied = m && !b.revoked ? b.edit ?? plain(content, content?.kind ?? '') : '';
  const pic = isPicture(content) && (m ? m.media : content.media.type === 'image');
  const held = m && !b.revoked ? longPress(id, m.id) : {}, mine = b.marks?.find((x) => x.by === ours)?.emoji;
  const bar = m && !b.revoked && reacting.value.id === id && reacting.value.message === m.id && !reacting.value.all;
  return html`<li class=${cls.filter(Boolean).join(' ')} data-key=${b.key} data-id=${m?.id} data-test="message"
    data-direction=${m?.direction ?? (note ? 'note' : 'out')} data-state=${state}>
    ${b.by && html`<${By} m=${m} note=${note} />`}
    <div class=${`bub ${pic && !b.revoked ? 'has-pic' : ''}`} dir="auto" ...${held}>
      ${m && !b.revoked && html`<${Acts} id=${id} message=${m.id} text=${copied} quotes=${quotes} reacts=${reacts} />`}
      ${bar && html`<${ReactBar} id=${id} message=${m?.id} now=${mine} text=${copied} reacts=${reacts} />`}
      ${b.quoted !== undefined
        && html`<${Quote} quoted=${b.quoted} edit=${b.quotedEdit} gone=${b.quotedGone}
          contact=${row?.contact.name ?? ''} jump=${jump} />`}
      ${b.revoked ? html`<i class="quiet">${t('msg.revoked')}</i><span class="pad"></span>`
        : html`<${Content} content=${content} kind=${m?.kind ?? p?.kind ?? 'text'} edit=${b.edit} id=${id} message=${m}
          from=${from} />`}
      <span class=${wide ? 'meta is-wide' : 'meta'}>
        ${content?.forwarded && html`<span>${t('msg.forwarded')}</span>`}${b.edit !== undefined
          && html`<span>${t('msg.edited')}</span>`}
        <time title=${fullTime(b.at)}>
          ${b.otherDay ? `${shortTime(b.at, serverNow())} ${clockTime(b.at)}` : clockTime(b.at)}</time>
            ${state && !(note && m) && html`<${Tick} state=${waits(state, row) ? 'held' : state} />`}</span>
      ${b.marks
        && html`<span class="react" title=${t('msg.reaction')} data-test="marks">
          ${b.marks.map((x) => x.emoji).join('')}${b.marks.length > 1 ? ` ${b.marks.length}` : ''}</span>`}
    </div><${Trouble} id=${id} m=${m} p=${p} state=${state} /></li>`;
}

/** Whether it waits because an administrator holds back what the number sends. */
const waits = (state, row) => (state === 'waiting' || state === 'queued')
  && !!numbers.value.find((n) => n.id === row?.phone_number_id)?.hold?.all;

function By({ m, note }) {
  const who = m?.author ?? { kind: 'agent', id: me.value?.id, name: me.value?.name };
  return html`<p class="by">
    ${note ? html`<${Icon} name="note" cls="i-12" />` : html`<${OwnerAvatar} owner=${who} me=${me.value?.id} />`}<b>
      ${party(who)}</b>${note && html`<span>· ${t('note.only')}</span>`}</p>`;
}

function Quote({ quoted, edit, gone, contact, jump }) {
  if (!quoted) return html`<span class="quote" dir="auto"><b>${t('quote.earlier')}</b></span>`;
  const m = quoted.message, name = m.direction === 'in' ? firstName(contact) || t('party.contact') : party(m.author);
  return html`<button type="button" class="quote" dir="auto" onClick=${() => jump(`v${quoted.version}`)}
    title=${t('quote.go')}><b>${name}</b>
      <span class="quote-text">${gone ? t('msg.revokedOther') : edit ?? plain(m.content, m.kind)}</span></button>`;
}

/** What went wrong, said where it happened, with what may be done about it. */
function Trouble({ id, m, p, state }) {
  if (p?.state === 'failed' && p.problem) {
    return html`<p class="fail-line" role="alert" data-test="failure"><span>${explain(p.problem)}</span>
      <button type="button" onClick=${() => void retryFailed(id, p)} data-test="retry-send">${t('again')}</button>
      ${!p.content && html`<button type="button" onClick=${() => editFailed(id, p)}>${t('edit')}</button>`}
      <button type="button" onClick=${() => discardFailed(id, p)}>${t('discard')}</button></p>`;
  }
  if (!m?.status) return null;
  const acts = !looksOn.value;
  if (state === 'failed') {
    const text = acts && m.content?.text?.body, mayAgain = text && worthRetrying(m.status);
    return html`<p class="fail-line" data-test="failure"><span>${t('msg.failed', { reason: reason(m.status) })}</span>
      ${mayAgain
        && html`<button type="button" onClick=${() => void send(id, { kind: 'text', text })} data-test="send-again">
          ${t('again')}</button>`}
      ${text
        && html`<button type="button" onClick=${() => writeAgain(id, text)} data-test="edit-again">${t('edit')}
          </button>`}
      ${acts && m.content?.template
        && html`<button type="button" onClick=${chooseTemplate} data-test="choose-again">${t('do.template')}</button>`}
          </p>`;
  }
  if (state === 'ambiguous') {
    return html`<p class="fail-line" data-test="ambiguous"><span>${t('msg.ambiguous')}</span>
      ${acts
        && html`<button type="button" onClick=${() => void decideAmbiguous(id, m.id, true)} data-test="resend">
          ${t('msg.resend')}</button>
      <button type="button" onClick=${() => void decideAmbiguous(id, m.id, false)} data-test="give-up">
        ${t('msg.giveUp')}</button>`}</p>`;
  }
  if (state === 'withdrawn') {
    return html`<p class="fail-line is-quiet" data-test="withdrawn">
      <span>${t(withdrawnWords(m.status.error_text))}</span>
      ${acts && m.content?.text
        && html`<button type="button" onClick=${() => writeAgain(id, m.content.text.body)}>${t('edit')}</button>`}</p>`;
  }
  return null;
}

const why = ['window_closed', 'answered', 'handed_over', 'author_left', 'erased', 'month_spent'];

const withdrawnWords = (/** @type {string|undefined} */ reason) =>
  (reason && why.includes(reason) ? `msg.withdrawn.${reason}` : 'msg.withdrawn');

function chooseTemplate() {
  composing.value = 'template';
  focusComposer();
}
