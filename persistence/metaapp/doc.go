// Package metaapp keeps the Meta apps of an installation beside the one of its
// configuration: each has a callback address, an app secret that signs its webhooks
// and a verify token for Meta's handshake, and belongs to one tenant or to the whole
// installation.
//
// A secret or token that is replaced stays good for [Grace] beside the new one, or
// until somebody drops it: the two are changed here and at Meta one after the other,
// and nothing in between may be refused.
//
// Gateways do not ask the database for each webhook: [Known] is what a process knows
// of all apps, read every two seconds. What was revoked or rotated elsewhere holds here
// within that time, and a process that has not read for [Trust] says so rather than
// trust a secret that may have been revoked.
package metaapp
