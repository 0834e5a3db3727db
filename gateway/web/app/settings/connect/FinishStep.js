import { html, useEffect, useState } from '../../html.js';
import { api } from '../../wire/api.js';
import { serverNow } from '../../core/clock.js';
import { demo } from '../../core/state.js';
import { heedFailure } from '../../wire/connection.js';
import { nameOf } from '../../text/format.js';
import { t } from '../../text/i18n.js';
import { languageOf, tag } from '../../text/languages.js';
import { Icon } from '../../shell/primitives.js';
import { Checks, Fault, Field, Waiting, faultOf } from './Checks.js';
import { LanguageChoice } from './LanguageChoice.js';

/** What the number is called, and who answers it. @param {import('./ConnectSteps.js').StepProps} props */
export function FinishStep({ view, form, teams, buttons, onConnected }) {
  const number = view.number;
  const [name, setName] = useState(number?.name ?? ''), [team, setTeam] = useState(teams[0]?.id ?? '');
  const [language, setLanguage] = useState(tag(languageOf(number?.display ?? '')));
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => onConnected(await api.connectFinish({ name: name.trim(), team_id: team, language })));
  };
  const wrong = faultOf(view, form, 'team_id'), other = form.failure?.problem;
  return html`<form onSubmit=${submit}>
    <${Field} view=${view} form=${form} name="name" label=${t('connect.name')} value=${name} onInput=${setName}
      more=${{ maxlength: 100, 'data-focus': '' }} />
    <div class="field"><label for="connect-team"><span class="fld-label">${t('teams.team')}</span></label>
      <select class="input" id="connect-team" value=${team} onChange=${(e) => setTeam(e.target.value)}
        aria-invalid=${wrong ? 'true' : undefined} data-test="number-team">${teams.map((x) => html`<option key=${x.id}
          value=${x.id}>${x.name}</option>`)}</select>
      ${wrong && html`<small class="late" role="alert" data-test="wrong-team_id">${wrong}</small>`}</div>
    <${LanguageChoice} id="connect-language" label=${t('connect.language')} value=${language} onChange=${setLanguage}
      none=${t('connect.language.none')} />
    ${form.busy ? html`<${Waiting} />` : html`<${Checks} checks=${view.checks} names=${['number']} />`}
    ${other?.code === 'not_proven' && html`<small class="late" role="alert">${other.detail}</small>`}
    <${Fault} failure=${form.failure} />
    ${buttons(html`<button class="btn btn-main" type="submit" disabled=${form.busy || !name.trim() || !team}
      data-test="number-connect">${t('connect.finish.do')}</button>`)}</form>`;
}

const every = 2_000; // milliseconds

/**
 * It is connected; a test message shows that it works.
 * @param {{number: import('../../core/api_types.js').PhoneNumber, onLeave: () => void}} props
 */
export function Connected({ number, onLeave }) {
  const [came, come] = useState(/** @type {import('../../core/types.js').Row|null} */ (null));
  useEffect(() => {
    let known = /** @type {Map<string, number>|null} */ (null); // what was there before is no test
    const since = serverNow() - 1000; // Meta's times are whole seconds; the first look may come after the message
    const isNew = (row) => known?.get(row.id) !== row.version || Date.parse(row.last.at ?? '') >= since;
    const look = async () => {
      try {
        const rows = (await api.list({ view: 'all', number: [number.id], limit: 20 })).conversations;
        known ??= new Map(rows.map((row) => [row.id, row.version]));
        const found = rows.find((row) => row.last && !row.last.outbound && isNew(row));
        if (found) come(found);
      } catch (err) { heedFailure(err); }
    };
    void look();
    const timer = setInterval(() => void look(), every);
    return () => clearInterval(timer);
  }, [number.id]);
  return html`<div class="wiz-b is-alone" data-test="connected">
    <h2>${t('connect.connected', { name: number.name })}</h2>
    <ul class="wiz-checks"><li class="is-ok"><${Icon} name="tick" cls="i-14" label=${t('connect.state.ok')} />
      <span>${t('connect.connected.is', { display: number.display })}</span></li>
      <li class=${came ? 'is-ok' : 'is-open'} data-test="test-message" data-state=${came ? 'ok' : 'open'}>
      <${Icon} name=${came ? 'tick' : 'clock'} cls="i-14" label=${t(`connect.state.${came ? 'ok' : 'open'}`)} />
      <span role="status">${came
        ? t('connect.test.came', { name: nameOf(came.contact), text: came.last?.preview ?? '' })
        : t('connect.test', { display: number.display })}</span></li></ul>
    ${demo.value && !came && html`<p class="hint">${t('connect.test.demo')} <a class="link" href=${demo.value.phones}
      target="prosa-phones">${t('phones')}</a></p>`}
    <div class="ends"><span class="grow"></span><button class="btn btn-main" type="button" data-focus onClick=${onLeave}
      data-test="connect-done">${t(came ? 'done' : 'connect.test.skip')}</button></div></div>`;
}
