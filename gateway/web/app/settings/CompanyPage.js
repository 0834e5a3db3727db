// One's own company: its name, and what it has of what whoever runs the installation
// lets it have.

import { html, useState } from '../html.js';
import { api } from '../wire/api.js';
import { t } from '../text/i18n.js';
import { useUnsaved } from '../shell/unsaved.js';
import { say } from '../do/actions.js';
import { useSending } from './form.js';
import { Page, Wrong } from './Page.js';
import { resource, useFresh } from './resource.js';

const company = resource(() => api.company());

export function CompanyPage() {
  useFresh(company);
  const { data } = company.now.value;
  return html`<${Page} title=${t('settings.company')} of=${company} test="company-page" facts=${data?.name}>
    <div class="split2"><div tabindex="0">${data && html`<${NameForm} name=${data.name} />`}
      <${UseTable} ...${data} /></div></div><//>`;
}

/** @param {{name: string}} props as it is */
function NameForm({ name }) {
  const [text, write] = useState(name), form = useSending(), [seen, see] = useState(name);
  if (name !== seen) { see(name); if (text.trim() === seen) write(name); } // another's, where nothing was typed
  useUnsaved(text.trim() !== seen);
  const submit = (e) => {
    e.preventDefault();
    void form.send(async () => {
      const now = await api.renameCompany(text.trim());
      await company.load();
      say(t('company.saved', { name: now.name }));
    });
  };
  return html`<form class="padc company" onSubmit=${submit}>
    <label class="fld-label" for="company-name">${t('company.name')}
    </label><input class="input" id="company-name" maxlength="100" value=${text} onInput=${(e) => write(e.target.value)}
      data-test="company-name" /><${Wrong} failure=${form.failure} field="name" />
    <${Wrong} failure=${form.failure} field="" />
    <div class="ends"><button class="btn btn-main" type="submit" disabled=${!text.trim() || text.trim() === name
      || form.busy} data-test="company-save">${t('save')}</button></div></form>`;
}

/** @param {{limits?: Record<string, number>, use?: Record<string, number>}} props */
function UseTable({ limits = {}, use = {} }) {
  const number = (n) => new Intl.NumberFormat(document.documentElement.lang || 'en').format(n);
  return html`<table class="tbl is-2 is-stack" aria-label=${t('company.use')}><colgroup><col /><col class="c-168" />
    <col class="c-168" /></colgroup>
    <thead><tr><th scope="col" class="l">${t('company.what')}</th><th scope="col">${t('company.used')}</th>
      <th scope="col">${t('company.most')}</th></tr></thead>
    <tbody>${['numbers', 'seats', 'monthly_messages'].map((what) => {
      const most = limits[what], full = most !== undefined && use[what] >= most;
      return html`<tr key=${what} data-test=${`use-${what}`}><td class="l cut">${t(`company.${what}`)}</td>
        <td>${number(use[what] ?? 0)} ${full && html`<small class="late">${t('company.full')}</small>`}</td>
        <td>${most === undefined ? html`<span class="quiet">${t('company.none')}</span>` : number(most)}</td></tr>`; })}
    </tbody></table><p class="padc quiet">${t('company.hint')}</p>`;
}
