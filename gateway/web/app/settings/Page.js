// The frame of a page of the settings: its bar, and what stands there while nothing
// was read yet, nothing can be read, or what was read is old.

import { html, useLayoutEffect, useRef } from '../html.js';
import { explain } from '../text/failure.js';
import { exactTime } from '../text/format.js';
import { t } from '../text/i18n.js';

/**
 * @param {{title: string, facts?: any, actions?: any, children: any, test: string,
 *   of: {now: import('../../lib/signals.js').Signal<import('./resource.js').Read<any>>,
   * load: () => Promise<void>}}} props
 */
export function Page({ title, facts, actions, of, children, test }) {
  const { data, at, failure } = of.now.value;
  return html`<main class="board setmain" data-test=${test}><header class="board-bar"><h1>${title}</h1>
    <span class="sub" role="status">${failure && data
      ? html`<span class="soon">${t('settings.asOf', { time: exactTime(at) })}</span>
        <button class="link" type="button" onClick=${() => void of.load()}>${t('settings.now')}</button>`
      : data && facts}</span><span class="grow"></span>${actions}</header>
    ${data ? children : failure
      ? html`<div class="blank mid" data-test="settings-error"><h3>${t('settings.unread')}</h3>
        <p>${explain(failure.problem)}</p>
        <button class="btn" type="button" onClick=${() => void of.load()}>${t('again')}</button></div>`
      : html`<${Waiting} />`}</main>`;
}

/** Rows of the height that they will have. */
const Waiting = () => html`<div class="padc" role="status" aria-busy="true" aria-label=${t('settings.reading')}>
  ${[6, 8, 5, 9, 6, 8].map((n, i) => html`<p class="sk-line" key=${i}><span class=${`skel sk-10 w-${n}`}></span>
    </p>`)}
    </div>`;

/** One sentence and what to do. @param {{text: string, children?: any}} props */
export const Nothing = ({ text, children }) =>
  html`<div class="padc quiet" data-test="settings-none"><p>${text}</p>${children}</div>`;

/**
 * What is wrong with a field, beneath it: the field is marked. Who sent the form with a
 * button that is out of use meanwhile stands nowhere then, and goes on at the field.
 * @param {{failure: import('../wire/api.js').Failure|null, field: string}} props
 */
export function Wrong({ failure, field }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null)), it = failure && (failure.problem.field ?? '') === field;
  useLayoutEffect(() => {
    if (!it || !box.current) return undefined;
    const input = field ? inputOf(box.current) : null;
    if (document.activeElement === document.body || document.activeElement === null)
      /** @type {HTMLElement|null} */ (input ?? box.current.closest('[role="dialog"]'))?.focus();
    input?.setAttribute('aria-invalid', 'true');
    return () => input?.removeAttribute('aria-invalid');
  }, [it]);
  return it ? html`<small class="late" role="alert" ref=${box} data-test=${`wrong-${field || 'form'}`}>
    ${wordsOf(failure)}</small>` : null;
}

/** @param {HTMLElement} box @returns {HTMLElement|null} the field that it is said of */
function inputOf(box) {
  const inputs = 'input.input, textarea.input, select.input', before = box.previousElementSibling;
  return box.closest('.field')?.querySelector(inputs)
    ?? /** @type {HTMLElement|null} */ (before?.matches(inputs) ? before : null);
}

/** The reader's words where there are some, else the server's, which name the remedy. */
export function wordsOf(failure) {
  const { code, detail, title } = failure.problem;
  const known = `settings.no.${code}`, words = t(known);
  if (words !== known) return ['not_proven', 'email_taken'].includes(code) && detail ? `${words} (${detail})` : words;
  if (code !== 'bad_request') return explain(failure.problem) || title;
  return ofField(failure.problem) || detail || explain(failure.problem);
}

/** What a field wants: the server says it too, but in English. @param {import('../core/types.js').Problem} problem */
function ofField({ field = '', reason = '', detail = '' }) {
  const what = /^"(.*?)": /.exec(detail)?.[1] ?? '', name = field.replace(/^settings\./, '');
  for (const key of [`wrong.${name}.${reason}`, `wrong.${name}`]) {
    const words = t(key, { what });
    if (words !== key) return what && !words.includes(what) ? `${what}: ${words}` : words;
  }
  return '';
}
