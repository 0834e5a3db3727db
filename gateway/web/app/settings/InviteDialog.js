// Invites people, and shows the links: each is shown once, and passed on by hand.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { copyText } from '../do/actions.js';
import { t } from '../text/i18n.js';
import { Dialog } from '../shell/Dialog.js';
import { Icon } from '../shell/primitives.js';
import { useSending } from './form.js';
import { LimitChoice, limitsOf, unlimited } from './LimitChoice.js';
import { Wrong } from './Page.js';
import { office, wrongAddresses } from './people_state.js';

/**
 * @param {{teams: any[], numbers?: any[], made?: any[], title?: string, onClose: () => void}} props made: links
 *   that are there already; title: of those that are no invitations
 */
export function InviteDialog({ teams, numbers = [], made, title, onClose }) {
  const [links, setLinks] = useState(made ?? null);
  return html`<${Dialog} label=${title ?? t('people.invite')} cls="sheet give" onClose=${onClose} test="invite-dialog"
    asks=${!links}>
    ${links ? html`<${Links} links=${links} title=${title} onClose=${onClose} />`
      : html`<${InviteForm} teams=${teams} numbers=${numbers} onMade=${setLinks} onClose=${onClose} />`}<//>`;
}

function InviteForm({ teams, numbers, onMade, onClose }) {
  const [emails, setEmails] = useState(''), [role, setRole] = useState('agent');
  const [chosen, choose] = useState(/** @type {string[]} */ (teams.length === 1 ? [teams[0].id] : []));
  const [limits, limit] = useState(unlimited);
  const [wrong, say] = useState(''), form = useSending();
  const list = emails.split(/[\s,;]+/).filter(Boolean);
  const why = list.length === 0 ? 'people.why.address'
    : role === 'agent' && chosen.length === 0 && teams.length > 0 ? 'people.why.team' : '';
  const submit = (e) => {
    e.preventDefault();
    const found = wrongAddresses(list);
    say(found);
    if (found) {
      form.forget();
      document.getElementById('invite-emails')?.focus();
      return;
    }
    void form.send(async () => {
      onMade((await api.invite({ emails: list, role, teams: chosen, ...limitsOf(role, limits) })).invitations);
      void office.load();
    });
  };
  return html`<form onSubmit=${submit}><h2>${t('people.invite')}</h2>
    <label class="fld-label" for="invite-emails">${t('people.addresses')}</label>
    <textarea class="input" id="invite-emails" data-focus rows="2" value=${emails} autocomplete="off"
      placeholder="ana@example.com, bruno@example.com" onInput=${(e) => setEmails(e.target.value)}
        aria-invalid=${wrong || form.failure?.problem.field === 'emails' ? 'true' : undefined}
        aria-describedby="invite-wrong" data-test="invite-emails"></textarea><div id="invite-wrong">
      ${wrong && html`<small class="late" role="alert" data-test="wrong-emails">${wrong}</small>`}
      <${Wrong} failure=${form.failure} field="emails" /></div>
    <${RoleChoice} role=${role} onChange=${setRole} name="invite-role" />
    <${TeamChoice} teams=${teams} chosen=${chosen} onChange=${choose} />
    <${Wrong} failure=${form.failure} field="teams" />
    <${LimitChoice} role=${role} numbers=${numbers} limits=${limits} onChange=${limit} failure=${form.failure} />
    <${Wrong} failure=${form.failure} field="" />
    <div class="ends">${why && html`<small class="quiet">${t(why)}</small>`}<span class="grow"></span>
      <button class="btn btn-bare" type="button" onClick=${onClose}>${t('cancel')}</button>
      <button class="btn btn-main" type="submit" disabled=${Boolean(why) || form.busy} data-test="invite-send">
        ${t('people.inviteN', { n: Math.max(list.length, 1) })}</button></div></form>`;
}

/** @param {{role: string, onChange: (role: string) => void, name: string}} props */
export const RoleChoice = ({ role, onChange, name }) => html`<fieldset class="choices"><legend class="fld-label">
  ${t('people.role')}</legend>${['agent', 'manager', 'admin', 'auditor'].map((r) => html`<label class="choice" key=${r}>
    <input class="rad" type="radio" name=${name} value=${r} checked=${role === r} onChange=${() => onChange(r)}
      data-test=${`role-${r}`} /><b>${t(`role.${r}`)}</b><small>${t(`role.${r}.may`)}</small></label>`)}</fieldset>`;

/** @param {{teams: any[], chosen: string[], onChange: (ids: string[]) => void}} props */
export function TeamChoice({ teams, chosen, onChange }) {
  if (teams.length === 0) return null;
  const flip = (id) => onChange(chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]);
  return html`<fieldset class="choices"><legend class="fld-label">${t('people.teams')}</legend>
    <div class="picks">${teams.map((team) => html`<button class="pick" type="button" key=${team.id}
      aria-pressed=${chosen.includes(team.id)} onClick=${() => flip(team.id)} data-test=${`team-${team.id}`}>
        ${team.name}</button>`)}</div></fieldset>`;
}

function Links({ links, title, onClose }) {
  return html`<h2>${title ?? t('people.links', { n: links.length })}</h2>
    <p class="hint later">${t('people.links.hint')}</p>
    ${links.map((i) => html`<div class="field" key=${i.id}><span>${i.email}</span><div class="linkbox">
      <input class="input" readonly value=${i.link} aria-label=${t('people.linkOf', { email: i.email })}
        onFocus=${(e) => e.target.select()} data-test="invite-link" />
      <button class="btn" type="button" onClick=${() => void copyText(i.link)}><${Icon} name="copy" cls="i-14" />
        ${t('copy')}</button></div></div>`)}
    <div class="ends"><button class="btn btn-main"
      type="button" data-focus onClick=${onClose} data-test="invite-done">
      ${t('done')}</button></div>`;
}
