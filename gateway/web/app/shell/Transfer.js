// Passing a conversation to a colleague or a team, with a note that both will see.

import { pass } from '../do/actions.js';
import { readDraft, writeDraft } from '../composer/drafts.js';
import { firstName, nameOf } from '../text/format.js';
import { receivers } from '../core/handover.js';
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { people } from '../wire/polls.js';
import { agents, me, presence, rows, teams } from '../core/state.js';
import { composes } from '../do/typing.js';
import { close, Dialog } from './Dialog.js';
import { Avatar, Icon, Keys } from './primitives.js';

/** @param {{id: string}} props */
export function Transfer({ id }) {
  const row = rows.value[id], draft = `transfer.${id}`;
  const [q, setQ] = useState(''), [to, setTo] = useState(''), [note, setNote] = useState(() => readDraft(draft)),
    [busy, setBusy] = useState(false), [drop, setDrop] = useState(false);
  const words = useRef(/** @type {HTMLTextAreaElement|null} */ (null)),
    list = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => { list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }); },
    [to]);
  useEffect(() => { void people(); }, []); // who is there now
  if (!row) return null;
  const all = receivers({ row, me: me.value, agents: agents.value, teams: teams.value, q });
  const colleagues = all.filter((r) => r.kind === 'agent');
  // nobody is chosen for a person who has not looked
  const chosen = all.find((r) => r.key === to)
    ?? (q ? colleagues[0] ?? all.find((r) => r.kind === 'team') : colleagues.length === 1 ? colleagues[0] : undefined);
  const go = async () => {
    if (!chosen || busy) return;
    setBusy(true);
    const answer = await pass(id, chosen, note.trim(), drop);
    setBusy(false);
    if (!answer.problem) { writeDraft(draft, ''); close(); }
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by && all.length > 0 && /** @type {HTMLElement} */ (e.target).tagName !== 'TEXTAREA') {
      e.preventDefault();
      setTo(all[(all.findIndex((r) => r.key === chosen?.key) + by + all.length) % all.length]?.key ?? all[0].key);
    }
    if (e.key !== 'Enter' || composes(e)) return;
    if (e.ctrlKey || e.metaKey) { e.preventDefault(); void go(); }
    else if (chosen && /** @type {HTMLElement} */ (e.target).tagName === 'INPUT') { e.preventDefault();
      words.current?.focus(); }
  };
  const title = t(row.owner.kind === 'nobody' ? 'transfer.give' : 'transfer.title',
    { name: firstName(nameOf(row.contact)) });
  return html`<${Dialog} label=${title} cls="sheet give" onKeyDown=${keys} test="transfer-sheet"><h2>${title}</h2>
    <label class="sr" for="gq">${t('transfer.who')}</label>
      <input class="input" id="gq" data-focus maxlength="100" placeholder=${t('transfer.who')} autocomplete="off"
        value=${q} onInput=${(e) => setQ(e.target.value)} data-test="transfer-who" />
    <div class="people" role="listbox" aria-label=${t('transfer.who')} ref=${list}>
      ${all.map((r) =>
        html`<${Person} key=${r.key} of=${r} here=${(presence.value[id] ?? []).some((p) => p.who.id === r.agent?.id)}
          selected=${chosen?.key === r.key} choose=${() => setTo(r.key)} />`)}
      ${all.length === 0
        && html`<p class="quiet pal-none" role="status" data-test="nobody-found">
          ${t(q ? 'palette.none' : 'transfer.nobody')}</p>`}</div>
    <label class="fld-label" for="gn">
      ${chosen?.agent ? t('transfer.note', { name: firstName(chosen.agent.name) }) : t('transfer.noteQueue')}</label>
    <textarea class="input" id="gn" ref=${words} dir="auto" maxlength="4096" value=${note}
      onInput=${(e) => { setNote(e.target.value); writeDraft(draft, e.target.value); }} data-test="transfer-note">
        </textarea>
    ${(row.scheduled ?? []).length > 0
      && html`<${Waiting} n=${row.scheduled?.length} drop=${drop} setDrop=${setDrop} />`}
    <div class="ends">
      <button class="btn btn-bare" type="button" onClick=${close}>${t('cancel')}<${Keys} keys="Esc" /></button>
      <button class="btn btn-main" type="button" disabled=${!chosen || busy} onClick=${() => void go()}
        data-test="transfer-go">${t('transfer.go')}<kbd>Ctrl ⏎</kbd></button></div><//>`;
}

/** What becomes of what is scheduled. */
const Waiting = ({ n, drop, setDrop }) => html`<div class="picks keepers" role="group" aria-labelledby="keep"
  data-test="keepers"><span id="keep">${t('later.kept', { n })}</span>
  ${[false, true].map((is) => html`<button class="pick" type="button" key=${is} aria-pressed=${drop === is}
    onClick=${() => setDrop(is)} data-test=${is ? 'drop-scheduled' : 'keep-scheduled'}>${t(is ? 'later.drop'
      : 'later.keep')}</button>`)}</div>`;

/** @param {{of: import('../core/handover.js').Receiver, here: boolean, selected: boolean, choose: () => void}} props */
function Person({ of, here, selected, choose }) {
  const { agent, team } = of, test = { agent: 'colleague', queue: 'to-queue', team: 'to-team' }[of.kind];
  const name = agent?.name ?? (team ? t('transfer.team', { team: team.name }) : t('transfer.queue'));
  const what = !agent ? t(team ? 'transfer.teamText' : 'transfer.queueText')
    : here ? t('transfer.here') : team?.name ?? t(`role.${agent.role}`);
  return html`<button class="person" type="button" role="option" aria-selected=${selected} onClick=${choose}
    data-test=${test}>
    ${agent ? html`<${Avatar} name=${agent.name} size=${24} />`
      : html`<span class="av av-24 av-none"><${Icon} name="inbox" cls="i-12" /></span>`}<span class="cut"><bdi>${name}
        </bdi></span><small>${what}</small></button>`;
}
