// Everything by name: what can be done here, where one can go, conversations by
// name, phone or username, and messages by their words.

import { applies, commands } from '../do/commands.js';
import { labels, nameOf } from '../text/format.js';
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { drawn } from '../do/focus.js';
import { fresh, go, openId } from './router.js';
import { hitKey, openHit, useSearch } from '../list/search.js';
import { counts, me, numbers, ownOnly, pane, rows } from '../core/state.js';
import { counted } from '../text/format.js';
import { explain } from '../text/failure.js';
import { composes } from '../do/typing.js';
import { pieces, spread } from '../core/words.js';
import { close, CloseButton, Dialog } from './Dialog.js';
import { Hit } from '../list/Hit.js';
import { Avatar, Icon, Keys } from './primitives.js';
import { ownerName } from '../list/RowItem.js';

const groups = ['here', 'found', 'said', 'go', 'list', 'app'];
const limit = 8;

export function Palette() {
  const [q, setQ] = useState(''), [chosen, choose] = useState(''), found = useSearch(q, limit);
  const options = useMemo(() => all(q, found), [q, found.contacts, found.hits, openId.value, rows.value]);
  // By name, not by place: what is found later moves the others.
  const current = Math.max(0, options.findIndex((o) => o.id === chosen)),
    list = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => { list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }); },
    [current]);
  const run = (o) => {
    close();
    // After the dialogue gave the focus back, so that the command may move it, and before the next key.
    drawn(() => void o.run());
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by) { e.preventDefault(); choose(options[(current + by + options.length) % options.length]?.id ?? ''); }
    if (e.key === 'Enter' && !composes(e) && options[current]) { e.preventDefault(); run(options[current]); }
  };
  const filled = groups.map((g) => ({ g, of: options.filter((o) => o.group === g) })).filter((x) => x.of.length);
  const here = rows.value[openId.value];
  return html`<${Dialog} label=${t('palette')} cls="palette" onKeyDown=${keys} test="palette">
    <div class="pal-in"><${Icon} name="search" />
      ${here && html`<span class="pal-ctx cut"><bdi>${nameOf(here.contact)}</bdi></span>`}
      <input data-focus maxlength="200" aria-label=${t('palette')} placeholder=${t('palette.hint')} autocomplete="off"
        spellcheck="false" role="combobox" aria-expanded="true" aria-controls="pal"
        aria-activedescendant=${options[current] ? `pal-${options[current].id}` : undefined} value=${q}
          onInput=${(e) => { setQ(e.target.value); choose(''); }} data-test="palette-input" />
      <${CloseButton} /></div>
    <div class="pal-list" id="pal" role="listbox" aria-label=${t('palette.results')} ref=${list}
      aria-busy=${found.state === 'loading'}>
        ${filled.map(({ g, of }) =>
          html`<div role="group" aria-labelledby=${`pg-${g}`} key=${g}>
            <div class="pal-h" id=${`pg-${g}`}>${t(`palette.${g}`)}</div>
      ${of.map((o) =>
        html`<${Option} key=${o.id} o=${o} q=${q} selected=${options.indexOf(o) === current} run=${run} />`)}</div>`)}
          </div>
    <${State} found=${found} empty=${options.length === 0} />
    <div class="pal-foot"><span><${Keys} keys="↑ ↓" />${t('palette.choose')}</span>
      <span><${Keys} keys="⏎" />${t('palette.do')}</span><span><${Keys} keys="Esc" />${t('palette.close')}</span></div>
  <//>`;
}

/** How the search stands, where that is not seen from what it found. */
function State({ found, empty }) {
  const again = () => { found.again();
    /** @type {HTMLElement|null} */ (document.querySelector('.pal-in input'))?.focus(); };
  const nothing = found.state === 'ready' ? found.contacts.length + found.hits.length === 0
    : found.state === 'idle' && empty;
  if (found.state === 'error') {
    return html`<p class="pal-none" role="alert" data-test="search-error">
      ${explain({ code: found.error, title: '', status: 0 })} <button class="btn" type="button" onClick=${again}>
        ${t('again')}</button></p>`;
  }
  if (found.state === 'loading' && !found.hits.length)
    return html`<p class="pal-none" role="status" data-test="searching">${t('found.loading')}</p>`;
  return nothing && html`<p class="pal-none" role="status">${t('palette.none')}</p>`;
}

function Option({ o, q, selected, run }) {
  if (o.hit) {
    return html`<div class="pal-opt is-hit" id=${`pal-${o.id}`} role="option" aria-selected=${selected}
      onClick=${() => run(o)} data-test="found-message"><${Avatar} name=${nameOf(o.hit.row.contact)} size=${24} />
        <${Hit} hit=${o.hit} /></div>`;
  }
  return html`<div class="pal-opt" id=${`pal-${o.id}`} role="option" aria-selected=${selected} onClick=${() => run(o)}
    data-test=${`do-${o.id}`}>
    <${Icon} name=${o.icon} /><span class="cut"><${Marked} text=${o.label} q=${q} /></span>
      ${o.small && html`<small>${o.small}</small>`}${o.keys
        && html`<span class="keys"><${Keys} keys=${o.keys} /></span>`}</div>`;
}

function Marked({ text, q }) {
  const asked = spread(q.trim()), at = asked ? spread(text).indexOf(asked) : -1;
  return html`<bdi>
    ${at < 0 ? text
      : pieces(text, [[at, at + asked.length]]).map((p, i) => (p.hit ? html`<mark key=${i}>${p.text}</mark>` : p.text))}
        </bdi>`;
}

function all(q, found) {
  const label = labels(numbers.value), words = spread(q.trim());
  const matches = (/** @type {string} */ text) => words === '' || spread(text).includes(words);
  const doing = commands.filter((c) => !c.hidden && applies(c))
    .map((c) =>
      ({ ...c, label: t(`do.${c.id}`), small: c.id.startsWith('go.') ? counted(counts.value[c.id.slice(3)]) : '' }));
  const local = words === '' ? []
    : Object.values(rows.value).filter((r) => matches(nameOf(r.contact))).slice(0, 6).map((r) => r.id);
  const ids = [...new Set([...found.contacts, ...local])].filter((id) => rows.value[id]).slice(0, limit);
  const people = ids.map((id) => {
    const r = rows.value[id], owner = ownerName(r.owner, r.owner.id === me.value?.id);
    return {
      id: `c-${id}`, group: 'found', icon: 'inbox', keys: '', label: nameOf(r.contact),
      small: [label[r.phone_number_id]?.label, r.phase === 'resolved' ? t('view.resolved') : owner].filter(Boolean)
        .join(' · '),
      run: () => { pane.value = 'thread'; go({ id }); },
    };
  });
  const hits = found.hits.map((hit) => ({ id: `m-${hitKey(hit)}`, group: 'said', hit, run: () => openHit(hit) }));
  const inList = words.length > 1
    ? [{ id: 'search-list', group: 'said', icon: 'search', keys: '', label: t('palette.inList', { q: q.trim() }),
      small: '', run: () => {
        pane.value = 'list';
        go({ ...fresh(ownOnly.value ? 'mine' : 'all'), q: q.trim() });
      } }] : [];
  const order = words === '' ? [] : [...people, ...hits];
  return [...doing.filter((c) => c.group === 'here' && matches(c.label)), ...order, ...inList,
    ...doing.filter((c) => c.group !== 'here' && matches(c.label))]
    .sort((a, b) => rank(a.group) - rank(b.group));
}

const rank = (group) => groups.indexOf(group);
