// Refusals and failures in the reader's words. Codes of Meta: see its list of
// error codes for the Cloud API.

import { t } from './i18n.js';
import { net } from '../core/state.js';

/** Rules that a person can break, by the server's names for them: each has words in every language. */
const reasons = new Set([
  'empty', 'too_long', 'kind', 'value_missing', 'value_lines', 'value_link', 'value_spaces', 'template_long',
  'header_long', 'template_parts',
  'unknown', 'never_read', 'unreadable', 'paused', 'not_approved',
  'field_missing', 'field_long', 'field_many', 'field_twice', 'field_value', 'field_surplus',
  'no_message', 'no_reaction', 'too_old', 'too_large', 'pixels', 'file_type', 'coding',
  'no_file', 'no_voice',
]);

const givenUp = 'given up'; // the server's word for a person's decision

/**
 * What a refusal means, and that the text which it was about is not lost.
 * @param {import('../core/types.js').Problem} problem
 */
export const explainKept = (problem) => (keeps.includes(problem.code) ? `${explain(problem)} ${t('no.kept')}`
  : explain(problem));

/** What is said of these need not be about a text. */
const keeps = ['not_owner', 'already_owned', 'unclaimed', 'epoch', 'window_closed'];

/** What a refusal means. @param {import('../core/types.js').Problem} problem */
export function explain(problem) {
  const owner = problem.owner?.name ?? '';
  switch (problem.code) {
    // without a connection no server is to blame
    case 'unreachable': return t(net.value.phase === 'cut' ? 'no.offline' : 'no.unreachable');
    case 'not_owner': return owner ? t('no.owner', { owner }) : t('no.unclaimed');
    case 'already_owned': return t('no.late', { owner: owner || t('somebody') });
    case 'unclaimed': case 'epoch': case 'stale': case 'window_closed':
    case 'too_many_open': case 'too_many_attempts': case 'forbidden':
    case 'provider_only':
    case 'bad_login': case 'no_session': case 'unavailable': case 'unknown_outcome': case 'not_found': case 'too_large':
      return t(`no.${problem.code}`);
    case 'paused_already': return t('no.paused_already');
    case 'month_spent': return t('no.month_spent');
    case 'tenant_suspended': return t('no.tenant_suspended', { reason: problem.detail ?? '' });
    case 'seat_closed': case 'not_in_team': case 'not_for_number': return t('no.gone');
    case 'no_template': case 'bad_content': case 'bad_request':
      return t(reasons.has(problem.reason ?? '') ? `no.rule.${problem.reason}`
        : problem.code === 'no_template' ? 'no.template' : 'no.content');
  }
  return t('no.internal');
}

/**
 * Why a message was not sent. Meta's own words are English, and stay where the whole status is read.
 * @param {import('../core/types.js').Status} status
 */
export function reason(status) {
  const code = status.error_code ?? 0;
  if (code === 0) return t(status.error_text === givenUp ? 'meta.givenUp' : 'meta.unknown');
  return `${t(`meta.${group(code)}`)} (${code})`;
}

/** Meta's codes by what they mean to a person: as gateway/cloudapi/codes has them, which a test sees to. */
const groups = {
  window: [470, 131047],
  token: [0, 3, 10, 104, 190, 2500, 131005],
  number: [33, 368, 131031, 131037, 131042, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015,
    133016, 134011, 136024, 136025, 2388012, 2388091, 2388093, 2388103],
  pace: [4, 80007, 130429, 131056],
  restricted: [131048, 131064],
  unreachable: [131021, 131026, 131030, 130497],
  blocked: [130403],
  phone: [131062],
  identity: [137000],
  marketing: [131049, 130472],
  stopped: [131050],
  media: [131052, 131053],
  kind: [131051, 131060, 131020, 131041, 131059],
  parameters: [100, 131008, 131009, 132000, 132005, 132008, 132012, 132018],
  template: [132001],
  paused: [132007, 132015, 132016, 132068, 132069, 131055, 131063, 134100, 134101, 134102, 2388019, 2388024, 2388039,
    2388040, 2388047, 2388072, 2388073, 2388293, 2388299],
  meta: [1, 2, 130000, 131000, 131016, 131057, 133004, 135000, 2494100],
};
const byCode = new Map(Object.entries(groups).flatMap(([name, list]) => list.map((code) => [code, name])));

/** Codes that mean the same to a person. @param {number} code */
export function group(code) {
  if (code >= 200 && code <= 299) return 'token';
  return byCode.get(code) ?? (code >= 131201 && code <= 131215 ? 'kind' : 'unknown');
}

/** Whether sending the same again could help. @param {import('../core/types.js').Status} status */
export function worthRetrying(status) {
  const code = status.error_code ?? 0;
  return ['pace', 'meta', 'token', 'number'].includes(group(code)) || code === 0;
}
