// Outside the window only a template that Meta has approved may be sent; inside it
// may be. One searches, chooses, fills and sees what the customer will read. What
// is chosen and filled is a draft.

import { send } from '../do/actions.js';
import { writeDraft } from './drafts.js';
import { firstName } from '../text/format.js';
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { drawn, focusComposer } from '../do/focus.js';
import { loadTemplates } from '../wire/load_templates.js';
import { composing, me, numbers, templates, threads } from '../core/state.js';
import { readTemplate, writeTemplate } from './template_draft.js';
import { check, choices, filled, keyOf, prefill, wanted } from './templates.js';
import { languageOf } from '../text/languages.js';
import { composes } from '../do/typing.js';
import { Icon, IconButton, Keys } from '../shell/primitives.js';
import { scheduleTemplate, scheduling, schedulingOf } from './scheduling.js';
import { Awaits } from './Awaits.js';
import { TemplateFill } from './TemplateFill.js';
import { TemplateList } from './TemplateList.js';

const searchPause = 250, neverPause = 2000;

/**
 * @param {{id: string, row: import('../core/types.js').Row, claim: boolean, free?: boolean}} props free: a text may be
 *   written instead
 */
export function ComposeTemplate({ id, row, claim, free = false }) {
  const number = row.phone_number_id, list = templates.value[number];
  const [draft, setDraft] = useState(() => readTemplate(id)), [q, setQ] = useState('');
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    const back = (/** @type {any} */ e) => { if (e.detail === id) setDraft(readTemplate(id)); };
    addEventListener('prosa:draft', back);
    return () => removeEventListener('prosa:draft', back);
  }, [id]);
  useReading(number, list, q);

  const found = useMemo(() => choices(list?.list ?? [], q, languages(id, row)),
    [list?.list, q, id, row.contact.address, number]);
  const chosen = found.find((x) => keyOf(x) === draft.pick) ?? found[0];
  const known = { name: row.contact.name.startsWith('@') ? '' : firstName(row.contact.name),
    mine: firstName(me.value?.name ?? '') };
  const values = chosen ? { ...prefill(chosen, known), ...draft.values[keyOf(chosen)] } : {};
  const state = chosen && check(chosen, values),
    ready = Boolean(state && !state.missing.length && !state.faulty.length && !state.long && !chosen.unsupported);

  const keep = (/** @type {import('./template_draft.js').TemplateDraft} */ next) => { setDraft(next);
    writeTemplate(id, next); };
  const pick = (/** @type {import('../core/types.js').Template} */ x) => keep({ ...draft, pick: keyOf(x) });
  const fill = (/** @type {string} */ key, /** @type {string} */ value) => {
    const at = keyOf(chosen);
    keep({ pick: at, values: { ...draft.values, [at]: { ...draft.values[at], [key]: value } } });
  };
  const awaits = schedulingOf(id, 'awaits');
  useEffect(() => () => { if (schedulingOf(id, 'awaits')) scheduling.value = null; }, [id]);
  const plan = async (/** @type {number} */ at, /** @type {boolean} */ cancels) => {
    const template = { name: chosen.name, language: chosen.language, values: wanted(chosen, values) };
    if (!ready || !await scheduleTemplate(id, template, at, cancels)) return;
    scheduling.value = null;
    writeDraft(id, '', 'template');
    setDraft({ pick: '', values: {} });
    if (composing.value === 'template') composing.value = 'reply';
  };
  const go = () => {
    if (!ready) return;
    if (awaits) { plan(awaits.at ?? 0, awaits.cancels ?? true); return; }
    const shown = filled(chosen, wanted(chosen, values));
    writeDraft(id, '', 'template');
    setDraft({ pick: '', values: {} });
    setQ('');
    if (composing.value === 'template') composing.value = 'reply';
    if (free) focusComposer();
    void send(id,
      { kind: 'template', text: shown.rendered, claim, shown,
        template: { name: chosen.name, language: chosen.language, values: wanted(chosen, values) } });
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (composes(e)) return;
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); go(); }
    if (e.key === 'Escape') {
      e.stopPropagation();
      if (free) { composing.value = 'reply'; focusComposer(); } else /** @type {HTMLElement} */ (e.target).blur();
    }
  };
  // Whoever points at one goes on to its first field, as with the return key.
  const take = (/** @type {import('../core/types.js').Template} */ x) => { pick(x);
    drawn(() => next(box.current, '', go)); };
  const onward = (/** @type {string} */ from) => next(box.current, from, go);
  return html`<div onKeyDown=${keys} ref=${box} data-test="template">${awaits && html`<${Awaits} of=${awaits} />`}
    <div class="tplpick">
      <${TemplateList} list=${list} found=${found} chosen=${chosen} q=${q} search=${setQ} pick=${pick} take=${take}
        onward=${() => onward('')} again=${() => void loadTemplates(number, { again: true })} />
      ${chosen
        ? html`<${TemplateFill} of=${chosen} values=${values} state=${state} fill=${fill} onward=${onward}
          key=${keyOf(chosen)} />` : html`<div class="tplview is-none"></div>`}</div>
    <div class="comp-row">${free
      ? html`<button class="btn btn-bare" type="button" onClick=${() => { composing.value = 'reply'; focusComposer(); }}
        data-test="template-back">${t('back')}<${Keys} keys="Esc" /></button>`
      : html`<button class="btn btn-bare" type="button" onClick=${() => { composing.value = 'note'; }}
        data-test="write-note"><${Icon} name="note" cls="i-14" />${t('note')}<${Keys} keys="N" /></button>`}
      <span class="grow"></span>
        ${!awaits && html`<${IconButton} icon="clock" label=${t('send.schedule')} disabled=${!ready}
          onClick=${() => { scheduling.value = { id, kind: 'template', run: plan }; }}
          data-test="schedule-template" />`}
        <button class="btn btn-main" type="button" disabled=${!ready} onClick=${go} data-test="send-template">
          ${t(awaits ? 'later.sendTemplate' : claim ? 'tpl.claimSend' : 'tpl.send')}<${Keys} keys="⏎" /></button></div>
      </div>`;
}

