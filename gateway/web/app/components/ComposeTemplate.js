// With the window closed only a template that Meta has approved may be sent. It
// is named as in WhatsApp Manager; what the person fills in is shown as it goes.

import { send } from '../actions.js';
import { firstName, nameOf } from '../format.js';
import { html, useState } from '../html.js';
import { language, t } from '../i18n.js';
import { composing, me } from '../state.js';
import { Icon, Keys } from './bits.js';

/** Meta's codes of languages, the likely ones first. */
const tongues = ['pt_BR', 'en_US', 'es', 'pt_PT', 'en', 'en_GB', 'es_MX', 'es_AR', 'es_ES', 'fr', 'it', 'de'];

/** @param {{id: string, row: import('../types.js').Row, claim: boolean}} props */
export function ComposeTemplate({ id, row, claim }) {
  const [name, setName] = useState(''), [tongue, setTongue] = useState({ 'pt-BR': 'pt_BR', es: 'es', en: 'en_US' }[language.value] ?? 'en_US');
  const [values, setValues] = useState(''), [text, setText] = useState('');
  const variables = values === '' ? [] : values.split('\n').map((v) => v.trim());
  const bad = name !== '' && !/^[a-z0-9_]{1,512}$/.test(name), gap = variables.some((v) => v === ''), ready = name !== '' && !bad && !gap;
  const rendered = fill(text, variables);
  const go = () => {
    if (!ready) return;
    const components = variables.length ? [{ type: 'body', parameters: variables.map((v) => ({ type: 'text', text: v })) }] : undefined;
    void send(id, { kind: 'template', text: rendered || name, claim, template: { name, language: tongue, rendered, ...(components ? { components } : {}) } });
    setName('');
    setValues('');
    setText('');
  };
  const keys = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter' && (e.ctrlKey || /** @type {HTMLElement} */ (e.target).tagName === 'INPUT')) { e.preventDefault(); go(); } };
  return html`<div class="tplpick" onKeyDown=${keys} data-test="template"><div class="tpllist">
      <label class="fld-label" for="tpl-name">${t('tpl.name')}</label>
      <input class="input" id="tpl-name" value=${name} placeholder="retomar_atendimento" autocomplete="off" spellcheck="false" aria-invalid=${bad} aria-describedby="tpl-help"
        onInput=${(e) => setName(e.target.value.trim())} data-test="template-name" />
      <p class=${`hint ${bad ? 'late' : ''}`} id="tpl-help">${t(bad ? 'tpl.badName' : 'tpl.nameHelp')}</p>
      <label class="fld-label" for="tpl-lang">${t('tpl.language')}</label>
      <select class="input" id="tpl-lang" value=${tongue} onChange=${(e) => setTongue(e.target.value)} data-test="template-language">${tongues.map((c) => html`<option key=${c} value=${c}>${c}</option>`)}</select>
      <label class="fld-label" for="tpl-vars">${t('tpl.variables')}</label>
      <textarea class="input" id="tpl-vars" rows="2" dir="auto" value=${values} placeholder=${firstName(nameOf(row.contact))} aria-invalid=${gap} onInput=${(e) => setValues(e.target.value)} data-test="template-variables"></textarea>
    </div><div class="tplview">
      <label class="fld-label" for="tpl-text">${t('tpl.text')}</label>
      <textarea class="input" id="tpl-text" rows="2" dir="auto" value=${text} placeholder=${t('tpl.textHint')} onInput=${(e) => setText(e.target.value)} data-test="template-text"></textarea>
      <div class="bub" dir="auto">${rendered || html`<span class="quiet">${name ? t('tpl.line', { name, language: tongue }) : t('tpl.preview')}</span>`}</div>
      <small class="quiet">${t('tpl.help', { name: firstName(me.value?.name ?? '') })}</small></div></div>
    <div class="comp-row"><button class="btn btn-bare" type="button" onClick=${() => { composing.value = 'note'; }} data-test="write-note"><${Icon} name="note" cls="i-14" />${t('note')}<${Keys} keys="N" /></button>
      <span class="grow"></span><button class="btn btn-main" type="button" disabled=${!ready} onClick=${go} data-test="send-template">${t(claim ? 'tpl.claimSend' : 'tpl.send')}<${Keys} keys="⏎" /></button></div>`;
}

/** Puts values where the text says {{1}}, {{2}} … @param {string} text @param {string[]} values */
export const fill = (text, values) => text.replace(/\{\{(\d+)\}\}/g, (whole, n) => values[Number(n) - 1] ?? whole);
