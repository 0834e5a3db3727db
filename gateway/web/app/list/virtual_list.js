// Windowing of rows of one height: only those on the screen, and some beside
// them, are drawn.

import { useEffect, useLayoutEffect, useRef, useState } from '../html.js';

const beside = 6;

/** @param {number} count */
export function useWindow(count) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [at, setAt] = useState({ top: 0, height: 800, row: 72 });
  const last = useRef(at), hidden = useRef(false);
  const measure = () => {
    const el = box.current;
    if (!el) return;
    if (el.clientHeight === 0) { hidden.current = true; return; } // another pane is shown
    if (hidden.current) {
      hidden.current = false;
      el.scrollTop = last.current.top;
    }
    const row = parseFloat(getComputedStyle(el).getPropertyValue('--row')) || 72;
    const was = last.current;
    if (was.top === el.scrollTop && was.height === el.clientHeight && was.row === row) return;
    setAt(last.current = { top: el.scrollTop, height: el.clientHeight, row });
  };
  useEffect(() => {
    const el = box.current;
    if (!el) return undefined;
    let due = 0;
    const soon = () => { if (!due) due = requestAnimationFrame(() => { due = 0; measure(); }); };
    const watcher = new ResizeObserver(soon);
    watcher.observe(el);
    el.addEventListener('scroll', soon, { passive: true });
    return () => { watcher.disconnect(); el.removeEventListener('scroll', soon); cancelAnimationFrame(due); };
  }, []);
  const from = Math.max(0, Math.floor(at.top / at.row) - beside);
  const to = Math.min(count, Math.ceil((at.top + at.height) / at.row) + beside);
  // The gaps before the measure: it asks for a layout, and one with the new rows
  // between the old gaps is too short, so that the browser would scroll back.
  const above = useGap(from * at.row), below = useGap(Math.max(0, count - to) * at.row);
  useLayoutEffect(measure);
  return { box, from, to, above, below, row: at.row, atTop: at.top < 8 };
}

/** A gap of so many pixels. Its height is set on the element itself: the CSP refuses style attributes. */
function useGap(height) {
  const el = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => { if (el.current) el.current.style.height = `${height}px`; }, [height]);
  return el;
}

/** Scrolls a row of a fixed height into sight. @param {HTMLElement} el @param {number} at @param {number} row */
export function reveal(el, at, row) {
  const top = at * row;
  if (top < el.scrollTop) el.scrollTop = top;
  else if (top + row > el.scrollTop + el.clientHeight) el.scrollTop = top + row - el.clientHeight;
}
