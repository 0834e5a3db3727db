// The language that the page speaks to the person: kept with the account, so that it is
// the same on every device, and in the browser for the login.

import { api, Failure } from './api.js';
import { heedFailure } from './connection.js';
import { dispatch, me, toast } from '../core/state.js';
import { readSetting, writeSetting } from '../storage.js';
import { explain } from '../text/failure.js';
import { adopt, speak } from '../text/i18n.js';

/** Speaks it at once; what cannot be kept is taken back. @param {string} tag '': that of the browser */
export async function chooseLanguage(tag) {
  const before = me.value?.interface_language ?? '', setting = readSetting('language');
  const mine = (/** @type {string} */ is) => me.value
    && dispatch({ t: 'session', session: 'in', me: { ...me.value, interface_language: is } });
  speak(tag);
  mine(tag);
  try {
    await api.changeMe({ interface_language: tag });
  } catch (err) {
    heedFailure(err);
    if (!(err instanceof Failure)) throw err;
    writeSetting('language', setting);
    adopt(before);
    mine(before);
    toast.value = { text: explain(err.problem) };
  }
}
