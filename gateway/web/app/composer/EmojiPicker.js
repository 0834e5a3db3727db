// Every emoji, with a search: over the composer, for a text or for a mark on a message. Without the mouse: arrows go
// through them, Enter takes one, Escape gives up.

import { allEmoji, find, recent, remember } from './emoji.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { language, t } from '../text/i18n.js';
import { typing } from '../do/typing.js';
import { IconButton } from '../shell/primitives.js';

/** @typedef {import('./emoji.js').Emoji} Emoji */

const step = 180; // as many are drawn at once: the rest follow in the next frames

/** @param {{pick: (emoji: string) => void, close: () => void, label: string}} props */
export function EmojiPicker({ pick, close, label }) {
  const [all, setAll] = useState(/** @type {Emoji[]|null} */ (null)), [failed, setFailed] = useState(false);
  const [q, setQ] = useState(''), [drawn, setDrawn] = useState(step);
  const box = useRef(/** @type {HTMLElement|null} */ (null)), field = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => { allEmoji().then(setAll, () => setFailed(true)); }, [language.value]);
  useLayoutEffect(() => {
    field.current?.focus();
    const away = (/** @type {Event} */ e) => { if (!box.current?.contains(/** @type {Node} */ (e.target))) close(); };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, []);
  useEffect(() => {
    if (!all || drawn >= all.length) return undefined;
    const frame = requestAnimationFrame(() => setDrawn(drawn + step));
    return () => cancelAnimationFrame(frame);
  }, [all, drawn]);
  const take = (/** @type {string} */ emoji) => {
    typing.leave(); // the search is over: what is typed next is not for it
    remember(emoji);
    pick(emoji);
  };
  const groups = all ? grouped(all, q, drawn) : [];
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') { e.stopPropagation(); close(); return; }
    if (e.key === 'Enter' && e.target === field.current) {
      e.preventDefault();
      if (q && groups[0]?.list[0]) take(groups[0].list[0].emoji);
    }
    const to = neighbour(box.current, e, field.current);
    if (to) { e.preventDefault(); to.focus(); }
  };
  return html`<div class="pop emoji" role="dialog" aria-label=${label} ref=${box} onKeyDown=${keys} data-test="emoji">
    <div class="pop-h"><input class="input" ref=${field} value=${q} onInput=${(e) => setQ(e.target.value)}
      placeholder=${t('emoji.search')} aria-label=${t('emoji.search')} autocomplete="off" data-test="emoji-search" />
      <${IconButton} icon="x" label=${t('palette.close')} onClick=${close} /></div>
    <div class="emoji-list" tabindex="-1">
      ${failed && html`<p class="hint" role="alert">${t('emoji.failed')}</p>`}
      ${all && groups.length === 0 && html`<p class="hint" role="status">${t('emoji.none', { q })}</p>`}
      ${groups.map(({ name, list }) => html`<div role="group" aria-label=${name} key=${name}><h3>${name}</h3>
        <div class="emoji-grid">${list.map((e, i) => html`<button type="button" class="emo" key=${e.emoji}
          tabindex=${i === 0 ? 0 : -1} aria-label=${e.name} title=${e.name} onClick=${() => take(e.emoji)}>${e.emoji}
          </button>`)}</div></div>`)}</div></div>`;
}

/** @param {Emoji[]} all @param {string} q @param {number} drawn */
function grouped(all, q, drawn) {
  if (q.trim()) {
    const list = find(all, q.trim());
    return list.length ? [{ name: t('emoji.found', { n: list.length }), list }] : [];
  }
  /** @type {Map<string, Emoji[]>} */
  const by = new Map();
  const lately = recent().map((emoji) => all.find((e) => e.emoji === emoji)).filter((e) => e !== undefined);
  if (lately.length) by.set('recent', lately);
  for (const e of all.slice(0, drawn)) {
    const list = by.get(e.group);
    if (list) list.push(e); else by.set(e.group, [e]);
  }
  return [...by].map(([group, list]) => ({ name: t(`emoji.${group}`), list }));
}

/**
 * Where an arrow leads: along the line, or to what stands nearest above or below.
 * @param {HTMLElement|null} box @param {KeyboardEvent} e @param {HTMLElement|null} field
 * @returns {HTMLElement|null|undefined}
 */
function neighbour(box, e, field) {
  const all = /** @type {HTMLElement[]} */ ([...(box?.querySelectorAll('.emo') ?? [])]);
  const at = /** @type {HTMLElement} */ (document.activeElement), n = all.indexOf(at);
  if (at === field) return e.key === 'ArrowDown' ? all[0] : null;
  if (n < 0) return null;
  switch (e.key) {
    case 'ArrowRight': return all[n + 1];
    case 'ArrowLeft': return all[n - 1] ?? field;
    case 'Home': return all[0];
    case 'End': return all[all.length - 1];
    case 'ArrowDown': return all.slice(n).find((x) => x.offsetTop > at.offsetTop && x.offsetLeft >= at.offsetLeft);
    case 'ArrowUp':
      return all.slice(0, n).findLast((x) => x.offsetTop < at.offsetTop && x.offsetLeft <= at.offsetLeft) ?? field;
  }
  return null;
}
