// The demo: where nothing is real nobody needs a password. Its server marks the
// page; no other has the routes that this calls.

import { api } from './api.js';
import { readSetting, writeSetting } from '../storage.js';

/** Whether this server lets anybody in. */
export const marked = globalThis.document?.querySelector('meta[name="prosa-demo"]') != null;

/** Whom the address asks for, read before the router tidies it. */
const wanted = new URLSearchParams(globalThis.location?.search ?? '').get('as') ?? '';
const out = 'out'; // in the place of an e-mail: somebody left on purpose

/** @typedef {import('../core/types.js').Demo} Demo */

/** Whether the address asks for somebody else. @param {{email?: string}} agent */
export const asksForAnother = (agent) => marked && wanted !== '' && wanted !== agent.email;

/**
 * Who comes in by himself: whom the address names, who was here last, or the
 * first. Null after somebody left on purpose: then the choice is shown.
 * @param {Demo} demo
 */
export function guest(demo) {
  const last = readSetting('demo');
  if (!wanted && last === out) return null;
  return demo.people?.find((p) => p.email === (wanted || last)) ?? demo.people?.[0] ?? null;
}

/** @param {string} email '' when he leaves */
export function remember(email) { if (marked) writeSetting('demo', email || out); }

/** Becomes somebody else, in this browser. @param {string} email @param {string} [to] the page to go on with */
export async function become(email, to = '/') {
  await api.demoLogin(email);
  remember(email);
  location.assign(to);
}

/** Names of one machine that browsers keep apart, their log-ins too. @type {Record<string, string>} */
const twins = { '127.0.0.1': 'localhost', localhost: '127.0.0.1' };

/** Where a second person can be logged in beside the first; '' where there is no such name. @param {string} email */
export function beside(email) {
  const host = twins[location.hostname];
  return host ? `${location.protocol}//${host}${location.port && `:${location.port}`}/?as=${encodeURIComponent(email)}`
    : '';
}
