// Buttons, a list, a link, the question for a place, and a place: filled in on one side, seen on the other as the
// customer will see it.

import { faults, kinds, location, prompt, restore } from './build.js';
import { readDraft, writeDraft } from './drafts.js';
import { takeQuote } from './quoting.js';
import { QuoteBar, useQuote } from './QuoteBar.js';
import { claims, send } from '../do/actions.js';
import { composes } from '../do/typing.js';
import { focusComposer } from '../do/focus.js';
import { firstName, nameOf } from '../text/format.js';
import { html, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { composing } from '../core/state.js';
import { Said } from '../thread/Content.js';
import { Icon, Keys } from '../shell/primitives.js';
import { Fields } from './BuilderFields.js';

/** @typedef {import('./build.js').Built} Built */

const icons = { button: 'button', list: 'rows', cta_url: 'link', location_request_message: 'pin', location: 'flag' };

/** @param {{id: string, row: import('../core/types.js').Row}} props */
export function Builder({ id, row }) {
  const [b, setB] = useState(() => restore(readDraft(id, 'build'))), quoted = useQuote(id);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [asked, setAsked] = useState(false); // only who wants to send hears of what is empty
  const set = (/** @type {Partial<Built>} */ of) => {
    const next = { ...b, ...of };
    setB(next);
    writeDraft(id, JSON.stringify(next), 'build');
  };
  useLayoutEffect(() => { /** @type {HTMLElement|null} */ (box.current?.querySelector('.build-f .input'))?.focus(); },
    [b.kind]);
  const all = faults(b), told = all.filter((f) => asked || f.fault !== 'missing');
  const back = () => { composing.value = 'reply'; focusComposer(); };
  const go = () => {
    setAsked(true);
    if (all.length > 0) {
      queueMicrotask(() => /** @type {HTMLElement|null} */ (
        box.current?.querySelector('[aria-invalid="true"]'))?.focus());
      return;
    }
    const place = b.kind === 'location' ? location(b) : null, asks = place ? null : prompt(b);
    void send(id, { kind: place ? 'location' : 'interactive', text: place ? '' : b.body.trim(), claim: claims(id),
      quoted: takeQuote(id), part: place ? { location: place } : { interactive: asks },
      content: place ? { kind: 'location', location: place } : { kind: 'interactive', prompt: asks } });
    writeDraft(id, '', 'build');
    back();
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (composes(e)) return;
    if (e.key === 'Escape') { e.stopPropagation(); back(); }
    const on = /** @type {HTMLElement} */ (e.target);
    if (e.key === 'Enter' && (on.tagName === 'INPUT' || on.tagName === 'TEXTAREA' && (e.ctrlKey || e.metaKey))) {
      e.preventDefault();
      go();
    }
  };
  const name = firstName(nameOf(row.contact)), kind = b.kind === 'location' ? 'location' : 'interactive';
  return html`<div ref=${box} onKeyDown=${keys} data-test="builder">
    ${quoted && html`<${QuoteBar} id=${id} row=${row} quoted=${quoted} />`}
    <div class="kinds" role="group" aria-label=${t('build.kind')}><span class="seg">
      ${kinds.map((k) => html`<button type="button" key=${k} aria-pressed=${b.kind === k}
        onClick=${() => set({ kind: k })} data-test=${`build-${k}`}>
          <${Icon} name=${icons[k]} cls="i-14" />${t(`build.${k}`)}</button>`)}</span>
      <span class="end hint">${t(`build.${b.kind}.hint`)}</span></div>
    <div class="build"><div class="build-f"><${Fields} b=${b} set=${set} faults=${told} /></div>
      <div class="build-v"><span class="hint">${t('build.seen', { name })}</span>
        <div class="msg out"><div class=${`bub ${told.length ? 'is-bad' : ''}`} dir="auto" data-test="build-preview">
          <${Said} content=${seen(b)} kind=${kind} id=${id} from="" /></div></div>
        <span class="hint">${t(`build.${b.kind}.then`)}</span></div></div>
    <div class="comp-row"><button class="btn btn-bare" type="button" onClick=${back} data-test="build-back">
      ${t('build.back')}<${Keys} keys="Esc" /></button><span class="grow"></span>
      <span class="late-line" role="status" data-test="build-faults">${told.length > 0
        && t('build.faults', { n: told.length })}</span>
      <button class="btn btn-main" type="button" aria-disabled=${all.length > 0} onClick=${go} data-test="send">
        ${t(claims(id) ? 'claimAndReply' : 'send')}<${Keys} keys="⏎" /></button></div></div>`;
}

/** As the thread will show it, with what is still empty in its place. @param {Built} b */
function seen(b) {
  if (b.kind === 'location')
    return { location: location(b) ?? { latitude: 0, longitude: 0, name: b.name || t('build.place') } };
  const p = prompt(b);
  const label = p.label || (b.kind === 'cta_url' || b.kind === 'list' ? t('build.label') : '');
  const buttons = p.buttons?.map((/** @type {any} */ x, /** @type {number} */ n) =>
    ({ ...x, title: x.title || t('build.nth', { n: n + 1 }) }));
  return { prompt: { ...p, body: p.body || t('build.body'), label, buttons } };
}
