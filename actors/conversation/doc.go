// Package conversation is the pure machine of one conversation: the thread
// between one of our numbers and one person. Decide reads the state and says
// what should happen, Evolve applies what happened. Neither knows a clock, a
// network, a database or a log: time is a parameter.
//
// # Phases
//
//	           inbound                        inbound
//	  ┌───────────────────────┐      ┌─────────────────────────┐
//	  ▼                       │      ▼                         │
//	open ──▶ pending ─────────┘    open ──▶ snoozed ── timer ──┤
//	  │  ▲                                                     │
//	  ▼  │ inbound, reply, reopen                              │
//	resolved ──────────────────────────────────────────────────┘
//
// # Ownership
//
// At any version a conversation has one owner: nobody, one agent, the assistant
// or the phone app. Only the owner may send; Decide refuses everybody else with
// the owner's name, whatever way the command came. Each change of owner raises
// the owner epoch, which every send carries.
//
// # A send
//
//	waiting ──▶ queued ──▶ accepted          (status, read …)
//	              │  ▲ └──▶ rejected, final
//	              │  └───── rejected, retry: next attempt
//	              └───────▶ ambiguous ──▶ accepted by evidence,
//	                                      resent or given up by a person
//	waiting, queued ──▶ withdrawn
//
// At most one send of a conversation is queued, so order to the person is kept;
// an ambiguous one holds the next back for 30 seconds. Waiting sends live in the
// state alone, queued ones have a row in the outbox. What a takeover finds waiting
// is withdrawn, and what it finds queued is not tried again: it is superseded. A
// text whose turn comes after the window closed is withdrawn as well.
//
// # What must hold
//
// A command decided twice decides nothing the second time: inbound by its id,
// sends by their echo id, outcomes by message and attempt. Each status of a
// message is recorded once, in whatever order they come; what is shown only climbs.
// No free-form send is decided after the service window closed. Events hold no
// text: that travels in Decision.Messages and Decision.Face.
//
// # Failure
//
// Evolve accepts every event ever written and cannot fail; an event type that it
// does not know panics, for a state that silently skips a fact is worse than an
// activation that does not start. When an append fails the caller throws the
// state away: nothing here is ever undone.
package conversation
