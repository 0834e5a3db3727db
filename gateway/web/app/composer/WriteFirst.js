// A message to somebody who may never have written: from which number, to whom, which
// template. What was filled in is kept until it is sent, as any draft. Whoever writes
// first owns the conversation, which opens once the server has taken the message.

import { html, useMemo, useRef, useState } from '../html.js';
import { addressOf } from '../core/address.js';
import { isDown, remedyOf } from '../core/composer_state.js';
import { numbersOf } from '../core/filter.js';
import { me, net, numbers, rows, templates } from '../core/state.js';
import { drawn } from '../do/focus.js';
import { composes } from '../do/typing.js';
import { openFirst } from '../do/write_first.js';
import { useSending } from '../settings/form.js';
import { Wrong } from '../settings/Page.js';
import { close, CloseButton, Dialog } from '../shell/Dialog.js';
import { Keys } from '../shell/primitives.js';
import { openId, route } from '../shell/router.js';
import { firstName, labels, phone } from '../text/format.js';
import { t } from '../text/i18n.js';
import { languageOf } from '../text/languages.js';
import { loadTemplates } from '../wire/load_templates.js';
import { writeFirst } from '../wire/write_first.js';
import { next, useReading } from './ComposeTemplate.js';
import { readDraft, writeDraft } from './drafts.js';
import { TemplateFill } from './TemplateFill.js';
import { TemplateList } from './TemplateList.js';
import { check, choices, keyOf, prefill, wanted } from './templates.js';

/**
 * @typedef {{number: string, to: string, name: string, pick: string,
 *   values: Record<string, Record<string, string>>}} First values by name and language of the template
 */

/** @param {{to?: string, name?: string, not?: string}} props not: a number that it does not go from */
export const WriteFirst = ({ to = '', name = '', not = '' }) => (usual(not)
  ? html`<${Form} known=${to} called=${name} not=${not} />` : null);

function Form({ known, called, not }) {
  const draft = `first.${known}`;
  const [it, setIt] = useState(() => begun(draft, { to: known && phone(known), name: called, not }));
  const [q, setQ] = useState(''), [left, setLeft] = useState(false), form = useSending();
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const number = /** @type {import('../core/types.js').PhoneNumber} */ (
    numbers.value.find((n) => n.id === it.number && n.id !== not) ?? usual(not));
  const list = templates.value[number.id];
  useReading(number.id, list, q);

  const to = addressOf(it.to);
  const found = useMemo(() => choices(list?.list ?? [], q, [languageOf(to.value), languageOf(number.display)]
    .filter(Boolean)), [list?.list, q, to.value, number.id]);
  const chosen = found.find((x) => keyOf(x) === it.pick) ?? found[0];
  const names = { name: firstName(it.name.trim()), mine: firstName(me.value?.name ?? '') };
  const values = chosen ? { ...prefill(chosen, names), ...it.values[keyOf(chosen)] } : {};
  const state = chosen && check(chosen, values);
  const why = reasonNot({ number, to, chosen, state });

  const keep = (/** @type {Partial<First>} */ change) => {
    const now = { ...it, ...change };
    setIt(now);
    writeDraft(draft, JSON.stringify(now));
    if (!form.busy) form.forget();
  };
  const fill = (/** @type {string} */ key, /** @type {string} */ value) => {
    const at = keyOf(chosen);
    keep({ pick: at, values: { ...it.values, [at]: { ...it.values[at], [key]: value } } });
  };
  const send = () => {
    if (why) return;
    void form.send(async () => {
      const { id } = await writeFirst({ phone_number_id: number.id, to: to.value, name: it.name.trim(),
        template: { name: chosen.name, language: chosen.language, values: wanted(chosen, values) } });
      writeDraft(draft, '');
      close();
      drawn(() => openFirst(id)); // after the dialogue gave the focus back
    });
  };
  const onward = (/** @type {string} */ from) => next(box.current, from, send);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== 'Enter' || composes(e)) return;
    if (e.ctrlKey || e.metaKey) { e.preventDefault(); send(); return; }
    const on = /** @type {HTMLElement} */ (e.target);
    if (on.id === 'first-to' || on.id === 'first-name') { e.preventDefault(); after(on.id, box.current); }
  };
  const pick = (/** @type {import('../core/types.js').Template} */ x) => keep({ pick: keyOf(x) });
  const title = t(not ? 'first.titleOther' : 'first.title');
  return html`<${Dialog} label=${title} cls="sheet give first" onKeyDown=${keys} test="first">
    <div class="sheet-top"><h2>${title}</h2><${CloseButton} /></div>
    <div class="first-who" ref=${box}>
      <${From} number=${number} not=${not} failure=${form.failure} choose=${(id) => keep({ number: id })} />
      <${To} it=${it} to=${to} left=${left} leave=${setLeft} failure=${form.failure} keep=${keep} />
      <label class="field" for="first-name"><span>${t('first.name')}<small>${t('first.optional')}</small></span>
        <input class="input" id="first-name" maxlength="200" autocomplete="off" dir="auto" value=${it.name}
          title=${t('first.name.hint')} onInput=${(e) => keep({ name: e.target.value })} data-test="first-name" />
        <${Wrong} failure=${form.failure} field="name" /></label>
      <div class="tplpick" role="group" aria-label=${t('first.template')}>
        <${TemplateList} list=${list} found=${found} chosen=${chosen} q=${q} search=${setQ} pick=${pick} ids="first"
          take=${(x) => { pick(x); drawn(() => onward('')); }} onward=${() => onward('')}
          again=${() => void loadTemplates(number.id, { again: true })} />
        ${chosen
          ? html`<${TemplateFill} of=${chosen} values=${values} state=${state} fill=${fill} onward=${onward}
            ids="first" key=${keyOf(chosen)} />` : html`<div class="tplview is-none"></div>`}</div>
      <${Refused} failure=${form.failure} />
      <div class="ends"><small class="quiet" role="status" data-test="first-why">
        ${form.busy ? t('first.busy') : why || (form.failure ? '' : t('first.what'))}</small><span class="grow"></span>
        <button class="btn btn-bare" type="button" onClick=${close}>${t('cancel')}<${Keys} keys="Esc" /></button>
        <button class="btn btn-main" type="button" disabled=${why !== '' || form.busy} onClick=${send}
          data-test="send-template"><span class="cut">
          ${to.value ? t('first.sendTo', { to: it.name.trim() || phone(to.value) }) : t('first.send')}</span>
          <${Keys} keys="Ctrl ⏎" /></button></div></div><//>`;
}

