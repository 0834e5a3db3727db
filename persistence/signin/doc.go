// Package signin keeps the steps of a sign-in between the first, by which somebody
// proved who he is, and the session: a second factor by TOTP (RFC 6238: SHA-1, 30
// seconds, six digits), recovery codes, and the half of a sign-in that waits for one.
//
// All that judges a code holds the row of the account, so that of two that come with
// the same code one is let in.
package signin
