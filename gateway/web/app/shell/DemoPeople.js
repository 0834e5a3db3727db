// Whom anybody may be in the demo, and the mark that says that it is one.

import { become, beside } from '../wire/demo.js';
import { explain } from '../text/failure.js';
import { Failure } from '../wire/api.js';
import { html, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { demo, me } from '../core/state.js';
import { useSending } from '../settings/form.js';
import { Avatar, Icon } from './primitives.js';

/** Always in sight where nothing is real. @param {{cls: string}} props */
export const DemoMark = ({ cls }) =>
  (demo.value
    ? html`<span class=${`tag demo-mark ${cls}`} title=${t('demo.title')} data-test="demo-mark">${t('demo.mark')}
      </span>` : null);

/** The mark where there is no room beside something. */
export const DemoStrip = () =>
  (demo.value
    ? html`<p class="demo-strip" title=${t('demo.title')} data-test="demo-strip"><b>${t('demo')}
      </b> <span class="cut">${t('demo.title')}</span></p>` : null);

/** A choice in one click. @param {{choose: (email: string) => Promise<void>, twins?: boolean}} props */
function People({ choose, twins = false }) {
  const [error, setError] = useState('');
  const pick = (email) => {
    setError('');
    choose(email).catch((err) => setError(err instanceof Failure ? explain(err.problem) : t('no.internal')));
  };
  const others = (demo.value?.people ?? []).filter((p) => p.email !== me.value?.email || !twins);
  return html`<div class="people" data-test="demo-people">
    ${others.map((p) => html`<div class="demo-person" key=${p.email}>
    <button class="person" type="button" onClick=${() => pick(p.email)} data-test=${`be-${p.email}`}>
      <${Avatar} name=${p.name} size=${24} />
      <span class="cut">${twins ? t('demo.switch', { name: p.name }) : p.name}</span><small>${t(`role.${p.role}`)}
        </small></button>
    ${twins && beside(p.email)
      && html`<a class="ibtn" href=${beside(p.email)} target="_blank" rel="noreferrer"
        title=${t('demo.beside', { name: p.name })} data-test=${`beside-${p.email}`}>
      <${Icon} name="expand" /><span class="sr">${t('demo.beside', { name: p.name })}</span></a>`}</div>`)}
    ${error && html`<p class="hint late" role="alert">${error}</p>`}</div>`;
}

/** Beside the form of the log-in. */
export const DemoDoor = () =>
  (demo.value?.people?.length ? html`<section class="demo-door" aria-labelledby="demo-who" data-test="demo-door">
  <h2 id="demo-who">${t('demo.who')}</h2><${People} choose=${become} /><p class="quiet">${t('demo.or')}</p></section>`
    : null);

/** In the person's own dialogue. */
export const DemoSwitch = () =>
  (demo.value?.people?.length ? html`<span class="fld-label">${t('demo')}</span><${People} choose=${become} twins />
  <p class="hint demo-hint">${t('demo.two')}</p>` : null);

/** What the settings of the demo have for somebody who administers nothing. */
export function DemoAdmin() {
  const admin = demo.value?.people?.find((p) => p.role === 'admin'), form = useSending();
  if (!admin || me.value?.role === 'admin') return null;
  return html`<section class="sec" data-test="demo-admin"><p class="hint">${t('demo.admin')}</p>
    <button class="btn btn-main" type="button" disabled=${form.busy} data-test="demo-be-admin"
      onClick=${() => void form.send(() => become(admin.email, '/settings'))}>${t('demo.as', { name: admin.name })}
      </button>${form.failure && html`<p class="hint late" role="alert">
      ${explain(form.failure.problem)}</p>`}</section>`;
}
