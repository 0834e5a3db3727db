// One quick reply: whose it is, what brings it, what it says, and how it will be read.

import { html, useRef, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { dayTime, length, number } from '../text/format.js';
import { go, goSettings, route } from '../shell/router.js';
import { leaveSaved, useUnsaved } from '../shell/unsaved.js';
import { me, numbers, teams, tenant } from '../core/state.js';
import { known, knownOf, placeOf, variables, visibilityOf } from '../quick/replies.js';
import { Preview, variableName } from '../quick/Preview.js';
import { quickReplies, whose } from '../quick/state.js';
import { Conflict, useConflict } from './Conflict.js';
import { Confirm } from './Confirm.js';
import { Drawer } from './Drawer.js';
import { useSending } from './form.js';
import { Wrong } from './Page.js';

const mostText = 4096; // characters, as of a message

const close = () => goSettings('quick');

/** A reply that is not there yet. @param {string} shortcut */
const blank = (shortcut) => ({ id: '', visibility: 'own', shortcut, title: '', text: '', revision: 0 });

/**
 * @param {{reply: import('../quick/replies.js').Reply|undefined, shortcut: string, data: any}} props shortcut: of a new
 *   one
 */
export function QuickDrawer({ reply, shortcut, data }) {
  const [seen, see] = useState(/** @type {any} */ (reply ?? blank(shortcut))); // what the form began with
  const [place, setPlace] = useState(placeOf(seen)), [word, setWord] = useState(seen.shortcut);
  const [title, setTitle] = useState(seen.title), [text, setText] = useState(seen.text), form = useSending();
  const [ending, end] = useState(false), box = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const may = reply ? reply.may_change : true, clean = word.trim().replace(/^\//, '').normalize('NFC').toLowerCase();
  const fields = [
    { name: 'place', label: t('quick.whose'), of: placeOf, now: place, set: setPlace, words: placeWords },
    { name: 'shortcut', label: t('quick.shortcut'), of: (x) => x.shortcut, now: clean, set: setWord,
      words: (x) => `/${x}` },
    { name: 'title', label: t('quick.title'), of: (x) => x.title, now: title.trim(), set: setTitle, words: String },
    { name: 'text', label: t('quick.text'), of: (x) => x.text, now: text.trim(), set: setText, words: String },
  ];
  const conflict = useConflict(seen, fields), n = length(text.trim());
  const changed = fields.some((f) => f.now !== f.of(seen)), whole = clean && title.trim() && text.trim();
  useUnsaved(may && changed && (reply !== undefined || Boolean(title || text)));
  const save = () => form.send(() => conflict.sending(async () => {
    const of = { ...visibilityOf(place), shortcut: clean, title: title.trim(), text: text.trim() };
    const saved = reply ? await api.changeQuickReply(reply.id, { revision: seen.revision, ...of })
      : await api.makeQuickReply(of);
    see(saved);
    setWord(saved.shortcut);
    await quickReplies.load();
    // Whoever looked for it in a conversation goes on there.
    if (!reply) leaveSaved(shortcut && route.value.id ? () => go({}) : close);
  }, async () => {
    await quickReplies.load();
    return quickReplies.now.value.data?.replies.find((one) => one.id === reply?.id);
  }, see));
  const put = (/** @type {string} */ name) => {
    const field = box.current, at = field?.selectionStart ?? text.length, to = field?.selectionEnd ?? at;
    setText(`${text.slice(0, at)}{{${name}}}${text.slice(to)}`);
    field?.focus();
  };
  return html`<${Drawer} label=${reply ? reply.title : t('quick.new')} onClose=${close} test="quick-drawer"
    head=${html`<div class="thread-id"><h2><bdi>${reply ? reply.title : t('quick.new')}</bdi></h2>
      ${reply && html`<p>${t('quick.usedTimes', { n: reply.used, count: number(reply.used) })} ·${' '}
        ${t('quick.changed', { name: reply.changed_by, when: dayTime(Date.parse(reply.changed_at)) })}</p>`}</div>`}
    ends=${may && html`${reply && html`<button class="btn btn-late" type="button" onClick=${() => end(true)}
      data-test="quick-remove">${t('quick.remove')}</button>`}<span class="grow"></span>
      <button class="btn btn-main" type="button" disabled=${!changed || !whole || n > mostText || form.busy}
        onClick=${() => void save()} data-test="quick-save">${t('save')}</button>`}>
    <section class="sec"><${Conflict} clash=${conflict.clash} fields=${fields} />
      ${!may && html`<p class="hint" data-test="quick-locked">${t('quick.locked')}</p>`}
      <label class="field" for="quick-place"><span>${t('quick.whose')}</span>
        ${may ? html`<select class="input" id="quick-place" value=${place} onChange=${(e) => setPlace(e.target.value)}
          data-test="quick-place">${places(data, place).map((one) => html`<option key=${one} value=${one}>
          ${placeWords(one)}</option>`)}</select>` : html`<b>${whose(seen)}</b>`}
        <${Wrong} failure=${form.failure} field="visibility" /><${Wrong} failure=${form.failure} field="team_id" />
        </label>
      <label class="field" for="quick-word"><span>${t('quick.shortcut')}</span><input class="input mono" id="quick-word"
        maxlength="33" readonly=${!may} value=${word} autocomplete="off" autocapitalize="none" spellcheck="false"
        placeholder="/prazo" onInput=${(e) => setWord(e.target.value)} data-test="quick-word" />
        <${Wrong} failure=${form.failure} field="shortcut" /></label>
      <label class="field" for="quick-title"><span>${t('quick.title')}</span><input class="input" id="quick-title"
        maxlength="100" readonly=${!may} value=${title} onInput=${(e) => setTitle(e.target.value)}
        data-test="quick-title" /><${Wrong} failure=${form.failure} field="title" /></label>
      <label class="field" for="quick-text"><span>${t('quick.text')}<small class=${n > mostText ? 'late' : ''}>
        ${number(n)} / ${number(mostText)}</small></span><textarea class="input is-long" id="quick-text" rows="5"
        dir="auto" ref=${box} readonly=${!may} value=${text} aria-invalid=${n > mostText}
        onInput=${(e) => setText(e.target.value)} data-test="quick-text"></textarea>
        <${Wrong} failure=${form.failure} field="text" /></label>
      ${may && html`<div class="picks" role="group" aria-label=${t('quick.put')}>${known.map((name) => html`<button
        class="pick" type="button" key=${name} onClick=${() => put(name)} data-test=${`quick-put-${name}`}>
        ${variableName(name)}</button>`)}</div>
        <p class="hint">${t('quick.put.hint', { sample: `{{${t('quick.put.name')}}}` })}</p>`}
      <${Wrong} failure=${form.failure} field="" /></section>
    ${text.trim() && html`<section class="sec"><h3>${t('quick.preview')}</h3>
      <div class="quick-sample"><${Preview} text=${text.trim()} values=${sample()} /></div>
      ${asked(text).length > 0 && html`<p class="hint pt">${t('quick.asks', { names: asked(text).join(', ') })}</p>`}
      </section>`}
    ${ending && reply && html`<${Confirm} title=${t('quick.removeOf', { name: reply.title })}
      text=${t('quick.remove.hint')} act=${t('quick.remove')} onClose=${() => end(false)} onYes=${async () => {
        await api.removeQuickReply(reply.id, seen.revision);
        leaveSaved(close);
        await quickReplies.load();
      }} test="quick-removing" />`}<//>`;
}

const asked = (text) => variables(text).filter((name) => !known.includes(name));

/** What one may choose from; what it is now is always among it. */
function places(data, now) {
  const list = ['own', ...(data.keeps_teams ? teams.value.map((team) => `team:${team.id}`) : []),
    ...(data.keeps_all ? ['company'] : [])];
  return list.includes(now) ? list : [...list, now];
}

const placeWords = (/** @type {string} */ place) => {
  const of = visibilityOf(place);
  return 'team_id' in of ? t('quick.ofTeam', { name: teams.value.find((team) => team.id === of.team_id)?.name
    ?? of.team_id }) : t(`quick.whose.${of.visibility}`);
};

/** How it reads to a customer with a name, from the first number. */
function sample() {
  const n = numbers.value[0];
  return knownOf({ contact: t('quick.sample'), agent: me.value?.name ?? '', number: n?.name || n?.display || '',
    company: tenant.value ?? '' });
}
