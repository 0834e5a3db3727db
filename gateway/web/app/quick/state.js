// The quick replies that one may use, for the settings and for the field that one
// writes in.

import { api, Failure } from '../wire/api.js';
import { teamOf, me } from '../core/state.js';
import { t } from '../text/i18n.js';
import { resource } from '../settings/resource.js';

/** @typedef {import('./replies.js').Reply} Reply */

/** Read again when another person signs in: what was read for whom stands beside it. */
export const quickReplies = resource(async () => {
  const who = me.value?.id ?? '';
  return { who, ...await api.quickReplies() };
}, ['quick_reply', 'team', 'person']);

/** What was read for whoever is signed in; null: nothing yet. */
export function myReplies() {
  const { data } = quickReplies.now.value;
  return data && data.who === me.value?.id ? data : null;
}

/** Whose a reply is, in words. @param {Reply} r */
export const whose = (r) => (r.visibility === 'team' ? teamOf(r.team_id ?? '')?.name ?? t('quick.team')
  : t(`quick.whose.${r.visibility}`));

/** Counts that one was inserted; that it could not be counted matters to nobody. @param {Reply} r */
export function countUse(r) {
  const { data } = quickReplies.now.value;
  if (data) {
    quickReplies.now.value = { ...quickReplies.now.value,
      data: { ...data, replies: data.replies.map((x) => (x.id === r.id ? { ...x, used: x.used + 1 } : x)) } };
  }
  api.useQuickReply(r.id).catch((err) => { if (!(err instanceof Failure)) throw err; });
}
