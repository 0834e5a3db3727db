// The menu that a slash opens over the thread: the replies that answer, the chosen one
// as it will be read, and a field for each variable that nobody has filled.

import { html, useEffect, useRef } from '../html.js';
import { t } from '../text/i18n.js';
import { number } from '../text/format.js';
import { goSettings } from '../shell/router.js';
import { Keys } from '../shell/primitives.js';
import { useFresh } from '../settings/resource.js';
import { known, variables } from './replies.js';
import { Preview, variableName } from './Preview.js';
import { quickReplies, whose } from './state.js';

/** @typedef {import('./replies.js').Reply} Reply */

/**
 * @param {{all: Reply[]|null, list: Reply[], chosen: Reply|undefined, q: string, filledIn: Record<string, string>,
 *   values: Record<string, string>, pick: (r: Reply) => void, take: (r: Reply) => void,
 *   fill: (name: string, value: string) => void, onKeyDown: (e: KeyboardEvent) => void}} props filledIn: what the page
 *   knows by itself; all: null while nothing was read
 */
export function QuickMenu({ all, list, chosen, q, filledIn, values, pick, take, fill, onKeyDown }) {
  useFresh(quickReplies);
  const options = useRef(/** @type {HTMLElement|null} */ (null)), at = chosen ? list.indexOf(chosen) : -1;
  useEffect(() => { options.current?.children[at]?.scrollIntoView({ block: 'nearest' }); }, [at]);
  const count = t(q ? 'quick.count.q' : 'quick.count', { n: number(list.length), all: number(all?.length ?? 0), q });
  const make = () => goSettings('quick', `+${q}`);
  return html`<div class="quick" role="group" aria-label=${t('quick')} onKeyDown=${onKeyDown} data-test="quick-menu">
    <header class="quick-h"><b>${t('quick')}</b><span class="sub" role="status">${all && count}</span>
      <button class="link" type="button" onClick=${make} data-test="quick-menu-new">${t('quick.create')}</button>
      </header>
    ${list.length === 0 ? html`<${Nothing} all=${all} q=${q} make=${make} />` : html`<div class="quick-body">
      <div class="quick-list" role="listbox" id="quick-options" tabindex="0" aria-label=${t('quick')} ref=${options}>
        ${list.map((r, i) => html`<div class="quick-opt" role="option" id=${`quick-${i}`} key=${r.id}
          aria-selected=${i === at} onMouseDown=${(e) => e.preventDefault()} onMouseMove=${() => { if (i !== at)
            pick(r); }} onClick=${() => take(r)} data-test="quick-option" data-shortcut=${r.shortcut}>
          <b class="cut"><bdi>${r.title}</bdi></b><code class="cut">/${r.shortcut}</code><small class="cut">
          ${whose(r)} · ${t('quick.usedTimes', { n: r.used, count: number(r.used) })}</small></div>`)}</div>
      ${chosen && html`<${Chosen} of=${chosen} filledIn=${filledIn} values=${values} fill=${fill}
        key=${chosen.id} />`}</div>
    <footer class="quick-keys" aria-hidden="true"><${Keys} keys="↑ ↓" /><span>${t('quick.keys.choose')}</span>
      <${Keys} keys="⇥" /><span>${t('quick.keys.next')}</span><${Keys} keys="⏎" /><span>${t('quick.keys.insert')}
      </span></footer>`}</div>`;
}

/** The chosen one, and what its variables stand for. */
function Chosen({ of, filledIn, values, fill }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null)), names = variables(of.text);
  const told = names.filter((name) => filledIn[name]), asked = names.filter((name) => !filledIn[name]);
  const go = (name) => /** @type {HTMLElement|null} */ (box.current?.querySelector(
    `[data-variable="${CSS.escape(name)}"]`))?.focus();
  return html`<div class="tplview" ref=${box} tabindex=${asked.length > 0 ? undefined : '0'} role="group"
    aria-label=${of.title}><${Preview} text=${of.text} values=${values} onMissing=${go} />
    ${asked.map((name) => html`<label class="quick-var" key=${name}><span>${variableName(name)}</span>
      <input class="input" dir="auto" maxlength="500" autocomplete="off" placeholder=${t('quick.missing')}
        aria-label=${t('quick.fill', { name: variableName(name) })} value=${values[name] ?? ''}
        onInput=${(e) => fill(name, e.target.value)} data-variable=${name} data-test="quick-value" /></label>`)}
    ${told.map((name) => html`<div class="quick-var" key=${name}><span>${variableName(name)}</span>
      <span class="cut"><bdi>${filledIn[name]}</bdi>${known.includes(name) && html`<small> ·${' '}
        ${t(`quick.of.${name}`)}</small>`}</span></div>`)}</div>`;
}

/** Why there is nothing to choose, and what helps. */
function Nothing({ all, q, make }) {
  if (!all) {
    return quickReplies.now.value.failure
      ? html`<p class="quick-none" role="alert"><span>${t('quick.unread')}</span><button class="link" type="button"
        onClick=${() => void quickReplies.load()} data-test="quick-again">${t('again')}</button></p>`
      : html`<p class="quick-none" role="status">${t('quick.reading')}</p>`;
  }
  return html`<p class="quick-none" data-test="quick-none"><span>${q ? t('quick.none.found', { q }) : t('quick.empty')}
    </span><button class="link" type="button" onClick=${make} data-test="quick-create">${t('quick.create.q')}</button>
    </p>`;
}