/**
 * Reads the list when it is needed: at first, while the server has none, and for what one searches in a very long one.
 */
export function useReading(number, list, q) {
  useEffect(() => { void loadTemplates(number); }, [number]);
  const never = list?.state === 'ready' && !list.synced;
  useEffect(() => {
    if (!never) return undefined;
    const timer = setInterval(() => void loadTemplates(number), neverPause);
    return () => clearInterval(timer);
  }, [number, never]);
  useEffect(() => {
    if (!list?.more) return undefined;
    const timer = setTimeout(() => void loadTemplates(number, { q, again: true }), searchPause);
    return () => clearTimeout(timer);
  }, [number, q, list?.more]);
}

/** The languages to offer first: that of the last template of the conversation, the contact's, the number's. */
function languages(id, row) {
  const last =
    threads.value[id]?.items.findLast((i) => i.message?.content?.template)?.message?.content.template.language ?? '';
  const ours = numbers.value.find((n) => n.id === row.phone_number_id)?.display ?? '';
  return [last, languageOf(row.contact.address), languageOf(ours)].filter(Boolean);
}

/** Enter goes to the next field that is empty, or the next at all; after the last it sends. */
export function next(box, from, go) {
  const fields = /** @type {HTMLInputElement[]} */ ([...(box?.querySelectorAll('[data-key]') ?? [])]);
  const at = fields.findIndex((f) => f.dataset.key === from);
  const to = fields.find((f, i) => i > at && f.value.trim() === '')
    ?? (at < 0 ? fields[0] : fields.find((f) => f.value.trim() === ''));
  if (to) to.focus();
  else if (at < 0) box?.querySelector('[data-test="send-template"]')?.focus();
  else go();
}
