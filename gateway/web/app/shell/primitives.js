// Small pieces that everything is made of.

import { html, memo } from '../html.js';
import { initials, tint } from '../text/format.js';
import { language, parts, t } from '../text/i18n.js';

// Assets lie beside the scripts, under the prefix of this build.
const sprite = new URL('../../icons.svg', import.meta.url).pathname;

/** @param {{name: string, cls?: string, label?: string}} props */
export const Icon = memo(({ name, cls = '', label }) => html`<svg class=${`i ${cls}`} role=${label ? 'img' : undefined}
  aria-label=${label} aria-hidden=${label ? undefined : 'true'}><use href=${`${sprite}#${name}`} /></svg>`);

/** The Prosa sign. */
export const Logo = ({ cls }) =>
  html`<svg class=${cls} viewBox="0 0 24 24" role="img" aria-label="Prosa"><use href=${`${sprite}#logo`} /></svg>`;

const ticks = {
  sending: ['clock', ''], waiting: ['clock', ''], queued: ['clock', ''],
  held: ['clock', 'is-soon'], accepted: ['tick', ''], sent: ['tick', ''],
  delivered: ['ticks', ''],
  read: ['ticks', 'is-read'], played: ['ticks', 'is-read'], failed: ['alert', 'is-late'], withdrawn: ['x', ''],
  ambiguous: ['alert', 'is-late'],
};

/** How far a message got. @param {{state: string}} props */
export const Tick = ({ state }) => {
  const [icon, cls] = ticks[state] ?? ticks.waiting;
  return html`<${Icon} name=${icon} cls=${`tk ${cls}`} label=${t(`tick.${state}`)} lang=${language.value}
    data-tick=${state} />`;
};

/** A person. @param {{name: string, size?: number, mine?: boolean, state?: string, title?: string}} props */
export const Avatar = ({ name, size = 16, mine = false, state = '', title }) => html`<span
  class=${`av av-${size} ${mine ? 'av-me' : tint(name)} ${state === 'typing' ? 'is-typing' : ''}`} title=${title}
    aria-hidden="true">${initials(name)}</span>`;

/**
 * The owner of a conversation, in a circle.
 * @param {{owner: import('../core/types.js').Party, me?: string, size?: number, state?: string}} props
 */
export const OwnerAvatar = ({ owner, me, size = 16, state }) => {
  switch (owner.kind) {
    case 'nobody': return html`<span class=${`av av-${size} av-none`} aria-hidden="true"></span>`;
    case 'phone':
      return html`<span class=${`av av-${size} av-none`} aria-hidden="true"><${Icon} name="phone" cls="i-12" /></span>`;
    case 'assistant':
      return html`<span class=${`av av-${size} av-bot`} aria-hidden="true"><${Icon} name="bot" /></span>`;
  }
  return html`<${Avatar} name=${owner.name ?? ''} size=${size} mine=${owner.id === me} state=${state} />`;
};

/**
 * A contact with the 24-hour window around him.
 * @param {{name: string, left: number, known: boolean, title: string}} props left in milliseconds
 */
export const Ringed = ({ name, left, known, title }) => {
  const hours = left / 3_600_000, closed = known && left <= 0;
  const state = !known || closed ? 'is-closed' : hours < 2 ? 'is-soon' : '';
  return html`<span class=${`ringed ${state === 'is-closed' ? 'is-closed' : ''}`} title=${title}>
    <svg class=${`ring ${state}`} viewBox="0 0 40 40" aria-hidden="true">
      <circle class="ring-track" cx="20" cy="20" r="19" pathLength="48" />
      ${left > 0
        && html`<circle class="ring-arc" cx="20" cy="20" r="19" pathLength="24"
          stroke-dasharray=${`${Math.max(hours, 0.6).toFixed(2)} 24`} />`}
    </svg><span class=${`av ${tint(name)}`} aria-hidden="true">${initials(name) || html`<${Icon} name="user" />`}</span>
      </span>`;
};

/** The ring alone. @param {{left: number}} props */
export const Ring = ({ left }) => {
  const hours = left / 3_600_000, state = left <= 0 ? 'is-closed' : hours < 2 ? 'is-soon' : '';
  return html`<svg class=${`ring ring-i ${state}`} viewBox="0 0 14 14" aria-hidden="true">
    <circle class="ring-track" cx="7" cy="7" r="6" pathLength="24" />
    ${left > 0
      && html`<circle class="ring-arc" cx="7" cy="7" r="6" pathLength="24"
        stroke-dasharray=${`${Math.max(hours, 0.6).toFixed(2)} 24`} />`}</svg>`;
};

/** A business number. @param {{of: {label: string, cls: string, name: string}|undefined}} props */
export const Chip = ({ of }) =>
  (of ? html`<span class=${`numchip ${of.cls}`} title=${of.name}>${of.label}</span>` : null);

/** Keys to press, e.g. "G M". @param {{keys: string}} props */
export const Keys = ({ keys }) => keys.split(' ').map((k) => html`<kbd class="kbd" key=${k}>${k}</kbd>`);

/** Words with parts set off. @param {{k: string, of?: Record<string, any>}} props */
export const Rich = ({ k, of = {} }) => parts(k, of)
  .map((p) => (p.strong ? html`<b><bdi>${p.text}</bdi></b>` : p.text));

/** A button with an icon alone. @param {any} props */
export const IconButton = ({ icon, label, keys, cls = '', ...rest }) =>
  html`<button class=${`ibtn ${cls}`} type="button"
  title=${keys ? `${label}  ${keys}` : label} ...${rest}><${Icon} name=${icon} /><span class="sr">${label}</span>
    </button>`;
