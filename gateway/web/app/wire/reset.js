// The token of a link that sets a password, or of one that invites. It stands behind
// the # of the address, which no server is told, and leaves the address at once: the
// router writes its own.

import { signal } from '../../lib/signals.js';

/** @param {string} hash @param {'reset'|'invitation'} [kind] */
export const tokenIn = (hash, kind = 'reset') => new RegExp(`^#${kind}=([\\w-]{20,100})$`).exec(hash)?.[1] ?? '';

const hash = globalThis.location?.hash ?? '';
export const resetToken = signal(tokenIn(hash));
export const invitationToken = signal(tokenIn(hash, 'invitation'));
