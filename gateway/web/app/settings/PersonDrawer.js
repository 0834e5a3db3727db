// One account: what it may do, where it is logged in, and its end.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { goSettings } from '../shell/router.js';
import { me, toast } from '../core/state.js';
import { useUnsaved } from '../shell/unsaved.js';
import { Avatar } from '../shell/primitives.js';
import { Conflict, useConflict } from './Conflict.js';
import { DisableDialog } from './DisableDialog.js';
import { Drawer } from './Drawer.js';
import { useSending } from './form.js';
import { InviteDialog, RoleChoice, TeamChoice } from './InviteDialog.js';
import { LimitChoice, limitsOf, limitWords, sameLimits } from './LimitChoice.js';
import { Wrong } from './Page.js';
import { office, teamNames } from './people_state.js';
import { profileOf, sameProfile } from './profile.js';
import { LanguagesField, profileFields, ScreenField, SkillField, ZoneField } from './ProfileFields.js';
import { RemoveFactor } from './RemoveFactor.js';
import { Unlink } from './Unlink.js';
import { Sessions } from './Sessions.js';

const close = () => goSettings('people');
const same = (a, b) => a.length === b.length && a.every((id) => b.includes(id));

/** @param {{person: import('./people_state.js').Person, teams: any[], numbers: any[]}} props */
export function PersonDrawer({ person, teams, numbers }) {
  const [seen, see] = useState(person); // what the form began with
  const [name, setName] = useState(person.name), [role, setRole] = useState(person.role);
  const [chosen, choose] = useState(person.teams), [ending, end] = useState(false);
  const [limits, limit] = useState(/** @type {import('./LimitChoice.js').Limits} */ (person));
  const [most, setMost] = useState(person.capacity); // open conversations at most
  const [profile, describe] = useState(profileOf(person));
  const [link, setLink] = useState(/** @type {any} */ (null));
  const form = useSending();
  const part = (name) => (value) => describe((of) => ({ ...of, [name]: value }));
  const now = { ...profile, time_zone: profile.time_zone.trim() };
  const self = person.id === me.value?.id;
  const changed = name.trim() !== seen.name || role !== seen.role || !same(chosen, seen.teams)
    || most !== seen.capacity || !sameLimits(limitsOf(role, limits), seen) || !sameProfile(now, seen);
  useUnsaved(changed && person.active);
  const roleWords = (r) => t(`role.${r}`), limitedTo = (l) => limitWords(numbers, l);
  const fields = [
    { name: 'name', label: t('people.name'), of: (p) => p.name, now: name.trim(), set: setName, words: String },
    { name: 'role', label: t('people.role'), of: (p) => p.role, now: role, set: setRole, words: roleWords },
    { name: 'capacity', label: t('people.capacity'), of: (p) => p.capacity, now: most, set: setMost, words: String },
    { name: 'teams', label: t('people.teams'), of: (p) => [...p.teams].sort(), now: [...chosen].sort(), set: choose,
      words: (ids) => teamNames(teams, ids) },
    { name: 'limits', label: t('scope.numbers'), of: (p) => limitsOf(p.role, p), now: limitsOf(role, limits),
      set: limit, words: limitedTo },
    ...profileFields(now, part),
  ];
  const conflict = useConflict(seen, fields);
  const begin = (of) => { see(of); setName(of.name); setRole(of.role); choose(of.teams);
    limit(of); setMost(of.capacity); describe(profileOf(of)); conflict.end(); form.forget(); };
  const save = () => form.send(() => conflict.sending(async () => {
    const answer = await api.changePerson(person.id, { name: name.trim(), teams: chosen, capacity: most, ...now,
      ...(sameLimits(limitsOf(role, limits), seen) ? {} : limitsOf(role, limits)),
      ...(role === seen.role ? {} : { role }), revision: seen.revision });
    begin(answer.agent);
    await office.load();
    if (answer.job) toast.value = { text: t('people.handing') };
  }, async () => {
    await office.load();
    return office.now.value.data?.people.find((p) => p.id === person.id);
  }, see));
  const head = html`<${Avatar} name=${person.name} size=${32} mine=${self} /><div class="thread-id"><h2>
    <bdi>${person.name}</bdi></h2><p>${[person.email, self && t('people.self')].filter(Boolean).join(' · ')}</p>
      </div>`;
  if (!person.active) {
    return html`<${Drawer} label=${person.name} head=${head} onClose=${close} test="person-drawer"
      ends=${html`<span class="grow"></span><button class="btn btn-main" type="button" disabled=${form.busy}
        onClick=${() => void form.send(async () => { await api.enablePerson(person.id); await office.load(); })}
          data-test="person-enable">${t('people.enable')}</button>`}>
      <section class="sec"><p>${t('people.isDisabled')}</p><${Wrong} failure=${form.failure} field="" /></section>
        <//>`;
  }
  return html`<${Drawer} label=${person.name} head=${head} onClose=${close} test="person-drawer"
    ends=${html`${!self && html`<button class="btn btn-late" type="button" onClick=${() => end(true)}
      data-test="person-disable">${t('people.disable')}</button>`}<span class="grow"></span>
      <button class="btn" type="button" disabled=${!changed} onClick=${() => begin(person)}
        data-test="person-cancel">${t('cancel')}</button>
      <button class="btn btn-main" type="button" disabled=${!changed || !name.trim() || form.busy}
        onClick=${() => void save()} data-test="person-save">${t('save')}</button>`}>
    <section class="sec">
      <${Conflict} clash=${conflict.clash} fields=${fields} />
      <label class="field" for="person-name"><span>${t('people.name')}</span><input class="input" id="person-name"
        maxlength="100" value=${name} onInput=${(e) => setName(e.target.value)} data-test="person-name" />
        <${Wrong} failure=${form.failure} field="name" /></label>
      ${self ? html`<p class="hint pt">${t('people.ownRole', { role: t(`role.${person.role}`) })}</p>`
        : html`<${RoleChoice} role=${role} onChange=${setRole} name="person-role" />`}
      <label class="field" for="person-capacity"><span>${t('people.capacity')}
        <small>${t('people.capacity.hint')}</small>
        </span><input class="input" id="person-capacity" type="number" min="0" max="500" value=${most}
        onInput=${(e) => setMost(Math.floor(Number(e.target.value)) || 0)} data-test="person-capacity" />
        <${Wrong} failure=${form.failure} field="capacity" /></label>
      <${TeamChoice} teams=${teams} chosen=${chosen} onChange=${choose} />
      ${role !== 'agent' && html`<p class="hint">${t('people.seesAll')}</p>`}
      <${Wrong} failure=${form.failure} field="" /><${Wrong} failure=${form.failure}
        field="teams" />
      <${SkillField} id="person-skills" skills=${profile.skills} onChange=${part('skills')} failure=${form.failure}
        others=${[...new Set((office.now.value.data?.people ?? []).flatMap((p) => p.skills))].sort()} />
      <${LanguagesField} id="person-languages" list=${profile.languages} onChange=${part('languages')}
        failure=${form.failure} />
      <${ZoneField} id="person-zone" zone=${profile.time_zone} onChange=${part('time_zone')} failure=${form.failure} />
      <${ScreenField} id="person-screen" tag=${profile.interface_language} onChange=${part('interface_language')}
        failure=${form.failure} />
      <${LimitChoice} role=${role} numbers=${numbers} limits=${limits} onChange=${limit} failure=${form.failure} />
    </section>
    <${Sessions} person=${person} />
    <section class="sec"><h3>${t('people.password')}</h3><p class="hint">${t('people.password.hint')}</p>
      <button class="btn" type="button" data-test="person-reset" onClick=${() => void form.send(async () => {
        const reset = await api.resetPerson(person.id);
        setLink({ id: person.id, email: person.email, link: reset.link });
      })}>${t('people.resetLink')}</button></section>
    ${!self && html`<${RemoveFactor} id=${person.id} /><${Unlink} id=${person.id} />`}
    ${ending && html`<${DisableDialog} person=${person} teams=${teams}
      onClose=${() => end(false)} />`}
    ${link && html`<${InviteDialog} teams=${[]} made=${[link]}
      title=${t('people.resetLink.title')} onClose=${() => setLink(null)} />`}<//>`;
}
