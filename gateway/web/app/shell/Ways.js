// The ways in by companies' providers, for the address that somebody writes.

import { api } from '../wire/api.js';
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../text/i18n.js';
import { beginAt, company, halfSignIn } from '../wire/ways.js';
import { SecondStep } from './SecondStep.js';

/** @typedef {import('../core/api_types.js').ProviderWay} Way */

/** @returns {{ways: Way[], ask: (email: string) => void}} ask again when the address is another */
export function useWays() {
  const [ways, set] = useState(/** @type {Way[]} */ ([])), asked = useRef('');
  // a password is left where nothing is answered
  const find = (question) => api.signInWays(question).then((answer) => set(answer.ways), () => {});
  useEffect(() => { if (company) void find({ company }); }, []);
  const ask = (email) => {
    const domain = email.split('@')[1]?.trim().toLowerCase() ?? '';
    if (!domain || domain === asked.current) return;
    asked.current = domain;
    void find({ email });
  };
  return { ways, ask };
}

/** @param {{ways: Way[]}} props */
export const Ways = ({ ways }) => html`<div class="door-ways" role="status">
  ${ways.map((way) => html`<a class="btn" key=${way.company} href=${beginAt(way.company)} data-test="way">
    <span class="cut"><bdi>${way.label}</bdi>${ways.length > 1 && html` · <bdi>${way.company_name}</bdi>`}</span>
      </a>`)}</div>`;

/** The second step of who comes back from a provider. */
export function Half() {
  const over = () => { halfSignIn.value = null; };
  return html`<${SecondStep} step=${halfSignIn.value} onIn=${() => location.assign('/')} onBack=${over} />`;
}

const known = ['over', 'down', 'refused', 'invalid', 'email', 'unverified', 'domain', 'account', 'disabled', 'another',
  'suspended', 'full', 'stale', 'person'];

/** Why a sign-in by a provider did not go on. @param {string} reason */
export const failedWords = (reason) => (reason
  ? t(known.includes(reason) ? `signin.failed.${reason}` : 'no.internal') : '');
