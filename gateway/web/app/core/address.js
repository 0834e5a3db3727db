// Whom a message goes to, as people write it. Pure. The server reads the same and has
// the last word (gateway/recipient).

const userId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+$/, userIdBegun = /^[A-Z]{1,2}$|^[A-Z]{2}\.[A-Za-z0-9.]*$/;
const between = /[\s+().\-/]/g, most = 15, least = 8; // digits, as E.164 has them

/**
 * A phone with its country, or a user id of WhatsApp.
 * @param {string} typed
 * @returns {{value: string, fault: ''|'missing'|'short'|'wrong'}} value: digits alone, or the id; '' where it is
 *   none: short may become one, wrong may not
 */
export function addressOf(typed) {
  const text = typed.trim(), of = (/** @type {'missing'|'short'|'wrong'} */ fault) => ({ value: '', fault });
  if (text === '') return of('missing');
  if (userId.test(text) && text.length <= 512) return { value: text, fault: '' };
  if (userIdBegun.test(text)) return of('short');
  const digits = text.replace(between, '');
  const never = /\D/.test(digits) || text.lastIndexOf('+') > 0 || digits.startsWith('0') || digits.length > most;
  if (never) return of('wrong');
  return digits.length < least ? of('short') : { value: digits, fault: '' };
}
