// The fields of a message with something to tap, each with how much it takes.

import { limitOf, most, rowsOf } from './build.js';
import { number } from '../text/format.js';
import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { IconButton } from '../shell/primitives.js';

/** @typedef {import('./build.js').Built} Built */

/** @param {{b: Built, set: (of: Partial<Built>) => void, faults: import('./build.js').Fault[]}} props */
export function Fields({ b, set, faults }) {
  const of = (/** @type {string} */ name, /** @type {any} */ rest = {}) => html`<${Field} key=${name} name=${name}
    label=${t(`build.${name}`)} value=${b[name]} kind=${b.kind} faults=${faults}
    change=${(/** @type {string} */ value) => set({ [name]: value })} ...${rest} />`;
  if (b.kind === 'location')
    return html`${of('place', { free: true, hint: t('build.place.hint') })}${of('name')}${of('address')}`;
  return html`${of('body', { long: true })}
    ${b.kind === 'button' && html`<${Buttons} b=${b} set=${set} faults=${faults} />`}
    ${(b.kind === 'list' || b.kind === 'cta_url') && of('label')}
    ${b.kind === 'cta_url' && of('url', { free: true })}
    ${b.kind === 'list' && html`<${Sections} b=${b} set=${set} faults=${faults} />`}
    ${b.kind !== 'location_request_message' && of('footer')}`;
}

/**
 * One field: its name, how much of it is used, and what is wrong with it.
 * @param {{name: string, label: string, value: string, kind: import('./build.js').Kind,
 *   change: (value: string) => void, faults: import('./build.js').Fault[], long?: boolean,
 *   free?: boolean, bare?: boolean, hint?: string, off?: () => void}} props
 *   free: without a counter; bare: its label is only heard
 */
function Field({ name, label, value, kind, change, faults, long = false, free = false, bare = false, hint, off }) {
  const fault = faults.find((f) => f.field === name), max = limitOf(name, kind), n = [...value].length;
  const id = `build-${name}`;
  const props = { id, class: 'input', value, dir: 'auto', 'aria-invalid': Boolean(fault),
    'aria-describedby': fault || hint ? `${id}-note` : undefined, 'data-test': id,
    onInput: (/** @type {any} */ e) => change(e.target.value) };
  const count = !free && html`<span class=${`n ${n > max ? 'late' : ''}`}>${number(n)}/${number(max)}</span>`;
  return html`<div class="fld">
    ${!bare && html`<span class="fld-top"><label for=${id}>${label}</label>${count}</span>`}
    <span class=${bare ? 'fld-row' : ''}>
      ${long ? html`<textarea rows="3" ...${props}></textarea>` : html`<input ...${props}
        aria-label=${bare ? label : null} />`}
      ${bare && count}
      ${off && html`<${IconButton} icon="x" label=${t('build.off', { label })} onClick=${off} />`}</span>
    ${(fault || hint) && html`<small class=${fault ? 'bad-line' : 'hint'} id=${`${id}-note`}>${fault
      ? t(`build.fault.${fault.fault}`, { n: fault.over, limit: number(max) }) : hint}</small>`}</div>`;
}

function Buttons({ b, set, faults }) {
  const put = (buttons) => set({ buttons });
  const move = (e, n) => {
    const to = e.key === 'ArrowUp' ? n - 1 : e.key === 'ArrowDown' ? n + 1 : -1;
    if (!e.altKey || to < 0 || to >= b.buttons.length) return;
    e.preventDefault();
    const next = [...b.buttons];
    [next[n], next[to]] = [next[to], next[n]];
    put(next);
    document.getElementById(`build-button${to}`)?.focus();
  };
  return html`<fieldset class="fld"><legend>${t('build.buttons')}</legend>
    ${b.buttons.map((value, n) => html`<div key=${n} onKeyDown=${(e) => move(e, n)}><${Field} name=${`button${n}`} bare
      label=${t('build.nth', { n: n + 1 })} value=${value} kind=${b.kind} faults=${faults}
      change=${(v) => put(b.buttons.map((x, i) => (i === n ? v : x)))}
      off=${b.buttons.length > 1 && (() => put(b.buttons.filter((_, i) => i !== n)))} /></div>`)}
    ${b.buttons.length < most.buttons && html`<button class="link" type="button"
      onClick=${() => put([...b.buttons, ''])} data-test="build-add">${t('build.addButton')}</button>`}</fieldset>`;
}

function Sections({ b, set, faults }) {
  const all = rowsOf(b).length;
  const put = (n, of) => set({ sections: b.sections.map((s, i) => (i === n ? { ...s, ...of } : s)) });
  const drop = (n, m) => {
    const sections = b.sections.map((s, i) => (i === n ? { ...s, rows: s.rows.filter((_, j) => j !== m) } : s));
    set({ sections: sections.filter((s) => s.rows.length > 0) });
  };
  const row = { title: '', description: '' };
  return html`${b.sections.map((s, n) => html`<fieldset class="fld" key=${n}><legend>${b.sections.length > 1
      ? t('build.section', { n: n + 1 }) : t('build.rows', { n: all })}</legend>
    ${b.sections.length > 1 && html`<${Field} name=${`section${n}`} label=${t('build.sectionTitle')} value=${s.title}
      kind=${b.kind} faults=${faults} change=${(title) => put(n, { title })} />`}
    ${s.rows.map((r, m) => {
      const change = (of) => put(n, { rows: s.rows.map((x, i) => (i === m ? { ...x, ...of } : x)) });
      return html`<div key=${m}><${Field} name=${`row${n}.${m}`} bare label=${t('build.row', { n: m + 1 })}
        value=${r.title} kind=${b.kind} faults=${faults} change=${(title) => change({ title })}
        off=${all > 1 && (() => drop(n, m))} />
      <${Field} name=${`row${n}.${m}.text`} bare label=${t('build.rowText', { n: m + 1 })} value=${r.description}
        kind=${b.kind} faults=${faults} change=${(description) => change({ description })} /></div>`;
    })}
    ${all < most.rows && html`<button class="link" type="button" onClick=${() => put(n, { rows: [...s.rows, row] })}
      data-test="build-add">${t('build.addRow')}</button>`}</fieldset>`)}
    ${all < most.rows && b.sections.length < most.sections && html`<button class="link" type="button"
      onClick=${() => set({ sections: [...b.sections, { title: '', rows: [row] }] })} data-test="build-section">
      ${t('build.addSection')}</button>`}`;
}
