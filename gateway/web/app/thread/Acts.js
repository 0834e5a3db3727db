// What can be done with one message: beside its bubble under the pointer, by keys, and on a phone after a long press.

import { copyText } from '../do/actions.js';
import { focusComposer } from '../do/focus.js';
import { html, useLayoutEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { composing } from '../core/state.js';
import { keepQuote } from '../composer/quoting.js';
import { backTo, closeBar, react, reacting, six } from './react.js';
import { Icon, IconButton } from '../shell/primitives.js';

/** @param {string} id @param {string} message */
function quote(id, message) {
  closeBar();
  keepQuote(id, message);
  composing.value = 'reply';
  focusComposer();
}

/**
 * @param {{id: string, message: string, text: string, quotes: boolean, reacts: boolean}} props text: what is copied
 */
export function Acts({ id, message, text, quotes, reacts }) {
  return html`<span class="msg-acts" dir="ltr">
    ${quotes && html`<${IconButton} icon="reply" label=${t('quote')} keys="Q" tabindex="-1" data-act="quote"
      onClick=${() => quote(id, message)} data-test="quote" />`}
    ${reacts && html`<${IconButton} icon="smile" label=${t('react')} keys="+" tabindex="-1" data-act="react"
      onClick=${() => { reacting.value = { id, message, all: false }; }} data-test="react" />`}
    <${IconButton} icon="copy" label=${t('copy')} keys="Y" tabindex="-1" data-act="copy"
      onClick=${() => void copyText(text)} /></span>`;
}

/**
 * The marks that are given most, and the way to all others.
 * @param {{id: string, message: string, now: string|undefined, text: string, reacts: boolean}} props now: our mark
 */
export function ReactBar({ id, message, now, text, reacts }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const all = !reacts ? [] : now && !six.includes(now) ? [now, ...six] : six;
  useLayoutEffect(() => {
    const bar = box.current, stream = bar?.closest('.stream');
    if (!bar || !stream) return undefined;
    const over = bar.getBoundingClientRect().top < stream.getBoundingClientRect().top;
    bar.classList.toggle('is-under', over);
    const first = bar.querySelector('[aria-pressed="true"]') ?? bar.querySelector('button');
    /** @type {HTMLElement|null} */ (first)?.focus();
    const away = (/** @type {Event} */ e) => { if (!bar.contains(/** @type {Node} */ (e.target))) closeBar(); };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, []);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') { e.stopPropagation(); backTo(message); return; }
    const buttons = [...(box.current?.querySelectorAll('button') ?? [])].filter((b) => b.offsetParent);
    const from = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)), n = buttons.length;
    const to = { ArrowRight: (from + 1) % n, ArrowLeft: (from + n - 1) % n, Home: 0, End: n - 1 }[e.key];
    if (to !== undefined) { e.preventDefault(); buttons[to].focus(); }
    if (e.key === 'Tab') closeBar();
  };
  const pick = (/** @type {string} */ emoji) => { backTo(message); react(id, message, emoji, now); };
  return html`<span class="reactbar" role="group" aria-label=${t('react')} dir="ltr" ref=${box} onKeyDown=${keys}
    data-test="reactbar">
    ${all.map((emoji) => html`<button type="button" class="emo" key=${emoji} aria-pressed=${emoji === now}
      title=${emoji === now ? t('react.off') : undefined} onClick=${() => pick(emoji)}>${emoji}</button>`)}
    ${reacts && html`<${IconButton} icon="plus" label=${t('emoji.all')} data-test="react-all"
      onClick=${() => { reacting.value = { id, message, all: true }; }} />`}
    <span class="only-touch">
      ${reacts && html`<button type="button" class="btn btn-bare" onClick=${() => quote(id, message)}>
        <${Icon} name="reply" cls="i-14" />${t('quote')}</button>`}
      <button type="button" class="btn btn-bare" onClick=${() => { closeBar(); void copyText(text); }}>
        <${Icon} name="copy" cls="i-14" />${t('copy')}</button></span></span>`;
}

const press = 450; // milliseconds of a finger that stays

/** Opens the bar for a finger that stays on a message. @param {string} id @param {string} message */
export function longPress(id, message) {
  let timer = 0;
  const end = () => clearTimeout(timer);
  return {
    onPointerDown: (/** @type {PointerEvent} */ e) => {
      end();
      if (e.pointerType !== 'mouse')
        timer = window.setTimeout(() => { reacting.value = { id, message, all: false }; }, press);
    },
    onPointerUp: end, onPointerMove: end, onPointerCancel: end,
    onContextMenu: (/** @type {Event} */ e) => { if (reacting.value.message === message) e.preventDefault(); },
  };
}
