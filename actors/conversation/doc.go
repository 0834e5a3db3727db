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
//	open ──▶ pending ─────────┘    open ──▶ snoozed ── alarm ──┤
//	  │  ▲                                                     │
//	  ▼  │ inbound, reply, reopen                              │
//	resolved ──────────────────────────────────────────────────┘
//
// # Ownership
//
// At any version a conversation has one owner: nobody, one agent, the assistant, a
// program with an API key or the phone app. Only the owner may send; Decide refuses
// everybody else with the owner's name, whatever way the command came. Each change of
// owner raises the owner epoch, which every send carries.
//
// # Who judges
//
// Decide alone. Whoever brings a command translates it and judges nothing, for what he
// knows may have changed before the command arrives, and a second way here would judge
// otherwise. What the state does not hold is a fact: carried by the command (who
// orders, his role, his teams), or named by Needs and loaded by the shell (accounts,
// teams, templates, older messages). Needs is pure, so that what a command costs is
// read in one place: a customer's message to an open conversation needs nothing. An
// account that is to own is fenced again by the append, for it may be shut out between
// the look and the commit; all else may be a moment old.
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
// state alone, queued ones are effects. What a takeover finds waiting
// is withdrawn, and what it finds queued is not tried again: it is superseded. A
// text whose turn comes after the window closed is withdrawn as well.
//
// # Place
//
// Versions are the order of arrival, and what clients ask for by. A thread is shown
// by place, then by version. A customer's message stands at the end of the second
// in which Meta says it was sent, or where it arrived if that was earlier; and also
// if that was more than ten minutes later, for what somebody has read may not change
// far above. What is ours, and every other event, stands where it is stored,
// or behind the newest place if another member's clock was ahead; place_ms holds
// that, and 0 the time of storing. Place is a function of the command and the state,
// so replaying gives the same thread. Preview, kind and id of the row are of the
// message with the highest place; last_at, and so the order of the list, follows
// arrival, or what came late would come in unseen at the bottom. LastOutbound speaks
// of the same message as the preview: a message that came late, placed before our
// answer, is unread and leaves it true. Whose turn it is follows from that message and
// from what became of it: one of ours that was refused or withdrawn answers nobody.
//
// # Edits and revocations that come first
//
// Meta delivers in any order. The state keeps the newest edit, by Meta's time, of a
// few messages that have not come yet, and the hashes of what was taken back. When
// the message comes it takes the wording of the edit, which Needs has the shell
// load; one that was taken back is stored without its words and is not unread. Both
// lists are bounded (state.go): beyond them the row shows the first wording, and a
// text that was taken back before it came is kept.
//
// # Placeholders
//
// Meta announces some messages before it can show them. The placeholder counts as
// the message: it starts, reopens and is unread. Its message replaces it in its
// place, under the same id, and is unread again; under the other id that Meta may use
// for it, it is a message of its own. A message that came first, or was taken back,
// is not replaced by its placeholder. If it never comes, the placeholder stays.
//
// # A quiet start
//
// A system line, of a changed number say, is no message that somebody has to answer.
// Alone it starts a conversation as resolved, so that no queue and no clock begins,
// and opens no window; the first real message opens it like any that is resolved.
//
// # One more command
//
// In this order; deploy/tools/touch does it with one and counts the files.
//
//	actors/actorpb/commands.proto   its message, with by
//	actors/actorpb/events.proto     what it brings about, in the past tense: with place_ms it
//	                                is a line of the thread, with by it says whose
//	a file of its own here          decides it, and evolves its event
//	machine.go                      its case in decide, and its event's in Evolve
//	gateway/orders/table.go         its line: the route, the frame and the API's document; with
//	                                a body it has a file there, too
//	gateway/web/app/do/commands.js  its place in the palette
//	gateway/web/app/text/i18n       its words in three languages: do.NAME, and ev.TYPE and
//	                                ev.TYPE.me of the line, where TYPE of HandRaised is hand_raised
//
// Then make generate. An event that shows more than who did it has a case of its own in
// gateway/view/thread.go, and its words in thread/EventLine.js. A command that needs to
// know what the state does not hold names it in Needs.
//
// # What must hold
//
// A command decided twice decides nothing the second time: inbound by its id,
// sends by their echo id, outcomes by message and attempt. Each status of a
// message is recorded once, in whatever order they come; what is shown only climbs.
// No free-form send is decided after the service window closed. Events hold no
// text: that travels in Decision.Messages and Decision.Display.
//
// # Failure
//
// Evolve accepts every event ever written and cannot fail; an event type that it
// does not know panics, for a state that silently skips a fact is worse than an
// activation that does not start. When an append fails the caller throws the
// state away: nothing here is ever undone.
package conversation
