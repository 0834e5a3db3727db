// Signing in by a company's provider: which there are, and what the address says of a
// sign-in that comes back from one. What stands behind its # leaves it at once: the
// router writes its own.

import { signal } from '../../lib/signals.js';

const said = globalThis.location?.hash ?? '';

/** @param {string} hash @returns {import('../core/api_types.js').SignInStep|null} the step that follows */
export function stepIn(hash) {
  const found = /^#signin=(code|enrol)\.([\w-]{20,100})$/.exec(hash);
  return found ? { next: /** @type {'code'|'enrol'} */ (found[1]), token: found[2], expires_at: '' } : null;
}

/** Why a sign-in by a provider did not go on. @param {string} hash */
export const reasonIn = (hash) => /^#signin_failed=([a-z]{2,20})$/.exec(hash)?.[1] ?? '';

/** @param {string} search */
export const companyIn = (search) => (new URLSearchParams(search).get('company') ?? '').slice(0, 100);

export const halfSignIn = signal(stepIn(said));
export const providerFailed = signal(reasonIn(said));
export const company = companyIn(globalThis.location?.search ?? '');

/** Where a browser begins. @param {string} of the company */
export const beginAt = (of) => `/api/v1/login/provider/${encodeURIComponent(of)}`;

/** Where whoever is signed in proves anew who he is. @param {string} of the company */
export const proveAt = (of) => `${beginAt(of)}?fresh=true`;
