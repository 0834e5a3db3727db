// An interactive message of ours as the customer sees it: what can be tapped stands under
// the words. A list is folded out, for who reads the thread wants to know what was offered.

import { html } from '../html.js';
import { Icon } from '../shell/primitives.js';
import { t } from '../text/i18n.js';
import { Text } from './Text.js';

const icons = { button: 'reply', list: 'rows', cta_url: 'link', location_request_message: 'pin', flow: 'reply' };

/** @param {{p: any, file?: any}} props file: how the header's file is shown, if it has one */
export function Prompt({ p, file }) {
  const buttons = p.buttons ?? [];
  return html`${file}
    ${p.header?.text && html`<b class="tpl-head" dir="auto">${p.header.text}</b>`}
    <span class="text" data-test="text"><${Text} text=${p.body ?? ''} /></span>
    ${p.footer && html`<small class="tpl-foot" dir="auto">${p.footer}</small>`}
    ${p.sections?.length > 0 && html`<span class="prompt-list">
      ${p.sections.map((s, i) => html`<${Section} s=${s} key=${i} />`)}</span>`}
    <span class="pad"></span>
    <span class="tplbtns">${buttons.map((b) => html`<span class="tplbtn" key=${b.id}>
      <${Icon} name=${icons.button} cls="i-14" /><span class="cut">${b.title}</span></span>`)}
      ${buttons.length === 0 && html`<span class="tplbtn" title=${p.url}>
        <${Icon} name=${icons[p.type] ?? 'reply'} cls="i-14" />
        <span class="cut">${p.label || t(`msg.prompt.${p.type}`)}</span></span>`}</span>`;
}

function Section({ s }) {
  return html`${s.title && html`<small class="quiet" dir="auto">${s.title}</small>`}
    ${(s.rows ?? []).map((r) => html`<span key=${r.id} dir="auto">${r.title}
      ${r.description && html` <small class="quiet">${r.description}</small>`}</span>`)}
    ${(s.products ?? []).map((id) => html`<span key=${id} dir="auto">${id}</span>`)}`;
}
