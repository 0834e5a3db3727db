// The REST API. Every answer is parsed JSON; what was refused throws a Failure.

/** @typedef {import('../core/types.js').Problem} Problem */

export class Failure extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** The server cannot be reached. @returns {Problem} */
const unreachable = () => ({ code: 'unreachable', title: '', status: 0 });

const patience = 20_000; // milliseconds; the server gives up sooner, so that no answer means no server

let csrf = '';
/** @param {string} token */
export function setCSRF(token) { csrf = token; }
export const getCSRF = () => csrf;

const ofMeta = 50_000; // where the server asks Meta, several times

/**
 * @param {string} method @param {string} path @param {any} [body] @param {AbortSignal} [signal] @param {number} [wait]
 */
async function call(method, path, body, signal, wait = patience) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(wait)]) : AbortSignal.timeout(wait),
    });
  } catch (err) {
    if (err.name === 'AbortError') throw err;
    throw new Failure(unreachable());
  }
  if (answer.status === 204) return null;
  const value = await answer.json().catch(() => null);
  if (answer.ok && value !== null) return value;
  throw new Failure(value?.code ? value : { code: 'internal', title: answer.statusText, status: answer.status });
}

/** @param {Record<string, string|number|string[]|undefined>} of */
const query = (of) => {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(of)) {
    if (Array.isArray(value)) for (const one of value) q.append(key, one);
    else if (value !== undefined && value !== '' && value !== 0) q.set(key, String(value));
  }
  return q.size ? `?${q}` : '';
};

const conversation = (id) => `/conversations/${encodeURIComponent(id)}`;

const person = (/** @type {string} */ id) => `/agents/${encodeURIComponent(id)}`;

const metaApp = (/** @type {string} */ id) => `/apps/${encodeURIComponent(id)}`;

const quickReply = (/** @type {string} */ id) => `/quick_replies/${encodeURIComponent(id)}`;

