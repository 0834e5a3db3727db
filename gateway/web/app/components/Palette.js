// Everything by name: what can be done here, where one can go, and conversations
// by name, phone or username.

import { applies, commands } from '../commands.js';
import { labels, nameOf } from '../format.js';
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { t } from '../i18n.js';
import { searchConversations } from '../load_list.js';
import { fresh, go, openId } from '../router.js';
import { counts, me, numbers, pane, rows } from '../state.js';
import { counted } from '../format.js';
import { close, Dialog } from './Dialog.js';
import { Icon, Keys } from './bits.js';
import { ownerName } from './RowItem.js';

const wait = 180;

export function Palette() {
  const [q, setQ] = useState(''), [at, setAt] = useState(0), found = useFound(q);
  const options = useMemo(() => all(q, found), [q, found, openId.value, rows.value]);
  const current = Math.min(at, options.length - 1), list = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => { list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }); }, [current]);
  const run = (o) => {
    close();
    // After the dialogue gave the focus back, so that the command may move it.
    setTimeout(() => void o.run(), 0);
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by) { e.preventDefault(); setAt((current + by + options.length) % options.length); }
    if (e.key === 'Enter' && !e.isComposing && options[current]) { e.preventDefault(); run(options[current]); }
  };
  const groups = ['here', 'found', 'go', 'list', 'app'].map((g) => ({ g, of: options.filter((o) => o.group === g) })).filter((x) => x.of.length);
  const here = rows.value[openId.value];
  return html`<${Dialog} label=${t('palette')} cls="palette" onKeyDown=${keys} test="palette">
    <div class="pal-in"><${Icon} name="search" />${here && html`<span class="pal-ctx cut"><bdi>${nameOf(here.contact)}</bdi></span>`}
      <input data-focus aria-label=${t('palette')} placeholder=${t('palette.hint')} autocomplete="off" spellcheck="false" role="combobox" aria-expanded="true" aria-controls="pal"
        aria-activedescendant=${options[current] ? `pal-${options[current].id}` : undefined} value=${q} onInput=${(e) => { setQ(e.target.value); setAt(0); }} data-test="palette-input" /></div>
    <div class="pal-list" id="pal" role="listbox" aria-label=${t('palette.results')} ref=${list}>${groups.map(({ g, of }) => html`<div role="group" aria-labelledby=${`pg-${g}`} key=${g}><div class="pal-h" id=${`pg-${g}`}>${t(`palette.${g}`)}</div>
      ${of.map((o) => html`<${Option} key=${o.id} o=${o} q=${q} selected=${options.indexOf(o) === current} run=${run} />`)}</div>`)}
      ${options.length === 0 && html`<p class="pal-none" role="status">${t('palette.none')}</p>`}</div>
    <div class="pal-foot"><span><${Keys} keys="↑ ↓" />${t('palette.choose')}</span><span><${Keys} keys="⏎" />${t('palette.do')}</span><span><${Keys} keys="Esc" />${t('palette.close')}</span></div>
  <//>`;
}

function Option({ o, q, selected, run }) {
  return html`<div class="pal-opt" id=${`pal-${o.id}`} role="option" aria-selected=${selected} onClick=${() => run(o)} data-test=${`do-${o.id}`}>
    <${Icon} name=${o.icon} /><span class="cut"><${Marked} text=${o.label} q=${q} /></span>${o.small && html`<small>${o.small}</small>`}${o.keys && html`<span class="keys"><${Keys} keys=${o.keys} /></span>`}</div>`;
}

function Marked({ text, q }) {
  const at = q ? text.toLowerCase().indexOf(q.toLowerCase()) : -1;
  return at < 0 ? html`<bdi>${text}</bdi>` : html`<bdi>${text.slice(0, at)}<mark>${text.slice(at, at + q.length)}</mark>${text.slice(at + q.length)}</bdi>`;
}

/** Conversations that the server finds, a moment after the last key. */
function useFound(q) {
  const [found, setFound] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    if (q.trim().length < 2) { setFound([]); return undefined; }
    const stop = new AbortController();
    const timer = setTimeout(() => void searchConversations(q.trim(), stop.signal).then(setFound).catch(() => {}), wait);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [q]);
  return found;
}

function all(q, found) {
  const label = labels(numbers.value), words = q.trim().toLowerCase();
  const matches = (/** @type {string} */ text) => words === '' || text.toLowerCase().includes(words);
  const doing = commands.filter((c) => !c.hidden && applies(c)).map((c) => ({ ...c, label: t(`do.${c.id}`), small: c.id.startsWith('go.') ? counted(counts.value[c.id.slice(3)]) : '' }));
  const local = words === '' ? [] : Object.values(rows.value).filter((r) => matches(nameOf(r.contact))).slice(0, 6).map((r) => r.id);
  const ids = [...new Set([...found, ...local])].filter((id) => rows.value[id]).slice(0, 8);
  const people = ids.map((id) => {
    const r = rows.value[id], owner = ownerName(r.owner, r.owner.id === me.value?.id);
    return {
      id: `c-${id}`, group: 'found', icon: 'inbox', keys: '', label: nameOf(r.contact), small: [label[r.phone_number_id]?.label, r.phase === 'resolved' ? t('view.resolved') : owner].filter(Boolean).join(' · '),
      run: () => { pane.value = 'thread'; go({ id }); },
    };
  });
  const inList = words.length > 1 ? [{ id: 'search-list', group: 'found', icon: 'search', keys: '', label: t('palette.inList', { q: q.trim() }), small: '', run: () => { pane.value = 'list'; go({ ...fresh('all'), q: q.trim() }); } }] : [];
  const order = words === '' ? [] : people;
  return [...doing.filter((c) => c.group === 'here' && matches(c.label)), ...order, ...inList, ...doing.filter((c) => c.group !== 'here' && matches(c.label))]
    .sort((a, b) => rank(a.group) - rank(b.group));
}

const rank = (group) => ['here', 'found', 'go', 'list', 'app'].indexOf(group);
