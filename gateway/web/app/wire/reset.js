// The token of a link that sets a password. It stands behind the # of the address,
// which no server is told, and leaves the address at once: the router writes its own.

import { signal } from '../../lib/signals.js';

/** @param {string} hash */
export const tokenIn = (hash) => /^#reset=([\w-]{20,100})$/.exec(hash)?.[1] ?? '';

export const resetToken = signal(tokenIn(globalThis.location?.hash ?? ''));
