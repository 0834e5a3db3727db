// Windowing of lines of unknown height: drawn ones are measured, the others are
// guessed. What the reader looks at stays where it is, whatever comes above it;
// at the end the view sticks to the end.

import { useEffect, useLayoutEffect, useRef, useState } from './html.js';

const beside = 900; // pixels drawn above and below the screen
const nearEnd = 40;

/**
 * @param {{key: string}[]} list lines, each with a key of its own
 * @param {(line: any) => number} guess
 * @param {string} of what the lines belong to: another one starts at the end
 */
export function useLines(list, guess, of) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const heights = useRef(/** @type {Map<string, number>} */ (new Map()));
  const anchor = useRef({ key: '', offset: 0, end: true, of: '' });
  const [view, setView] = useState({ top: 1e9, height: 800 });
  const [, redraw] = useState(0);

  const sums = new Float64Array(list.length + 1);
  for (let i = 0; i < list.length; i++) sums[i + 1] = sums[i] + (heights.current.get(list[i].key) ?? guess(list[i]));
  const total = sums[list.length];
  if (anchor.current.of !== of) anchor.current = { key: '', offset: 0, end: true, of };
  const top = anchor.current.end ? Math.max(0, total - view.height) : Math.min(view.top, Math.max(0, total - view.height));
  const from = Math.max(0, find(sums, top - beside)), to = Math.min(list.length, find(sums, top + view.height + beside) + 1);

  // Before anything is drawn again: remember what the reader looks at.
  const scrolled = () => {
    const el = box.current;
    if (!el) return;
    const end = el.scrollHeight - el.scrollTop - el.clientHeight < nearEnd;
    const first = firstSeen(el);
    anchor.current = { key: first?.key ?? '', offset: first?.offset ?? 0, end, of };
    setView((was) => (was.top === el.scrollTop && was.height === el.clientHeight ? was : { top: el.scrollTop, height: el.clientHeight }));
  };

  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    if (measure(el, heights.current)) redraw((n) => n + 1);
    settle(el, anchor.current);
  });

  useEffect(() => {
    const el = box.current;
    if (!el) return undefined;
    let due = 0;
    const soon = () => { if (!due) due = requestAnimationFrame(() => { due = 0; scrolled(); }); };
    const watcher = new ResizeObserver(() => { settle(el, anchor.current); soon(); });
    watcher.observe(el);
    el.addEventListener('scroll', soon, { passive: true });
    return () => { watcher.disconnect(); el.removeEventListener('scroll', soon); cancelAnimationFrame(due); };
  }, [of]);

  const toEnd = () => {
    anchor.current = { key: '', offset: 0, end: true, of };
    setView((was) => ({ ...was, top: 1e9 }));
    redraw((n) => n + 1);
  };
  const toKey = (/** @type {string} */ key) => {
    const at = list.findIndex((line) => line.key === key);
    if (at < 0) return;
    anchor.current = { key, offset: 80, end: false, of };
    setView((was) => ({ ...was, top: Math.max(0, sums[at] - 80) }));
    redraw((n) => n + 1);
  };
  return { box, from, to, above: sums[from], below: total - sums[to], atEnd: anchor.current.end, atStart: top < beside, toEnd, toKey };
}

/** The line at a height. */
function find(sums, y) {
  let low = 0, high = sums.length - 1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sums[mid + 1] <= y) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** @returns {boolean} whether a height was not as thought */
function measure(el, heights) {
  let changed = false;
  const lines = el.querySelectorAll('[data-key]');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i], next = lines[i + 1];
    // From line to line, so that margins count.
    const height = next ? next.getBoundingClientRect().top - line.getBoundingClientRect().top : line.getBoundingClientRect().height;
    if (!next && heights.has(line.dataset.key)) continue;
    if (Math.abs((heights.get(line.dataset.key) ?? 0) - height) > 0.5) {
      heights.set(line.dataset.key, height);
      changed = true;
    }
  }
  return changed;
}

/** Puts what was looked at back to where it was. */
function settle(el, anchor) {
  if (anchor.end) { el.scrollTop = el.scrollHeight; return; }
  const line = anchor.key && el.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (!line) return;
  const off = line.getBoundingClientRect().top - el.getBoundingClientRect().top - anchor.offset;
  if (Math.abs(off) > 0.5) el.scrollTop += off;
}

function firstSeen(el) {
  const top = el.getBoundingClientRect().top;
  for (const line of el.querySelectorAll('[data-key]')) {
    const at = line.getBoundingClientRect();
    if (at.bottom > top + 1) return { key: line.dataset.key, offset: at.top - top };
  }
  return null;
}