export const api = {
  me: () => call('GET', '/me'),
  login: (email, password) => call('POST', '/login', { email, password }),
  /** Only where nothing is real, as the next. @returns {Promise<import('../core/types.js').Demo>} */
  demo: () => call('GET', '/demo'),
  demoLogin: (email) => call('POST', '/demo/login', { email }),
  /** @param {string} token */
  resetLink: (token) => call('POST', '/password/link', { token }),
  /** @param {{name?: string, languages?: string[], time_zone?: string, interface_language?: string}} change */
  changeMe: (change) => call('PATCH', '/me', change),
  /** @param {string} current @param {string} password */
  changePassword: (current, password) => call('POST', '/me/password', { current, password }),
  /** @param {string} token @param {string} code */
  loginCode: (token, code) => call('POST', '/login/code', { token, code }),
  /** @param {string} token */
  enrolFirst: (token) => call('POST', '/login/enrol', { token }),
  /** @param {string} token @param {string} code */
  confirmFirst: (token, code) => call('POST', '/login/enrol/confirm', { token, code }),
  factor: () => call('GET', '/me/factor'),
  /** @param {{password: string, code?: string}} proof */
  enrol: (proof) => call('POST', '/me/factor', proof),
  /** @param {string} code */
  confirmFactor: (code) => call('POST', '/me/factor/confirm', { code }),
  /** @param {{password: string, code?: string}} proof */
  recoveryCodes: (proof) => call('POST', '/me/factor/recovery', proof),
  /** @param {{password: string, code?: string}} proof */
  factorOff: (proof) => call('POST', '/me/factor/off', proof),
  /** @param {string} id */
  removeFactor: (id) => call('DELETE', `${person(id)}/factor`),
  /** @param {{email?: string, company?: string}} of */
  signInWays: (of) => call('POST', '/login/providers', of),
  provider: () => call('GET', '/settings/provider'),
  /** @param {number} seen @param {string} secret '' leaves it @param {any} settings */
  setProvider: (seen, secret, settings) => call('PUT', '/settings/provider',
    { seen_revision: seen, client_secret: secret, settings }),
  /** @param {number} seen */
  removeProvider: (seen) => call('DELETE', `/settings/provider?seen_revision=${seen}`),
  /** @param {string} issuer */
  testProvider: (issuer) => call('POST', '/settings/provider/test', { issuer }),
  /** @param {string} domain */
  proveDomain: (domain) => call('POST', '/settings/provider/prove', { domain }),
  /** @param {string} id */
  unlinkIdentity: (id) => call('DELETE', `${person(id)}/identity`),
  signInPolicy: () => call('GET', '/settings/signin'),
  /** @param {number} seen the version that was read @param {string} factor */
  setSignInPolicy: (seen, factor) => call('PUT', '/settings/signin', { seen_version: seen, settings: { factor } }),
  logoutAll: () => call('POST', '/me/logout_all'),
  mySessions: () => call('GET', '/me/sessions'),
  /** @param {string} session */
  endMySession: (session) => call('DELETE', `/me/sessions/${encodeURIComponent(session)}`),
  /** @param {string} token @param {string} password */
  resetPassword: (token, password) => call('POST', '/password/reset', { token, password }),
  logout: () => call('POST', '/logout'),
  /** @param {string} id */
  scheduled: (id) => call('GET', `${conversation(id)}/scheduled`),
  counts: () => call('GET', '/counts'),
  /** @returns {Promise<import('../core/api_types.js').UnconfirmedSends>} */
  unconfirmed: () => call('GET', '/unconfirmed'),
  agents: () => call('GET', '/agents'),
  numbers: () => call('GET', '/numbers'),
  /** @returns {Promise<import('../core/api_types.js').Fleet>} */
  fleet: () => call('GET', '/fleet'),
  /** @param {string} id @returns {Promise<import('../core/api_types.js').NumberHistory>} */
  numberHistory: (id) => call('GET', `/numbers/${encodeURIComponent(id)}/history`),
  /** @param {string[]} numbers @returns {Promise<import('../core/api_types.js').Touched>} */
  touched: (numbers) => call('GET', `/fleet/touched${query({ numbers: numbers.join(',') })}`),
  /** @param {string[]} numbers */
  fleetExportURL: (numbers) => `/api/v1/fleet/export${query({ numbers: numbers.join(',') })}`,
  /** @param {{numbers: string[], team_id?: string, language?: string}} of */
  changeNumbers: (of) => call('POST', '/fleet/change', of),
  /**
   * @param {{numbers: string[], all: boolean, rate?: number, reason: string, until?: string}} of
   * @returns {Promise<{job: number}>}
   */
  pauseNumbers: (of) => call('POST', '/fleet/pause', of),
  /** @param {string[]} numbers @returns {Promise<{job: number}>} */
  resumeNumbers: (numbers) => call('POST', '/fleet/resume', { numbers }),
  /** @param {string} id @param {Record<string, any>} change */
  changeNumber: (id, change) => call('PATCH', `/numbers/${encodeURIComponent(id)}`, change),
  /** @param {string} number @param {string} [q] */
  templates: (number, q) => call('GET',
    `/numbers/${encodeURIComponent(number)}/templates${query({ status: 'approved', q })}`),
  teams: () => call('GET', '/teams'),
  /**
   * @param {{view: string, q?: string, sort?: string, cursor?: string, limit?: number, number?: string[], turn?:
   *   string, owner?: string, window?: string, unread?: string}} of
   * @param {AbortSignal} [signal]
   */
  list: (of, signal) => call('GET', `/conversations${query(of)}`, undefined, signal),
  /** @param {import('../core/api_types.js').FirstBody} of @returns {Promise<import('../core/api_types.js').First>} */
  writeFirst: (of) => call('POST', '/conversations', of),
  conversation: (id) => call('GET', conversation(id)),
  details: (id) => call('GET', `${conversation(id)}/details`),
  /** @param {{q: string, limit?: number, cursor?: string}} of @param {AbortSignal} [signal] */
  search: (of, signal) => call('GET', `/search${query(of)}`, undefined, signal),
  /** @param {string} id @param {{before?: number, after?: number, around?: number, limit?: number}} of */
  messages: (id, of) => call('GET', `${conversation(id)}/messages${query(of)}`),
  /** Where the file of a message is. @param {string} id @param {string} message */
  mediaURL: (id, message) => `/api/v1${conversation(id)}/media/${encodeURIComponent(message)}`,
  /** @param {string} upload @param {boolean} [small] the small picture of it */
  uploadURL: (upload, small) => `/api/v1/uploads/${encodeURIComponent(upload)}${small ? '?thumb=1' : ''}`,
  /** @param {string} upload */
  removeUpload: (upload) => call('DELETE', `/uploads/${encodeURIComponent(upload)}`),
  /** @param {boolean} [disabled] those who were shut out too */
  people: (disabled = true) => call('GET', `/agents${query({ disabled: disabled ? 'true' : '' })}`),
  invitations: () => call('GET', '/invitations'),
  /** @param {{emails: string[], role: string, teams: string[]}} of */
  invite: (of) => call('POST', '/invitations', of),
  /** @param {string} id */
  renewInvitation: (id) => call('POST', `/invitations/${encodeURIComponent(id)}/renew`),
  /** @param {string} id */
  withdrawInvitation: (id) => call('DELETE', `/invitations/${encodeURIComponent(id)}`),
  /** @param {string} token */
  invitationLink: (token) => call('POST', '/invitation/link', { token }),
  /** @param {{token: string, email?: string, name: string, password: string}} of */
  join: (of) => call('POST', '/invitation', of),
  /** @param {string} id */
  sessions: (id) => call('GET', `${person(id)}/sessions`),
  /** @param {string} id @param {string} session */
  endSession: (id, session) => call('DELETE', `${person(id)}/sessions/${encodeURIComponent(session)}`),
  /** @param {string} id @param {{name?: string, role?: string, teams?: string[], capacity?: number,
   *   revision?: number, skills?: string[], languages?: string[], time_zone?: string,
   *   interface_language?: string}} change */
  changePerson: (id, change) => call('PATCH', person(id), change),
  /** @param {string} id */
  handOver: (id) => call('GET', `${person(id)}/handover`),
  /** @param {string} id @param {{agent_id?: string, team_id?: string, split?: {agent_id: string, most: number}[]}} to
   *   who gets the conversations */
  disablePerson: (id, to) => call('POST', `${person(id)}/disable`, to),
  /** @param {string} id */
  enablePerson: (id) => call('POST', `${person(id)}/enable`),
  /** @param {string} id */
  logoutPerson: (id) => call('POST', `${person(id)}/logout`),
  /** @param {string} id */
  resetPerson: (id) => call('POST', `${person(id)}/reset`),
  /** @param {{id: string, name: string, revision?: number}} team */
  putTeam: (team) => call('POST', '/teams', team),
  /** @param {string} id @param {{add: string[], remove: string[]}} members */
  setTeamMembers: (id, members) => call('POST', `/teams/${encodeURIComponent(id)}/members`, members),
  /** @param {string} id @param {string[]} numbers */
  setTeamNumbers: (id, numbers) => call('POST', `/teams/${encodeURIComponent(id)}/numbers`, { numbers }),
  /** @param {string} id @param {string} into */
  mergeTeam: (id, into) => call('POST', `/teams/${encodeURIComponent(id)}/merge`, { into }),
  /** @param {string} id @param {string} into */
  removeTeam: (id, into) => call('POST', `/teams/${encodeURIComponent(id)}/remove`, { into }),
  jobs: () => call('GET', '/jobs'),
  /** @param {number} id @param {string} [after] */
  job: (id, after) => call('GET', `/jobs/${id}${query({ after })}`),
  /** @param {string} id @param {string} token */
  replaceToken: (id, token) => call('PUT', `/numbers/${encodeURIComponent(id)}/token`, { token }, undefined, ofMeta),
  /** @returns {Promise<import('../core/api_types.js').Connection>} */
  connection: () => call('GET', '/connection'),
  /** @param {{token: string, account_id: string, app_id: string}} of */
  connectAccount: (of) => call('POST', '/connection/account', of, undefined, ofMeta),
  /** @param {{id: string}} of */
  connectWhich: (of) => call('POST', '/connection/number', of, undefined, ofMeta),
  /** @param {{method: string, language: string}} of */
  connectCode: (of) => call('POST', '/connection/code', of, undefined, ofMeta),
  /** @param {{code: string}} of */
  connectVerify: (of) => call('POST', '/connection/verify', of, undefined, ofMeta),
  /** @param {{pin: string}} of */
  connectActivate: (of) => call('POST', '/connection/activate', of, undefined, ofMeta),
  /** @param {{name: string, team_id: string, language: string}} of */
  connectFinish: (of) => call('POST', '/connection/finish', of, undefined, ofMeta),
  notices: () => call('GET', '/notices'),
  /** @param {string} url '' takes it away */
  setNoticeWebhook: (url) => call('PUT', '/notices/webhook', { url }),
  /** @param {string} channel mail or webhook */
  testNotice: (channel) => call('POST', '/notices/test', { channel }),
  /** The newest version of a document. @param {string} kind */
  settings: (kind) => call('GET', `/settings/${kind}`),
  /** @param {string} kind @param {{before?: number, limit?: number}} of */
  settingsHistory: (kind, of) => call('GET', `/settings/${kind}/history${query(of)}`),
  /** @param {string} kind @param {{seen_version: number, settings: any, note?: string}} of */
  publish: (kind, of) => call('PUT', `/settings/${kind}`, of),
  company: () => call('GET', '/tenant'),
  /** @param {string} name */
  renameCompany: (name) => call('PATCH', '/tenant', { name }),
  keys: () => call('GET', '/keys'),
  /** @param {Record<string, any>} of as the API's body */
  makeKey: (of) => call('POST', '/keys', of),
  /** @param {string} id */
  revokeKey: (id) => call('DELETE', `/keys/${encodeURIComponent(id)}`),
  /** @returns {Promise<import('../core/api_types.js').QuickReplies>} */
  quickReplies: () => call('GET', '/quick_replies'),
  /** @param {Record<string, any>} of @returns {Promise<import('../core/api_types.js').QuickReply>} */
  makeQuickReply: (of) => call('POST', '/quick_replies', of),
  /**
   * @param {string} id @param {Record<string, any>} of
   * @returns {Promise<import('../core/api_types.js').QuickReply>}
   */
  changeQuickReply: (id, of) => call('PATCH', quickReply(id), of),
  /** @param {string} id @param {number} revision */
  removeQuickReply: (id, revision) => call('DELETE', `${quickReply(id)}${query({ revision })}`),
  /** @param {string} id */
  useQuickReply: (id) => call('POST', `${quickReply(id)}/used`),
  apps: () => call('GET', '/apps'),
  /** @param {{name: string, secret: string}} of */
  makeApp: (of) => call('POST', '/apps', of),
  /** @param {string} id @param {string} name */
  renameApp: (id, name) => call('PATCH', metaApp(id), { name }),
  /** @param {string} id */
  removeApp: (id) => call('DELETE', metaApp(id)),
  /** @param {string} id @param {string} secret */
  rotateAppSecret: (id, secret) => call('POST', `${metaApp(id)}/secret`, { secret }),
  /** @param {string} id */
  dropAppSecret: (id) => call('DELETE', `${metaApp(id)}/secret/previous`),
  /** @param {string} id */
  rotateAppToken: (id) => call('POST', `${metaApp(id)}/verify_token`),
  /** @param {string} id */
  dropAppToken: (id) => call('DELETE', `${metaApp(id)}/verify_token/previous`),
  /** @param {Record<string, string|number>} of */
  audit: (of) => call('GET', `/audit${query(of)}`),
  /** @param {Record<string, string|number>} of */
  auditExportURL: (of) => `/api/v1/audit/export${query(of)}`,
  mediaAgain: (id, message) => call('POST', `${conversation(id)}/media/${encodeURIComponent(message)}/again`),
};
