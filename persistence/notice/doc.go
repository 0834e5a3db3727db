// Package notice keeps what administrators are told without asking: that a token died,
// a number is restricted, webhooks are silent, a queue ages. And it keeps what of it is
// on its way to them, by mail or to a program of theirs.
//
// A notice is a state, not an event: it begins when a look finds it, and ends by itself
// when a look finds it no more. One kind has at most one open notice for an object, so
// that members who look at the same time tell of it once. Its deliveries are written in
// the transaction that it begins in: none is lost, and none tells of what did not begin.
//
// Deliveries are sealed at rest, for an invitation's holds a link that lets somebody in.
// They are tried until a receiver takes them or a day has gone, at least once: a receiver
// knows a repeated one by its id.
package notice
