// Refusals and failures in words. Codes of Meta: see its list of error codes for
// the Cloud API.

import { t } from './i18n.js';
import { net } from './state.js';

/** Meta's codes that a person can do something about. */
const codes = new Set([
  100, 190, 368, 470, 130429, 130472, 130497, 131000, 131008, 131009, 131021, 131026, 131030, 131031, 131042, 131045, 131047, 131048,
  131049, 131050, 131051, 131052, 131053, 131056, 131057, 132000, 132001, 132005, 132007, 132012, 132015, 132016,
]);

const givenUp = 'given up'; // the server's word for a person's decision

/** What a refusal means. @param {import('./types.js').Problem} problem */
export function explain(problem) {
  const owner = problem.owner?.name ?? '';
  switch (problem.code) {
    case 'unreachable': return t(net.value.phase === 'cut' ? 'no.offline' : 'no.unreachable'); // without a connection no server is to blame
    case 'not_owner': return owner ? t('no.owner', { owner }) : t('no.unclaimed');
    case 'already_owned': return t('no.late', { owner: owner || t('somebody') });
    case 'unclaimed': case 'epoch': case 'stale': case 'window_closed': case 'too_many_open': case 'too_many_attempts': case 'forbidden':
    case 'bad_login': case 'no_session': case 'unavailable': case 'unknown_outcome': case 'not_found': case 'too_large':
      return t(`no.${problem.code}`);
    case 'seat_closed': case 'not_in_team': return t('no.gone');
    case 'no_template': return t('no.template', { detail: problem.detail ?? '' });
    case 'bad_content': case 'bad_request': return t('no.content', { detail: problem.detail ?? '' });
  }
  return t('no.internal');
}

/** Why a message was not sent. @param {import('./types.js').Status} status */
export function reason(status) {
  const code = status.error_code ?? 0;
  if (code === 0 && status.error_text === givenUp) return t('meta.givenUp');
  const words = codes.has(code) ? t(`meta.${group(code)}`) : status.error_text || t('meta.unknown');
  return code ? `${words} (${code})` : words;
}

/** Codes that mean the same to a person. */
function group(code) {
  switch (code) {
    case 470: case 131047: return 'window';
    case 190: case 131045: case 131031: case 368: case 131042: return 'number';
    case 130429: case 131048: case 131056: return 'pace';
    case 131026: case 131021: case 131030: case 130497: return 'unreachable';
    case 131049: case 130472: return 'marketing';
    case 131050: return 'stopped';
    case 131052: case 131053: return 'media';
    case 131051: return 'kind';
    case 132000: case 132012: case 131008: case 131009: case 100: return 'parameters';
    case 132001: return 'template';
    case 132005: case 132007: case 132015: case 132016: return 'paused';
  }
  return 'meta';
}

/** Whether sending the same again could help. @param {import('./types.js').Status} status */
export function worthRetrying(status) {
  const code = status.error_code ?? 0;
  return ['pace', 'meta', 'number'].includes(group(code)) || code === 0;
}
