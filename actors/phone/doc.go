// Package phone is the pure machine of one business number: what an
// administrator decided about it, how Meta treats it, and how fast it may send.
// Decide says what should happen, Evolve applies what happened; time is a
// parameter. Budget, the token bucket with its lanes, is arithmetic alone: its row is
// kept and locked by the store, its time is the database's.
//
// # Health
//
//	       throughput (130429)             hold over, pace back step by step
//	ok ───────────────────────▶ slow ─────────────────────────────────────▶ ok
//	 │                            │
//	 │ maintenance (131057)       │
//	 ├────────────────────────────┴─▶ paused ── until is over ──▶ slow or ok
//	 │
//	 │ token or account stopped
//	 └──────────────────────────────▶ stopped ── recovered ──▶ ok
//
// A worse health is not lifted by a milder report: what was on the wire when the
// number stopped still reports its troubles. Slow and paused end by themselves,
// by the clock and without an event; Describe tells the health at a time.
//
// # Rate
//
// Meta grants 80 messages a second, 20 with coexistence, and announces once that a
// number has 1,000. The number follows unless an administrator chose another rate;
// what was granted is remembered beside it.
//
// # What must hold
//
// The same report twice decides nothing the second time: one overload is answered
// by hundreds of 130429 and halves the pace once. The pace never falls below a
// sixteenth, so a number always finds out by itself that the trouble is over.
//
// # Failure
//
// Evolve accepts every event ever written and cannot fail; an unknown event type
// panics, as in package conversation.
package phone
