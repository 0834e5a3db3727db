// A field that holds a draft: what is typed in it is kept, and it follows what is
// typed in another tab or comes back unsent, with the caret where it was.

import { join } from './draft_news.js';
import { readDraft, writeDraft } from './drafts.js';
import { useEffect, useLayoutEffect, useRef, useState } from '../html.js';

/**
 * One conversation and one kind as long as the field is there: its key names both.
 * @param {string} id @param {'reply'|'note'} kind @param {{current: HTMLTextAreaElement|null}} field @param {string}
 *   [instead] where there is no draft
 * @returns {{text: string, kept: boolean, write: (text: string) => void, making: {start: () => void, end: () => void}}}
 *   kept: it survives a reload; making: an input method begins and ends making up letters
 */
export function useDraft(id, kind, field, instead = '') {
  const [text, setText] = useState(() => readDraft(id, kind) || instead), [kept, setKept] = useState(true);
  const caret = useRef(/** @type {number[]|null} */ (null));
  // Letters that are still being made up are not replaced: what is heard
  // meanwhile is joined to them when they are there.
  const made = useRef({ busy: false, heard: false });
  const write = (/** @type {string} */ value) => {
    setText(value);
    if (!made.current.heard) setKept(writeDraft(id, value, kind));
  };
  useEffect(() => {
    const follow = () => {
      if (made.current.busy) { made.current.heard = true; return; }
      const box = field.current;
      if (box && document.activeElement === box)
        caret.current = [box.selectionStart, box.selectionEnd, box.value.length];
      setText(readDraft(id, kind));
    };
    const back = (/** @type {any} */ e) => { if (e.detail === id) follow(); };
    addEventListener('prosa:draft', back);
    return () => removeEventListener('prosa:draft', back);
  }, [id, kind]);
  useLayoutEffect(() => {
    const [from, to, end] = caret.current ?? [0, 0, 0];
    caret.current = null;
    if (from < end) field.current?.setSelectionRange(from, to); // at the end it stays at the end
  }, [text]);
  const end = () => {
    const { heard } = made.current;
    made.current = { busy: false, heard: false };
    if (heard) write(join(field.current?.value ?? '', readDraft(id, kind), ''));
  };
  return { text, kept, write, making: { start: () => { made.current.busy = true; }, end } };
}
