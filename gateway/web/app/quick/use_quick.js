// Quick replies in the field that one writes in: when a slash asks for them, which keys
// are theirs while they are shown, and how one gets into the text.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { me, numbers, tenant } from '../core/state.js';
import { Keys } from '../shell/primitives.js';
import { labels } from '../text/format.js';
import { t } from '../text/i18n.js';
import { composes } from '../do/typing.js';
import { askedAt, filled, found, knownOf, missing } from './replies.js';
import { QuickMenu } from './Menu.js';
import { variableName } from './Preview.js';
import { countUse, myReplies } from './state.js';

/** @typedef {import('./replies.js').Reply} Reply */

/**
 * @param {{row: import('../core/types.js').Row, on: boolean, field: {current: HTMLTextAreaElement|null}, text: string,
 *   write: (text: string) => void}} of on: replies are offered here
 * @returns {{open: boolean, menu: any, foot: any, key: (e: KeyboardEvent) => boolean, begin: () => void, aria: any}}
 *   key says whether the key was its own; foot stands for the main button while it is open
 */
export function useQuick({ row, on, field, text, write }) {
  const [caret, setCaret] = useCaret(field, on), [shut, setShut] = useState(-1), [pickId, setPick] = useState('');
  const [own, setOwn] = useState(/** @type {Record<string, string>} */ ({})), to = useRef(-1);
  const asks = (value, place) => (on && place >= 0 ? askedAt(value, Math.min(place, value.length)) : null);
  const asked = asks(text, caret), open = asked !== null && asked.from !== shut, q = open ? asked.q : '';
  useEffect(() => { setOwn({}); setShut(-1); }, [row.id]);
  useEffect(() => { setPick(''); }, [q]);
  useEffect(() => { if (!asked) setShut(-1); }, [!asked]);
  useLayoutEffect(() => { // the text that was inserted is drawn
    if (to.current < 0) return;
    field.current?.focus();
    field.current?.setSelectionRange(to.current, to.current);
    setCaret(-1); // a text that begins with a slash asks for nothing
    to.current = -1;
  }, [text]);

  const all = open ? myReplies()?.replies ?? null : null, list = open && all ? found(all, q) : [];
  const chosen = list.find((r) => r.id === pickId) ?? list[0];
  const filledIn = open ? knownHere(row) : {}, values = { ...own, ...nonEmpty(filledIn) };
  const lacks = chosen ? missing(chosen.text, values) : [];
  const close = () => { setShut(asked?.from ?? -1); field.current?.focus(); };
  const insert = (/** @type {Reply|undefined} */ r, place = asks(field.current?.value ?? text, caret)) => {
    if (!r || !place) return;
    const now = field.current?.value ?? text, told = { ...own, ...nonEmpty(knownHere(row)) };
    const [lack] = missing(r.text, told);
    if (lack) { setPick(r.id); goTo(field.current, lack); return; }
    const said = filled(r.text, told), value = now.slice(0, place.from) + said + now.slice(place.to);
    to.current = place.from + said.length;
    countUse(r);
    write(value);
  };
  const key = (/** @type {KeyboardEvent} */ e) => {
    const at = /** @type {HTMLElement} */ (e.target), here = at === field.current;
    // A key may come before the last letter is drawn: what the field holds now counts.
    const now = here ? asks(field.current?.value ?? '', field.current?.selectionStart ?? -1) : asked;
    if (!now || now.from === shut || composes(e)) return false;
    switch (e.key) {
      case 'Escape': e.stopPropagation(); close(); break;
      case 'ArrowDown': case 'ArrowUp': {
        const next = list.indexOf(chosen) + (e.key === 'ArrowDown' ? 1 : -1);
        if (list[next]) setPick(list[next].id);
        break;
      }
      case 'Enter':
        if (at.tagName === 'BUTTON' || (e.shiftKey && !e.ctrlKey && !e.metaKey)) return false;
        insert(open && now.q === q ? chosen : found(myReplies()?.replies ?? [], now.q)[0], now);
        break;
      case 'Tab':
        if (!tab(at, field.current, e.shiftKey)) return false;
        break;
      default: return false;
    }
    e.preventDefault();
    return true;
  };
  const begin = () => {
    const value = text === '' || text.endsWith('\n') ? `${text}/` : `${text}\n/`;
    to.current = -1;
    write(value);
    field.current?.focus();
    setShut(-1);
    requestAnimationFrame(() => { field.current?.setSelectionRange(value.length, value.length);
      setCaret(value.length); });
  };
  const menu = open && html`<${QuickMenu} all=${all} list=${list} chosen=${chosen} q=${q} filledIn=${filledIn}
    values=${values} pick=${(r) => setPick(r.id)} take=${(r) => insert(r)} onKeyDown=${key}
    fill=${(name, value) => setOwn((was) => ({ ...was, [name]: value }))} />`;
  const lack = lacks.length > 0 ? t('quick.lacks', { name: variableName(lacks[0]) }) : '';
  const foot = open && html`<span class="saved" id="compose-note" role="status"
    data-test="quick-lacks">${lack}</span><button class="btn btn-main" type="button"
    disabled=${!chosen || lacks.length > 0} onClick=${() => insert(chosen)} data-test="quick-insert">
    ${t('quick.insert')}<${Keys} keys="⏎" /></button>`;
  const aria = open && list.length > 0 ? { 'aria-controls': 'quick-options', 'aria-autocomplete': 'list',
    'aria-activedescendant': `quick-${list.indexOf(chosen)}` } : {};
  return { open, menu, foot, key, begin, aria };
}

