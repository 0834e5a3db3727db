// Windowing of lines of unknown height: drawn ones are measured, the others are
// guessed. What the reader looks at stays where it is, whatever comes above it;
// at the end the view sticks to the end, unless there is more behind it.

import { useEffect, useLayoutEffect, useRef, useState } from '../html.js';

const beside = 900; // pixels drawn above and below the screen
const nearEnd = 40;

/**
 * @param {{key: string}[]} list lines, each with a key of its own
 * @param {(line: any) => number} guess
 * @param {string} of what the lines belong to: another one starts at the end
 * @param {boolean} [ends] whether nothing follows the last line
 */
export function useLines(list, guess, of, ends = true) {
  const box = useRef(/** @type {HTMLElement|null} */ (null)), above = useRef(/** @type {HTMLElement|null} */ (null)),
    below = useRef(/** @type {HTMLElement|null} */ (null));
  const heights = useRef(/** @type {Map<string, number>} */ (new Map()));
  const at = useRef(-1); // where the view was put, or seen, last
  const anchor = useRef({ key: '', offset: 0, end: true, of: '' });
  const sticks = useRef(ends); // for the listener, which outlives a drawing
  sticks.current = ends;
  const [view, setView] = useState({ top: 1e9, height: 800 });
  const [, redraw] = useState(0);

  // What the reader looks at, taken before anything is drawn again.
  const remember = (/** @type {HTMLElement} */ el) => {
    const end = sticks.current && el.scrollHeight - el.scrollTop - el.clientHeight < nearEnd;
    const first = firstSeen(el);
    anchor.current = { key: first?.key ?? '', offset: first?.offset ?? 0, end, of };
    at.current = el.scrollTop;
  };
  if (box.current && box.current.scrollTop !== at.current && anchor.current.of === of) remember(box.current);

  const sums = new Float64Array(list.length + 1);
  for (let i = 0; i < list.length; i++) sums[i + 1] = sums[i] + (heights.current.get(list[i].key) ?? guess(list[i]));
  const total = sums[list.length];
  if (anchor.current.of !== of) anchor.current = { key: '', offset: 0, end: true, of };
  const last = Math.max(0, total - view.height);
  const top = anchor.current.end ? last : Math.max(0, Math.min(last, placeOf(anchor.current, list, sums) ?? view.top));
  const from = Math.max(0, find(sums, top - beside)),
    to = Math.min(list.length, find(sums, top + view.height + beside) + 1);

  const scrolled = () => {
    const el = box.current;
    if (!el) return;
    // Anew even at the same height: older lines may have come in between.
    setView({ top: el.scrollTop, height: el.clientHeight });
  };

  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    // The CSP refuses style attributes, so that gaps are set on the elements.
    if (above.current) above.current.style.height = `${sums[from]}px`;
    if (below.current) below.current.style.height = `${total - sums[to]}px`;
    if (measure(el, heights.current)) redraw((n) => n + 1);
    const before = el.scrollTop;
    if (!restoreAnchor(el, anchor.current, top)) remember(el);
    at.current = el.scrollTop;
    if (at.current === before) return;
    // Whoever scrolls back before the next picture (the key Home held down) gets
    // no event for it: the browser sees no difference.
    requestAnimationFrame(() => {
      const now = box.current;
      if (!now || now.scrollTop === at.current) return;
      remember(now);
      scrolled();
    });
  });

  useEffect(() => {
    const el = box.current;
    if (!el) return undefined;
    let due = 0;
    const seen = () => {
      // At the end where it was put: the composer may have grown since, and nobody has scrolled.
      if (!sticks.current || !anchor.current.end || el.scrollTop !== at.current) remember(el);
      soon();
    };
    const soon = () => { if (!due) due = requestAnimationFrame(() => { due = 0; scrolled(); }); };
    const watcher = new ResizeObserver(() => { restoreAnchor(el, anchor.current); soon(); });
    watcher.observe(el);
    el.addEventListener('scroll', seen, { passive: true });
    return () => { watcher.disconnect(); el.removeEventListener('scroll', seen); cancelAnimationFrame(due); };
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
  return { box, above, below, from, to, atEnd: anchor.current.end, atStart: top < beside, arrived: !anchor.current.end,
    toEnd, toKey };
}

/** How far down the view is, by what the reader looks at: lines may have come above it. */
function placeOf(anchor, list, sums) {
  const at = anchor.key ? list.findIndex((line) => line.key === anchor.key) : -1;
  return at < 0 ? undefined : sums[at] - anchor.offset;
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
    const height = next ? next.getBoundingClientRect().top - line.getBoundingClientRect().top
      : line.getBoundingClientRect().height;
    if (!next && heights.has(line.dataset.key)) continue;
    if (Math.abs((heights.get(line.dataset.key) ?? 0) - height) > 0.5) {
      heights.set(line.dataset.key, height);
      changed = true;
    }
  }
  return changed;
}

/**
 * Puts what was looked at back to where it was; where that is not drawn, the view goes to what is.
 * @returns {boolean} whether it was drawn
 */
function restoreAnchor(el, anchor, top = el.scrollTop) {
  if (anchor.end) { el.scrollTop = el.scrollHeight; return true; }
  const line = anchor.key && el.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (!line) { el.scrollTop = top; return false; }
  const off = line.getBoundingClientRect().top - el.getBoundingClientRect().top - anchor.offset;
  if (Math.abs(off) > 0.5) el.scrollTop += off;
  return true;
}

function firstSeen(el) {
  const top = el.getBoundingClientRect().top;
  // Not a day: the first one of a page does not stay where it is.
  for (const line of el.querySelectorAll('[data-key]:not(.day)')) {
    const at = line.getBoundingClientRect();
    if (at.bottom > top + 1) return { key: line.dataset.key, offset: at.top - top };
  }
  return null;
}
