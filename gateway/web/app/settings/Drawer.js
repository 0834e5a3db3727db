// A drawer beside a table: it never covers the row that it belongs to. Escape closes
// it and gives the focus back.

import { html, useEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { IconButton } from '../shell/primitives.js';

/** @param {{label: string, head: any, onClose: () => void, children: any, ends?: any, test?: string}} props */
export function Drawer({ label, head, onClose, children, ends, test }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    box.current?.focus();
    // Wherever the focus is: what had it may be gone. A dialogue over it closes first.
    const keys = (e) => { if (e.key === 'Escape' && !document.querySelector('.scrim')) onClose(); };
    addEventListener('keydown', keys);
    return () => {
      removeEventListener('keydown', keys);
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return html`<aside class="drawer" aria-label=${label} tabindex="-1" ref=${box} data-test=${test}>
    <header class="dr-h">${head}<${IconButton} icon="x" label=${t('close')} keys="Esc" onClick=${onClose} /></header>
    ${children}${ends && html`<div class="ends">${ends}</div>`}</aside>`;
}
