// A form that is sent: once at a time, with what the server says about it.

import { Failure } from '../wire/api.js';
import { heedFailure } from '../wire/connection.js';
import { useState } from '../html.js';

/**
 * @returns {{busy: boolean, failure: Failure|null, send: (what: () => Promise<void>) => Promise<void>,
 *   forget: () => void}}
 */
export function useSending() {
  const [state, set] = useState({ busy: false, failure: /** @type {Failure|null} */ (null) });
  return {
    ...state,
    forget: () => set({ busy: false, failure: null }),
    async send(what) {
      if (state.busy) return;
      set({ busy: true, failure: null });
      try {
        await what();
        set({ busy: false, failure: null });
      } catch (err) {
        heedFailure(err);
        if (!(err instanceof Failure)) throw err;
        set({ busy: false, failure: err });
      }
    },
  };
}
