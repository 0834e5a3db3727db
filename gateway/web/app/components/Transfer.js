// Passing a conversation to a colleague, with a note that both will see.

import { toQueue, transfer } from '../actions.js';
import { readDraft, writeDraft } from '../drafts.js';
import { firstName, nameOf } from '../format.js';
import { html, useRef, useState } from '../html.js';
import { t } from '../i18n.js';
import { agents, me, presence, rows } from '../state.js';
import { composes } from '../typing.js';
import { spread } from '../words.js';
import { close, Dialog } from './Dialog.js';
import { Avatar, Icon, Keys } from './bits.js';

const queue = 'queue';

/** @param {{id: string}} props */
export function Transfer({ id }) {
  const row = rows.value[id], draft = `transfer.${id}`;
  const [q, setQ] = useState(''), [to, setTo] = useState(''), [note, setNote] = useState(() => readDraft(draft)), [busy, setBusy] = useState(false);
  const words = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  if (!row) return null;
  const here = presence.value[id] ?? [];
  const colleagues = agents.value.filter((a) => a.id !== me.value?.id && a.id !== row.owner.id && a.teams.includes(row.team_id) && spread(a.name).includes(spread(q.trim())));
  const chosen = colleagues.find((a) => a.id === to) ?? (to === queue || (!q && colleagues.length > 1) ? undefined : colleagues[0]); // nobody is chosen for a person who has not looked
  const ready = chosen || to === queue;
  const go = async () => {
    if (!ready || busy) return;
    setBusy(true);
    const answer = chosen ? await transfer(id, { id: chosen.id, name: firstName(chosen.name) }, note.trim()) : await toQueue(id, note.trim());
    setBusy(false);
    if (!answer?.problem) { writeDraft(draft, ''); close(); }
  };
  const ids = [...colleagues.map((a) => a.id), queue];
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by && /** @type {HTMLElement} */ (e.target).tagName !== 'TEXTAREA') {
      e.preventDefault();
      setTo(ids[(ids.indexOf(chosen?.id ?? to) + by + ids.length) % ids.length]);
    }
    if (e.key !== 'Enter' || composes(e)) return;
    if (e.ctrlKey || e.metaKey) { e.preventDefault(); void go(); }
    else if (ready && /** @type {HTMLElement} */ (e.target).tagName === 'INPUT') { e.preventDefault(); words.current?.focus(); }
  };
  const title = t('transfer.title', { name: firstName(nameOf(row.contact)) });
  return html`<${Dialog} label=${title} cls="sheet give" onKeyDown=${keys} test="transfer-sheet"><h2>${title}</h2>
    <label class="sr" for="gq">${t('transfer.who')}</label><input class="input" id="gq" data-focus maxlength="100" placeholder=${t('transfer.who')} autocomplete="off" value=${q} onInput=${(e) => setQ(e.target.value)} />
    <div class="people" role="listbox" aria-label=${t('transfer.who')}>${colleagues.map((a) => html`<button class="person" type="button" role="option" key=${a.id} aria-selected=${chosen?.id === a.id} onClick=${() => setTo(a.id)} data-test="colleague">
        <${Avatar} name=${a.name} size=${24} /><span class="cut"><bdi>${a.name}</bdi></span><small>${here.some((p) => p.who.id === a.id) ? t('transfer.here') : t(`role.${a.role}`)}</small></button>`)}
      <button class="person" type="button" role="option" aria-selected=${to === queue} onClick=${() => setTo(queue)} data-test="to-queue"><span class="av av-24 av-none"><${Icon} name="inbox" cls="i-12" /></span><span class="cut">${t('transfer.queue')}</span><small>${t('transfer.queueText')}</small></button></div>
    <label class="fld-label" for="gn">${chosen ? t('transfer.note', { name: firstName(chosen.name) }) : t('transfer.noteQueue')}</label>
    <textarea class="input" id="gn" ref=${words} dir="auto" maxlength="4096" value=${note} onInput=${(e) => { setNote(e.target.value); writeDraft(draft, e.target.value); }} data-test="transfer-note"></textarea>
    <div class="ends"><button class="btn btn-bare" type="button" onClick=${close}>${t('cancel')}<${Keys} keys="Esc" /></button>
      <button class="btn btn-main" type="button" disabled=${!ready || busy} onClick=${() => void go()} data-test="transfer-go">${t('transfer.go')}<kbd>Ctrl ⏎</kbd></button></div><//>`;
}
