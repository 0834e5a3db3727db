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
// A decision without events is not fenced by an append, so it is answered only
// while the member's lease is valid.
package actors
