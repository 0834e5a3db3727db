// The first steps of an installation: the company's name, a number, colleagues, and a
// message that arrives. One is open; those that are done can be opened again.

import { html, useEffect, useState } from '../html.js';
import { api } from '../wire/api.js';
import { dispatch, demo } from '../core/state.js';
import { copyText } from '../do/actions.js';
import { nameOf } from '../text/format.js';
import { t } from '../text/i18n.js';
import { follow, fresh, go, goSettings, href, settingsHref } from '../shell/router.js';
import { Icon } from '../shell/primitives.js';
import { ConnectSteps } from './connect/ConnectSteps.js';
import { useSending } from './form.js';
import { InviteDialog } from './InviteDialog.js';
import { Page, Wrong } from './Page.js';
import { useFresh } from './resource.js';
import { alone, arrived, doneOf, skipPeople, start, steps } from './start_state.js';

const every = 2_000; // milliseconds, while a test message is waited for

/** @typedef {{of: any, done: boolean, next: () => Promise<void>, leave: () => void}} StepProps */

/** @type {Record<string, (props: StepProps) => any>} */
const bodies = { company: CompanyStep, number: NumberStep, people: PeopleStep, test: TestStep };

/** @param {{item: string}} props the step that is to be open */
export function StartPage({ item }) {
  useFresh(start);
  useFresh(arrived);
  const { data } = start.now.value, came = arrived.now.value;
  const done = data && (came.data || came.failure) ? doneOf(data, came.data) : null;
  const first = done && (steps.find((step) => !done[step]) ?? '');
  const [open, setOpen] = useState(/** @type {string|null} */ (steps.includes(item) ? item : null));
  // What is open stays so while others change what there is, until one goes on.
  useEffect(() => { if (open === null && first !== null) setOpen(first); }, [open, first]);
  const next = async () => {
    await Promise.all([start.load(), arrived.load()]);
    setOpen(null);
  };
  const count = done ? steps.filter((step) => done[step]).length : 0;
  return html`<${Page} title=${t('settings.start')} of=${start} test="start-page"
    facts=${done && (first ? t('start.of', { done: count, of: steps.length }) : t('start.all'))}>
    <div class="start" tabindex="0">${done && html`
      ${!first && html`<p class="start-ready" role="status" data-test="start-ready">${t('start.ready')} <a
        class="link" href=${href(fresh('unclaimed'))} onClick=${(e) => follow(e, () => go(fresh('unclaimed')))}>
        ${t('start.inbox')}</a></p>`}
      <ol>${steps.map((step, n) => html`<${Step} key=${step} n=${n} step=${step} of=${data} done=${done[step]}
        open=${open === step} onOpen=${() => setOpen(open === step ? '' : step)} next=${next}
        leave=${() => setOpen('')} />`)}</ol>`}</div><//>`;
}

function Step({ n, step, of, done, open, onOpen, next, leave }) {
  const Body = bodies[step];
  return html`<li class="start-step" data-test=${`step-${step}`} data-state=${done ? 'done' : 'open'}>
    <h2><button type="button" aria-expanded=${open} aria-controls=${`start-${step}`} onClick=${onOpen}
      data-test=${`open-${step}`}><span class=${`n ${done ? 'is-done' : ''}`}>${done
      ? html`<${Icon} name="tick" label=${t('start.state.done')} />` : n + 1}</span><span class="cut">
      ${t(`start.${step}`)}</span><small class="cut">${brief(step, of, done)}</small></button></h2>
    <div class="start-body" id=${`start-${step}`} hidden=${!open}>${open
      && html`<${Body} of=${of} done=${done} next=${next} leave=${leave} />`}</div></li>`;
}

/** What a step has come to, in few words. */
function brief(step, of, done) {
  if (!done) return t('start.state.open');
  switch (step) {
    case 'company': return of.name;
    case 'number': return of.numbers.map((one) => one.name || one.display).slice(0, 3).join(', ');
    case 'people': return of.people < 2 && of.invited === 0 && alone() ? t('start.people.skipped') : peopleOf(of);
  }
  return t('start.state.done');
}

const peopleOf = (of) => [t('start.people.has', { n: of.people }),
  of.invited > 0 && t('start.people.invited', { n: of.invited })].filter(Boolean).join(', ');

