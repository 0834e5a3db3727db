// The five steps that connect a number. What was proven lies at the server, so that
// one can leave and take it up again; each step is asked of Meta when it is taken.
// It stands in a dialogue, or in a page of its own.

import { html, useEffect, useRef, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { t } from '../../text/i18n.js';
import { Icon } from '../../shell/primitives.js';
import { useSending } from '../form.js';
import { AccountStep } from './AccountStep.js';
import { ActivateStep } from './ActivateStep.js';
import { ConfirmStep } from './ConfirmStep.js';
import { Connected, FinishStep } from './FinishStep.js';
import { NumberStep } from './NumberStep.js';
import { Fault, Waiting } from './Checks.js';

/** @typedef {import('../../core/api_types.js').Connection} Connection */

/**
 * What each step gets: how far it has come, to send something and see the next step,
 * and its own failure.
 * @typedef {{view: Connection, form: ReturnType<typeof useSending>, take: (what: () => Promise<any>) => void,
 *   teams: {id: string, name: string}[], buttons: (more: any) => any, onConnected: (number: any) => void,
 *   back: (step: string) => void}} StepProps
 */

const order = ['account', 'number', 'confirm', 'activate', 'finish'];
/** @type {Record<string, (props: StepProps) => any>} */
const steps = { account: AccountStep, number: NumberStep, confirm: ConfirmStep, activate: ActivateStep,
  finish: FinishStep };

/** @param {{teams: any[], onLeave: () => void, onConnected?: (number: any) => void}} props */
export function ConnectSteps({ teams, onLeave, onConnected = () => {} }) {
  const [view, setView] = useState(/** @type {Connection|null} */ (null));
  const [shown, show] = useState(''), [number, setNumber] = useState(/** @type {any} */ (null));
  const form = useSending(), box = useRef(/** @type {HTMLElement|null} */ (null));
  const come = (/** @type {Connection} */ v) => { setView(v); show(v.step); };
  useEffect(() => { void form.send(async () => come(await api.connection())); }, []);
  const failed = JSON.stringify(view?.checks.filter((c) => c.state === 'failed') ?? '') + form.failure?.problem.field;
  useEffect(() => { // to what is to be filled in, or was wrong
    const to = box.current?.querySelector('[aria-invalid=true]') ?? box.current?.querySelector('[data-focus]');
    /** @type {HTMLElement|null|undefined} */ (to)?.focus();
  }, [shown, failed, number, view === null]);
  if (number) return html`<${Connected} number=${number} onLeave=${onLeave} />`;
  if (!view) {
    return html`<div class="wiz-b is-alone"><h2>${t('connect.title')}</h2><${Waiting} />
      <${Fault} failure=${form.failure} /><div class="ends"><span class="grow"></span><button class="btn" type="button"
        data-focus onClick=${onLeave}>${t('close')}</button></div></div>`;
  }
  const at = order.indexOf(shown), Step = steps[shown];
  const back = (step) => { form.forget(); show(step); };
  const before = order.slice(0, at).filter((step) => step !== 'confirm' || view.sms).at(-1);
  const buttons = (more) => html`<div class="ends"><button class="btn btn-bare" type="button" onClick=${onLeave}
    data-test="connect-later">${t(view.expires_at ? 'connect.later' : 'cancel')}</button><span class="grow"></span>
    ${before && html`<button class="btn" type="button" onClick=${() => back(before)} data-test="connect-back">
      ${t('connect.back')}</button>`}${more}</div>`;
  return html`<ol class="wiz-steps" aria-label=${t('connect.steps')}>${order.map((step, n) => html`<${Mark} key=${step}
      n=${n} step=${step} view=${view} at=${at} done=${n < order.indexOf(view.step)} />`)}</ol>
    <div class="wiz-b" ref=${box} data-test=${`connect-${shown}`}><h2>${t(`connect.${shown}.title`)}</h2>
      <p class="sr" role="status">${t('connect.stepOf', { n: at + 1, of: order.length })}</p>
      <${Step} key=${shown} view=${view} form=${form} teams=${teams} buttons=${buttons} back=${back}
        take=${(what) => void form.send(async () => come(await what()))}
        onConnected=${(n) => { setNumber(n); onConnected(n); }} /></div>`;
}

function Mark({ n, step, view, at, done }) {
  const of = { account: view.account?.name, number: view.number?.display,
    confirm: view.number?.verified ? t('connect.verified') : t('connect.byCode') };
  return html`<li aria-current=${n === at ? 'step' : undefined}><span class="n">${done
    ? html`<${Icon} name="tick" label=${t('connect.done')} />` : n + 1}</span><span>${t(`connect.${step}`)}
    <small class="cut">${of[step] || t(`connect.${step}.what`)}</small></span></li>`;
}
