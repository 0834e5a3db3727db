import { initials } from '../text/format.js';
import { html, useEffect } from '../html.js';
import { t } from '../text/i18n.js';
import { follow, go, goSettings, href, settings, settingsHref, mySettings } from './router.js';
import { administers, demo, dialog, me } from '../core/state.js';
import { notices } from '../settings/notices_state.js';
import { isDark, toggleTheme } from './theme.js';
import { Icon, Logo } from './primitives.js';
import { DemoMark } from './DemoPeople.js';

/** The narrow column at the left: where one is, and what is always at hand. */
export function Rail() {
  const dark = isDark.value, phones = demo.value?.phones, [page] = mySettings.value;
  const told = useNotices();
  return html`<nav class="rail" aria-label=${t('rail')}>
    <${Logo} cls="rail-logo" /><${DemoMark} cls="" />
    <a href=${href({})} title=${t('inbox')} aria-current=${settings.value ? undefined : 'page'}
      onClick=${(e) => { follow(e, () => go({})); }} data-test="rail-inbox"><${Icon} name="inbox" />
        <span class="sr">${t('inbox')}</span></a>
    ${page
      && html`<a href=${settingsHref(page)} title=${`${t('settings')}  G ,`}
        aria-current=${settings.value ? 'page' : undefined}
          onClick=${(e) => { follow(e, () => goSettings(page)); }} data-test="rail-settings">
        <${Icon} name="gear" /><span class="sr">${t('settings')}</span></a>`}
    ${told > 0 && html`<a href=${settingsHref('notices')} title=${t('notices.facts', { n: told })}
      onClick=${(e) => { follow(e, () => goSettings('notices')); }} data-test="rail-notices">
      <${Icon} name="alert" /><span class="rail-n" aria-hidden="true">${told}</span>
      <span class="sr">${t('notices.facts', { n: told })}</span></a>`}
    ${phones
      && html`<a href=${phones} target="_blank" rel="noreferrer" title=${t('phones')} data-test="phones">
        <${Icon} name="phone" /><span class="sr">${t('phones')}</span></a>`}
    <span class="rail-gap"></span>
    <button type="button" title=${`${t('keys.title')}  ?`} onClick=${() => { dialog.value = { name: 'keys' }; }}
      data-test="open-keys">
      <${Icon} name="keys" /><span class="sr">${t('keys.title')}</span></button>
    <button type="button" title=${t('theme.toggle')} onClick=${toggleTheme} data-test="theme">
      <${Icon} name=${dark ? 'sun' : 'moon'} /><span class="sr">${t('theme.toggle')}</span></button>
    <button type="button" class="me" title=${me.value?.name} onClick=${() => { dialog.value = { name: 'account' }; }}
      data-test="account">
      <span class="av av-24 av-me" aria-hidden="true">${initials(me.value?.name ?? '')}</span>
        <span class="sr">${t('account.of', { name: me.value?.name })}</span></button>
  </nav>`;
}

const every = 60_000; // milliseconds

/** How many notices are open, for those who administer. @returns {number} */
function useNotices() {
  const mine = administers.value;
  useEffect(() => {
    if (!mine) return undefined;
    void notices.load();
    const timer = setInterval(() => { if (!document.hidden) void notices.load(); }, every);
    return () => clearInterval(timer);
  }, [mine]);
  return mine ? notices.now.value.data?.list.open ?? 0 : 0;
}
