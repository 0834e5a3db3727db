// What was asked of Meta: what is so, and what to do where it is not.

import { html } from '../../html.js';
import { explain } from '../../text/failure.js';
import { t } from '../../text/i18n.js';
import { Icon } from '../../shell/primitives.js';
import { wordsOf } from '../Page.js';

/** @typedef {import('../../core/api_types.js').ConnectionCheck} Check */

const icons = { ok: 'tick', warning: 'alert', open: 'clock', failed: 'x' };

/** Why a check is not ok, with what helps. @param {Check} check */
export function why(check) {
  if (!check.reason) return check.detail ?? '';
  const left = check.tries_left;
  const words = t(`connect.why.${check.reason}`, { detail: check.detail ?? '' });
  const more = left === undefined ? '' : t('connect.tries', { n: left });
  return [words, more, check.code ? `(${check.code})` : ''].filter(Boolean).join(' ');
}

/**
 * The checks of a step. What is wrong with a field is said beneath it, not here again.
 * @param {{checks: Check[], names: string[], fields?: string[]}} props
 */
export function Checks({ checks, names, fields = [] }) {
  const list = checks.filter((c) => names.includes(c.name));
  if (list.length === 0) return null;
  return html`<ul class="wiz-checks" aria-label=${t('connect.checks')}>${list.map((c) => {
    const said = c.state !== 'ok' && !fields.includes(c.field ?? '');
    return html`<li key=${c.name} class=${`is-${c.state}`} data-test=${`check-${c.name}`} data-state=${c.state}>
      <${Icon} name=${icons[c.state]} cls="i-14" label=${t(`connect.state.${c.state}`)} />
      <span>${t(`connect.check.${c.name}`)}${said && html` <small>${why(c)}</small>`}</span></li>`;
  })}</ul>`;
}

/** What is wrong with a field: a check that failed, or what the server refuses to ask. */
export function faultOf(view, form, field) {
  const failure = form.failure?.problem;
  if (failure) {
    const reason = failure.code === 'not_proven' ? failure.reason : '';
    return (failure.field ?? '') !== field ? ''
      : reason ? t(`connect.why.${reason}`, { detail: failure.detail ?? '' }) : wordsOf(form.failure);
  }
  const check = view.checks.find((c) => c.state === 'failed' && c.field === field);
  return check ? why(check) : '';
}

/**
 * A field with its label and what is wrong with it.
 * @param {{view: any, form: any, name: string, label: string, hint?: any, value: string, onInput: (v: string) => void,
 *   more?: Record<string, any>}} props
 */
export function Field({ view, form, name, label, hint, value, onInput, more = {} }) {
  const fault = faultOf(view, form, name), id = `connect-${name}`;
  const about = [fault && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`<div class="field"><label for=${id}><span class="fld-label">${label}</span></label>
    <input class=${`input ${fault ? 'is-bad' : ''}`} id=${id} value=${value} autocomplete="off"
      aria-invalid=${fault ? 'true' : undefined} aria-describedby=${about || undefined}
      onInput=${(e) => onInput(e.target.value)} ...${more} data-test=${`number-${name}`} />
    ${fault && html`<small class="late" role="alert" id=${`${id}-wrong`} data-test=${`wrong-${name}`}>${fault}</small>`}
    ${hint && html`<small class="hint" id=${`${id}-hint`}>${hint}</small>`}</div>`;
}

/** What is wrong and of no field. @param {{failure: any}} props */
export const Fault = ({ failure }) => (failure && !failure.problem.field ? html`<small class="late" role="alert"
  data-test="wrong-form">${failure.problem.code === 'unavailable' && failure.problem.detail?.startsWith('Meta')
    ? t('connect.noAnswer') : explain(failure.problem)}</small>` : null);

/** While Meta is asked. */
export const Waiting = () => html`<p class="quiet" role="status">${t('connect.asking')}</p>`;
