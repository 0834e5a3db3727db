// A dialogue over everything: keeps the focus inside, gives it back, closes with
// Escape or a click beside it.

import { html, useLayoutEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { dialog } from '../core/state.js';
import { IconButton } from './primitives.js';
import { unlessUnsaved } from './unsaved.js';

export const close = () => { dialog.value = null; };

/** The way out on a phone, which has no Escape and little or nothing beside a dialogue. */
export const CloseButton = () =>
  html`<${IconButton} icon="x" label=${t('palette.close')} cls="only-s" onClick=${close} data-test="close" />`;

/**
 * @param {{label: string, cls: string, children: any, test?: string, onKeyDown?: (e: KeyboardEvent) => void,
 *   onClose?: () => void, asks?: boolean}} props onClose: where the dialogue is not the screen's one; asks: before
 *   what was typed in it is lost
 */
export function Dialog({ label, cls, children, test, onKeyDown, onClose = close, asks = false }) {
  const typed = useRef(false), leave = () => void unlessUnsaved(onClose, asks && typed.current);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => { // before the next key
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    const first = box.current?.querySelector('[data-focus]') ?? box.current;
    /** @type {HTMLElement|null} */ (first)?.focus();
    return () => before?.isConnected && before.focus({ preventScroll: true });
  }, []);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') { e.stopPropagation(); leave(); return; }
    if (e.key === 'Tab') trap(e, box.current);
    onKeyDown?.(e);
  };
  return html`<div class="scrim" onClick=${(e) => { if (e.target === e.currentTarget) leave(); }}
    onInput=${() => { typed.current = true; }}>
    <div class=${cls} role="dialog" aria-modal="true" aria-label=${label} tabindex="-1" ref=${box} onKeyDown=${keys}
      data-test=${test}>${children}</div></div>`;
}

function trap(e, box) {
  const all = [...box.querySelectorAll('button, input, textarea, select, a[href], [tabindex="0"]')].filter((el) =>
    !el.disabled && el.offsetParent);
  if (all.length === 0) return;
  const first = all[0], last = all[all.length - 1], at = document.activeElement;
  if (e.shiftKey && (at === first || at === box)) { last.focus(); e.preventDefault(); }
  if (!e.shiftKey && at === last) { first.focus(); e.preventDefault(); }
}
