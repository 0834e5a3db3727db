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
// # One message, from the webhook to the socket
//
//	gateway/webhook/webhook.go       checks the signature, has the body stored, answers 200
//	persistence/intake/intake.go     one row for many bodies: from here on nothing is lost
//	gateway/intake/feed.go, rows.go  the member's rows in order, cut into events
//	                                 (cloudapi/webhook.go) by the router
//	gateway/intake/routing.go        whose number, which contact (persistence/contacts), which message
//	gateway/intake/lanes.go          one lane for each conversation; apply.go asks the grain
//	cluster/ask.go                   to the member that hosts it, where it is one message at a time
//	actors/conversation.go           the grain; facts.go: what the decision asks for beyond the state
//	actors/shell.go                  decide, evolve, append, answer
//	conversation/machine.go          which rule: inbound.go decides, evolves
//	actors/conversation_rows.go      the decision as a ledger.Append
//	persistence/journal/journal.go   many appends, one transaction
//	actors/publish.go                what committed, to the tenant's Feed (feed.go);
//	                                 tail.go brings it what got lost on the way
//	gateway/live/hub.go              the batches of the Feed; tenant_stream.go keeps their order
//	gateway/live/audience.go, room.go  who may see the row, who has the thread open
//	gateway/live/client.go           the socket; web/app/wire/socket.js is its other end,
//	                                 web/app/core/reducer.js makes it the screen's state
//
// And the answer, back to the phone:
//
//	gateway/live/client_work.go      a frame, or gateway/api/command.go a request
//	gateway/orders/send.go           the person's order as a command; the grain decides as above,
//	                                 conversation/outbound.go, and its append holds an effect
//	gateway/relay/claims.go          claims it when the number's pace allows
//	gateway/relay/send.go            calls Meta (cloudapi/send.go); outcome.go judges the answer
//	gateway/relay/tell.go            tells the grain, until its append has removed the effect
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
// What a decision needs beyond the state is named by the machine (Needs), loaded
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
