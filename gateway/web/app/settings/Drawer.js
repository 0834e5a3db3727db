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
    return () => { if (before?.isConnected) before.focus({ preventScroll: true }); };
  }, []);
  const keys = (e) => { if (e.key === 'Escape') { e.stopPropagation(); onClose(); } };
  return html`<aside class="drawer" aria-label=${label} tabindex="-1" ref=${box} onKeyDown=${keys} data-test=${test}>
    <header class="dr-h">${head}<${IconButton} icon="x" label=${t('close')} keys="Esc" onClick=${onClose} /></header>
    ${children}${ends && html`<div class="ends">${ends}</div>`}</aside>`;
}