/** Where the caret stands in the field; -1 while neither it nor what belongs to it has the focus. */
function useCaret(field, on) {
  const [caret, setCaret] = useState(-1);
  useEffect(() => {
    if (!on) return undefined;
    const look = () => {
      const box = field.current;
      if (!box) return;
      if (document.activeElement === box) setCaret(box.selectionStart === box.selectionEnd ? box.selectionStart : -1);
      else if (!box.closest('.composer')?.contains(document.activeElement)) setCaret(-1);
    };
    document.addEventListener('selectionchange', look);
    document.addEventListener('focusin', look);
    return () => {
      document.removeEventListener('selectionchange', look);
      document.removeEventListener('focusin', look);
    };
  }, [on]);
  return /** @type {[number, (place: number) => void]} */ ([caret, setCaret]);
}

/** What is known of a conversation. @param {import('../core/types.js').Row} row */
function knownHere(row) {
  const { label = '' } = labels(numbers.value)[row.phone_number_id] ?? {};
  return knownOf({ contact: row.contact.name, agent: me.value?.name ?? '', number: label,
    company: tenant.value ?? '' });
}

const nonEmpty = (of) => Object.fromEntries(Object.entries(of).filter(([, value]) => value));

const inputs = (field) => /** @type {HTMLInputElement[]} */ ([...(field?.closest('.composer')
  ?.querySelectorAll('[data-variable]') ?? [])]);

/** The field of a variable, once it is drawn. */
function goTo(field, name) {
  requestAnimationFrame(() => inputs(field).find((one) => one.dataset.variable === name)?.focus());
}

/** The tabulator goes from variable to variable, the empty ones first; false: where the browser wants. */
function tab(at, field, back) {
  const list = inputs(field), i = list.findIndex((one) => one === at);
  if (list.length === 0) return false;
  if (i < 0) {
    if (back || at !== field) return false;
    (list.find((one) => !one.value.trim()) ?? list[0]).focus();
    return true;
  }
  const next = back ? list[i - 1] ?? field
    : list[i + 1] ?? field.closest('.composer').querySelector('[data-test=quick-insert]:enabled') ?? list[0];
  next.focus();
  return true;
}
