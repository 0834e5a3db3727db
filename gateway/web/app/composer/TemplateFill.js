import { html } from '../html.js';
import { t } from '../text/i18n.js';
import { tokens } from '../thread/markup.js';
import { fault, readable, slots } from './templates.js';
import { composes } from '../do/typing.js';

/** @typedef {import('../core/types.js').TemplateVariable} TemplateVariable */

/**
 * A template as the customer will read it, and a field for each of its variables.
 * @param {{
 *   of: import('../core/types.js').Template, values: Record<string, string>, state: {missing: string[], faulty:
 *   string[], long: number},
 *   fill: (key: string, value: string) => void, onward: (key: string) => void, ids?: string,
 * }} props ids: begins the ids of the fields, where others may be on the screen
 */
export function TemplateFill({ of, values, state, fill, onward, ids = 'tpl' }) {
  const keys = (/** @type {KeyboardEvent} */ e, /** @type {string} */ key) => {
    if (e.key !== 'Enter' || composes(e) || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    onward(key);
  };
  return html`<div class="tplview">
    <div class="bub" dir="auto" role="group" aria-label=${t('tpl.preview')} data-test="template-preview">
      ${of.header?.text
        && html`<b class="tpl-head">
          <${Line} text=${of.header.text} part="header" of=${of} values=${values} ids=${ids} /></b>`}
      ${of.header && of.header.format !== 'TEXT'
        && html`<span class="quiet">${t(`media.${of.header.format?.toLowerCase()}`)}</span>`}
      <span class="text"><${Line} text=${of.body} part="body" of=${of} values=${values} ids=${ids} /></span>
      ${of.footer && html`<small class="tpl-foot">${of.footer}</small>`}
      ${of.buttons && of.buttons.length > 0
        && html`<span class="tplbtns">
          ${of.buttons.map((b, i) =>
            html`<span class="tplbtn" key=${i}><span class="cut">${b.text || t('tpl.copyCode')}</span></span>`)}
              </span>`}</div>
    ${of.variables.map((v) =>
      html`<${Field} key=${v.key} v=${v} of=${of} value=${values[v.key] ?? ''} fill=${fill} keys=${keys}
        ids=${ids} />`)}
    <p class=${`hint ${state.long ? 'late' : ''}`} role="status" data-test="template-state">${words(of, state)}</p>
      </div>`;
}

function words(of, state) {
  if (of.unsupported) return t('tpl.unsupported', { parts: of.unsupported });
  if (state.long) return t('tpl.bad.long', { limit: state.long });
  if (state.missing.length) return t('tpl.missing', { n: state.missing.length });
  if (state.faulty.length) return '';
  return t(of.variables.length ? 'tpl.ready' : 'tpl.filled');
}

function Field({ v, of, value, fill, keys, ids }) {
  const bad = fault(v, value), id = `${ids}-${v.key}`;
  return html`<div class="tplfld"><label class="fld-label" for=${id}>${label(v, of)}</label>
    <input class="input" id=${id} data-key=${v.key} dir="auto" value=${value} autocomplete="off"
      inputmode=${v.kind === 'link' ? 'url' : undefined} aria-invalid=${bad !== ''}
        aria-describedby=${bad ? `${id}-bad` : undefined}
      onInput=${(e) => fill(v.key, e.target.value)} onKeyDown=${(e) => keys(e, v.key)} data-test="template-value" />
    ${bad && html`<p class="hint late" id=${`${id}-bad`} role="alert">${t(`tpl.bad.${bad}`)}</p>`}</div>`;
}

/** @param {TemplateVariable} v @param {import('../core/types.js').Template} of */
function label(v, of) {
  if (v.kind !== 'text') return t(`tpl.var.${v.kind}`, { name: v.name ?? '' });
  if (!/^\d+$/.test(v.name ?? '')) return readable(v.name ?? '');
  const alone = v.part === 'body' || of.variables.every((x) => x.part !== 'body' || x.name !== v.name);
  return t(alone && v.part === 'body' ? 'tpl.var' : 'tpl.var.header', { n: v.name });
}

// Where a variable stands while the marks of the text around it are read: a value
// is never read as markup of the template, nor cut by it.
const mark = (/** @type {number} */ n) => String.fromCodePoint(0xe000 + n);

/** One text, marked as WhatsApp marks it, its variables set off. */
function Line({ text, part, of, values, ids }) {
  const all = slots(text, part), keys = all.filter((s) => s.key);
  const marked = all.map((s) => (s.key ? mark(keys.indexOf(s)) : s.text)).join('');
  const put = (/** @type {string} */ piece) => piece.split(/([\ue000-\uf8ff])/u).map((c, i) => {
    const s = keys[(c.codePointAt(0) ?? 0) - 0xe000];
    if (!s?.key || i % 2 === 0) return c;
    const value = values[s.key] ?? '', v = of.variables.find((x) => x.key === s.key);
    return html`<span class=${`var ${value.trim() ? '' : 'is-missing'}`} key=${i}
      onClick=${() => document.getElementById(`${ids}-${s.key}`)?.focus()}>
        ${value.trim() || (v ? label(v, of).toLowerCase() : s.text)}</span>`;
  });
  return tokens(marked).map((k, i) => {
    switch (k.kind) {
      case 'bold': return html`<b key=${i}>${put(k.text)}</b>`;
      case 'italic': return html`<em key=${i}>${put(k.text)}</em>`;
      case 'strike': return html`<s key=${i}>${put(k.text)}</s>`;
      case 'code': return html`<code key=${i}>${put(k.text)}</code>`;
    }
    return put(k.text);
  });
}