/** Which of our numbers writes. */
function From({ number, not, failure, choose }) {
  const label = labels(numbers.value), all = numbers.value.filter((n) => n.id !== not);
  return html`<label class="field" for="first-number"><span>${t('first.number')}</span>
    <select class="input" id="first-number" value=${number.id} onChange=${(e) => choose(e.target.value)}
      data-test="first-number">
      ${all.map((n) => html`<option key=${n.id} value=${n.id} selected=${n.id === number.id}>
        ${label[n.id]?.name || n.name} · ${phone(n.display)}</option>`)}</select>
    <${Wrong} failure=${failure} field="phone_number_id" /></label>`;
}

/** Whom it goes to: said as it is typed when it can become no address, else when one goes on. */
function To({ it, to, left, leave, failure, keep }) {
  const bad = to.fault === 'wrong' || (to.fault === 'short' && left), refused = failure?.problem.field === 'to';
  return html`<div class="field"><label class="fld-label" for="first-to">${t('first.to')}</label>
    <input class="input num" id="first-to" data-focus maxlength="200" autocomplete="off" spellcheck="false" type="text"
      placeholder=${t('first.to.like')} value=${it.to} aria-invalid=${bad || refused ? 'true' : undefined}
        aria-describedby="first-to-says" onBlur=${() => leave(true)}
        onInput=${(e) => { if (e.target.value === '') leave(false); keep({ to: e.target.value }); }}
        data-test="first-to" />
    <div id="first-to-says">${bad
      ? html`<small class="late" role="alert" data-test="first-to-wrong">${t('wrong.to')}</small>`
      : refused ? html`<${Wrong} failure=${failure} field="to" />`
        : html`<small class="quiet" data-test="first-to-says">${to.value
          ? t('first.to.goes', { to: phone(to.value) }) : t('first.to.hint')}</small>`}</div></div>`;
}

const ofFields = ['to', 'phone_number_id', 'name'];

/** What is wrong with none of the fields above; who has the conversation, where somebody has. */
function Refused({ failure }) {
  const problem = failure?.problem;
  if (!problem || ofFields.includes(problem.field ?? '')) return null;
  if (problem.owner?.name)
    return html`<small class="late" role="alert" data-test="first-owned">
      ${t('first.no.owner', { owner: problem.owner.name })}</small>`;
  return html`<${Wrong} failure=${failure} field=${problem.field ?? ''} />`;
}

/**
 * What keeps it from being sent, in words; '' where nothing does.
 * @returns {string}
 */
function reasonNot({ number, to, chosen, state }) {
  if (net.value.phase === 'cut') return t('first.why.offline');
  if (isDown(number)) {
    const remedy = remedyOf(number), label = labels(numbers.value)[number.id]?.label ?? '';
    return `${t('down.title', { number: label })} ${remedy && t(remedy)}`.trim();
  }
  if (to.fault) return t('first.why.to');
  if (!chosen) return t('first.why.template');
  if (chosen.unsupported) return t('no.rule.template_parts');
  return state.missing.length || state.faulty.length || state.long ? t('first.why.values') : '';
}

/** The number that is meant most likely: the list's, the open conversation's, one that works. @param {string} not */
function usual(not) {
  const all = numbers.value.filter((n) => n.id !== not), likely = [...numbersOf(route.value.number),
    rows.value[openId.value]?.phone_number_id];
  return all.find((n) => likely.includes(n.id)) ?? all.find((n) => !isDown(n)) ?? all[0];
}

/** @param {string} draft @param {{to: string, name: string, not: string}} of @returns {First} */
function begun(draft, { to, name, not }) {
  const first = { number: usual(not)?.id ?? '', to, name: name.startsWith('@') ? '' : name, pick: '', values: {} };
  try { return { ...first, ...JSON.parse(readDraft(draft) || '{}') }; } catch { return first; }
}

/** Goes on from a field: to the name, and from it to the templates. */
function after(id, box) {
  const to = box?.querySelector(id === 'first-to' ? '#first-name' : '[role="combobox"]');
  /** @type {HTMLElement|null|undefined} */ (to)?.focus();
}
