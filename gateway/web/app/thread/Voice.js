// A sound with its own small player: a button, bars that fill, the time. Nothing
// plays by itself, and one sound at a time.

import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { playAlone } from './files.js';
import { bars } from './viewable.js';
import { Icon } from '../shell/primitives.js';

const count = 38;
const step = 5; // seconds that an arrow goes

const clock = (/** @type {number} */ s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;

/** @param {{src: string, name: string, label: string, lost: () => void}} props */
export function Voice({ src, name, label, lost }) {
  const sound = useRef(/** @type {HTMLAudioElement|null} */ (null));
  const [at, setAt] = useState(0), [length, setLength] = useState(0), [plays, setPlays] = useState(false);
  useEffect(() => () => sound.current?.pause(), []);
  const toggle = () => {
    const s = sound.current;
    if (!s) return;
    if (s.paused) void playAlone(s).catch(() => {}); // onError tells of a file that is gone
    else s.pause();
  };
  const seek = (/** @type {number} */ to) => {
    const s = sound.current;
    if (!s || !length) return;
    s.currentTime = Math.max(0, Math.min(length, to));
    setAt(s.currentTime);
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const to = { ArrowLeft: at - step, ArrowDown: at - step, ArrowRight: at + step, ArrowUp: at + step, Home: 0,
      End: length }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    seek(to);
  };
  const point = (/** @type {MouseEvent} */ e) => {
    const box = /** @type {HTMLElement} */ (e.currentTarget).getBoundingClientRect();
    seek((e.clientX - box.left) / box.width * length);
  };
  const time = plays || at > 0 ? at : length, told = t('media.time', { at: clock(at), of: clock(length) });
  return html`<span class="voice" data-test="voice" data-plays=${plays}>
    <audio ref=${sound} src=${src} preload="metadata"
      onLoadedMetadata=${(e) => setLength(finite(e.currentTarget.duration))}
        onDurationChange=${(e) => setLength(finite(e.currentTarget.duration))}
      onTimeUpdate=${(e) => setAt(e.currentTarget.currentTime)} onPlay=${() => setPlays(true)}
        onPause=${() => setPlays(false)} onEnded=${() => { setPlays(false); setAt(0); }} onError=${lost}></audio>
    <button type="button" class="play" onClick=${toggle} data-test="play"><${Icon} name=${plays ? 'pause' : 'play'} />
      <span class="sr">${t(plays ? 'media.pause' : 'media.play', { kind: label })}</span></button>
    <span class="wave" role="slider" tabindex="0" aria-label=${t('media.position')} aria-valuemin="0"
      aria-valuemax=${Math.round(length)} aria-valuenow=${Math.round(at)} aria-valuetext=${told} onKeyDown=${keys}
        onClick=${point} data-test="wave">
      <svg viewBox=${`0 0 ${count * 4} 24`} preserveAspectRatio="none" aria-hidden="true">
        ${bars(name, count)
          .map((h, i) =>
            html`<rect key=${i} class=${length && i < at / length * count ? 'on' : ''} x=${i * 4} y=${12 - h * 11}
              width="2" height=${h * 22} rx="1" />`)}</svg></span>
    <span class="dur">${length ? clock(time) : ''}</span></span>`;
}

const finite = (/** @type {number} */ s) => (Number.isFinite(s) ? s : 0);
