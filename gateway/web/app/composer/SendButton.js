// The main button of a reply, and beside it a menu of what else can happen with
// the send.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { Icon, Keys } from '../shell/primitives.js';

/**
 * @param {{
 *   label: string, disabled: boolean, send: () => void, later: () => void, resolve: () => void, snooze: () => void,
 * }} props
 */
export function SendButton({ label, disabled, send, later, resolve, snooze }) {
  const [open, setOpen] = useState(false), [at, setAt] = useState(0);
  const box = useRef(/** @type {HTMLElement|null} */ (null)), button = useRef(/** @type {HTMLElement|null} */ (null));
  const shown = open && !disabled;
  const show = (/** @type {number} */ n) => { setAt(n); setOpen(true); };
  useLayoutEffect(() => { if (shown)
    /** @type {HTMLElement} */ (box.current?.querySelectorAll('[role="menuitem"]')[at])?.focus(); }, [shown, at]);
  useEffect(() => { if (disabled) setOpen(false); }, [disabled]);
  useLayoutEffect(() => { // at once: a click that comes before the next frame closes it too
    if (!shown) return undefined;
    const away = (/** @type {Event} */ e) => { if (!box.current?.contains(/** @type {Node} */ (e.target)))
      setOpen(false); };
    addEventListener('pointerdown', away);
    addEventListener('focusin', away);
    return () => { removeEventListener('pointerdown', away); removeEventListener('focusin', away); };
  }, [shown]);
  const pick = (/** @type {() => void} */ run) => {
    setOpen(false);
    button.current?.focus(); // a dialogue gives it back from here
    run();
  };
  const items = [{ id: 'schedule', icon: 'clock', run: later, keys: 'Ctrl ⇧ ⏎' },
    { id: 'resolve', icon: 'done', run: resolve, keys: 'Alt ⏎' },
    { id: 'snooze', icon: 'snooze', run: snooze, keys: '' }];
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0,
      End: items.length - 1 }[e.key];
    if (e.key === 'Escape') { e.stopPropagation(); pick(() => {}); }
    if (e.key === 'Tab') setOpen(false);
    if (to === undefined) return;
    e.preventDefault();
    setAt(to);
  };
  const opens = (/** @type {KeyboardEvent} */ e) => {
    if (shown || e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    show(e.key === 'ArrowUp' ? items.length - 1 : 0);
  };
  return html`<span class="split" ref=${box}>
    <button class="btn btn-main" type="button" disabled=${disabled} onClick=${send} data-test="send">
      ${label}<${Keys} keys="⏎" /></button>
    <button class="btn btn-main" type="button" disabled=${disabled} ref=${button} title=${t('send.more')}
      aria-label=${t('send.more')} aria-haspopup="menu" aria-expanded=${shown}
        aria-controls=${shown ? 'send-menu' : undefined}
      onClick=${() => (shown ? setOpen(false) : show(0))} onKeyDown=${opens} data-test="send-more">
        <${Icon} name="down" cls="i-14" /></button>
    ${shown
      && html`<div class="menu" role="menu" id="send-menu" aria-label=${t('send.more')} onKeyDown=${keys}
        data-test="send-menu">
          ${items.map(({ id, icon, run, keys: pressed }, i) => html`<button class="menu-item" type="button"
      role="menuitem" key=${id} tabindex=${i === at ? 0 : -1} onMouseEnter=${() => setAt(i)} onClick=${() => pick(run)}
        data-test=${`send-${id}`}><${Icon} name=${icon} /><span class="grow">${t(`send.${id}`)}</span>
          ${pressed && html`<${Keys} keys=${pressed} />`}</button>`)}</div>`}</span>`;
}
