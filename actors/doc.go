// Package actors holds the grains: thin shells around the pure machines.
//
// # The life of a grain
//
// A grain always exists; an activation of it is in memory only while it works.
// The first message loads the state. Each command then goes the same way, in
// this order and no other:
//
//	decide ─▶ evolve ─▶ append everything in one transaction ─▶ answer ─▶ publish
//
// Nothing is answered, published, armed or cached before the append committed.
// The append names the version that was decided on. Two activations of one grain
// may exist for a moment, after a freeze or a lost member; they cannot both win.
//
// # Failure
//
// An append that is refused or fails leaves the state in memory wrong, so it is
// thrown away: never undone. What follows depends on the error.
//
//	conflict   another activation was faster: load, decide again
//	duplicate  the message is stored already: answer "already"
//	refused    the database will never take it: the caller gets an error
//	unknown    load, decide again once; commands decided twice decide nothing
//	           the second time. Then the caller is told that nobody knows.
//
// What a decision needs beyond the state is named by the machine (Needs…), loaded
// before and given as Facts, all that it named: a fact that the store does not have is
// nil, and the machine judges what that means. A message to an open conversation needs
// none. The seat of whom a decision makes an owner goes with the append, which holds
// it; see persistence.
//
// The place of a message in its thread (place_ms) is decided by the machine and
// written with the message; the shell adds nothing to it, so that replaying a
// journal, the feed and the store agree.
//
// A decision without events is not fenced by an append, so it is answered only
// while the member's lease is valid.
package actors