/** @param {StepProps} props */
function CompanyStep({ of, next }) {
  const [text, write] = useState(of.named ? of.name : ''), form = useSending(), name = text.trim();
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const now = await api.renameCompany(name);
      dispatch({ t: 'session', session: 'in', tenant: now.name });
      await next();
    });
  };
  return html`<form class="give" onSubmit=${submit}><p class="hint" id="start-company-hint">
    ${t('start.company.what')}</p><div class="field"><label for="start-name"><span class="fld-label">
    ${t('start.company.name')}</span></label><input class="input" id="start-name" maxlength="100" value=${text}
      autocomplete="organization" aria-describedby="start-company-hint"
      aria-invalid=${form.failure ? 'true' : undefined} onInput=${(e) => write(e.target.value)}
      data-test="start-name" />
    <${Wrong} failure=${form.failure} field="name" /><${Wrong} failure=${form.failure} field="" /></div>
    <div class="ends"><button class="btn btn-main" type="submit" data-test="start-name-save"
      disabled=${!name || form.busy || (of.named && name === of.name)}>${t('save')}</button></div></form>`;
}

/** @param {StepProps} props */
function NumberStep({ of, next, leave }) {
  const [connecting] = useState(of.numbers.length === 0); // the last of the steps stays after it is connected
  if (!connecting) {
    return html`<ul class="start-list">${of.numbers.map((one) => html`<li key=${one.id}><b class="cut">
      ${one.name || one.display}</b> <span class="quiet">${one.display}</span></li>`)}</ul>
      <div class="ends"><a class="btn" href=${settingsHref('numbers')}
        onClick=${(e) => follow(e, () => goSettings('numbers'))}>${t('start.number.more')}</a></div>`;
  }
  const callback = `${location.origin}/webhooks/meta`;
  const away = async () => {
    await start.load();
    if (start.now.value.data?.numbers.length) await next();
    else leave();
  };
  return html`<p class="hint">${t('start.number.what')}</p>
    ${!demo.value && html`<div class="field"><span class="fld-label">${t('start.callback')}</span>
      <div class="linkbox"><input class="input" readonly value=${callback} aria-label=${t('start.callback')}
        onFocus=${(e) => e.target.select()} data-test="start-callback" />
      <button class="btn" type="button" onClick=${() => void copyText(callback)}><${Icon} name="copy" cls="i-14" />
        ${t('copy')}</button></div></div>`}
    <div class="wiz give start-wiz"><${ConnectSteps} teams=${of.teams} onLeave=${away}
      onConnected=${() => void start.load()} /></div>`;
}

/** @param {StepProps} props */
function PeopleStep({ of, done, next }) {
  const [inviting, invite] = useState(false);
  const close = async () => {
    invite(false);
    await start.load();
    if ((start.now.value.data?.invited ?? 0) > of.invited || done) void next();
  };
  return html`<p class="hint">${t('start.people.what')}</p><p>${peopleOf(of)}</p>
    <div class="ends"><button class="btn btn-main" type="button" onClick=${() => invite(true)}
      data-test="start-invite">${t('people.invite')}</button>
      ${!done && html`<button class="btn btn-bare" type="button" onClick=${() => { skipPeople(); void next(); }}
        data-test="start-skip">${t('start.people.skip')}</button>`}</div>
    ${inviting && html`<${InviteDialog} teams=${of.teams} numbers=${of.numbers} onClose=${close} />`}`;
}

/** @param {StepProps} props */
function TestStep({ of }) {
  const came = arrived.now.value.data, row = came?.row;
  useEffect(() => {
    if (row) return undefined;
    const timer = setInterval(() => { if (!document.hidden) void arrived.load(); }, every);
    return () => clearInterval(timer);
  }, [Boolean(row)]);
  if (row) {
    const there = { ...fresh(came.view), id: row.id };
    return html`<p role="status" data-test="start-came"><b>${nameOf(row.contact)}</b>: ${row.last.preview}</p>
      <div class="ends"><a class="btn btn-main" href=${href(there)} onClick=${(e) => follow(e, () => go(there))}
        data-test="start-open">${t('start.test.open')}</a></div>`;
  }
  if (of.numbers.length === 0) return html`<p class="hint">${t('start.test.number')}</p>`;
  return html`<p class="hint">${t('start.test.what')}</p>${of.numbers.slice(0, 3).map((one) => html`<p key=${one.id}
      data-test="start-write">${t('start.test.write', { display: one.display })}</p>`)}
    ${demo.value && html`<p class="hint">${t('start.test.demo')} <a class="link" href=${demo.value.phones}
      target="prosa-phones" data-test="start-phones">${t('phones')}</a></p>`}
    <p class="hint" role="status" data-test="start-waiting">${t('start.test.waiting')}</p>`;
}
