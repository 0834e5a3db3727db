// Package intake brings what Meta tells to the grains: it reads stored webhooks,
// routes their events and applies them, each once, in the order of its conversation.
//
// # The way of an event
//
// A committed body is offered in memory (Offer); what does not fit the feed is read
// back from the table, in order. One goroutine, the router, takes the rows that
// wait, parses them into arrivals and resolves in one go who they are about: which
// number, which contact, which of our messages. From there each conversation has a
// lane: one command in flight, in order, numbers in turn. A row is done when each
// of its events was answered or noted; done_upto follows.
//
// # Failure
//
// A lane that fails is tried again with growing pauses that occupy nobody; after
// five failures or 30 s its event, and what stands behind it, goes to the list of
// problems, where one process, the leader of the retries, tries it again later. An
// event that the database does not take, or over which our code panics, goes there
// alone, whatever statement it is. What is nobody's fault waits, and blames nobody.
// What the database carries out for nobody waits as an error, see background.Work.
//
// If this process dies another takes its source over from done_upto. All may be
// applied twice: grains know messages, statuses and attempts again.
//
// # What waits for something else
//
// Events of a number that nobody registered are parked until it is (ApplyParked).
// A status whose message is not known is kept as unmatched until the answer to its
// send names it (Accepted). What a newer release may understand stays in the list
// of problems and is tried again by hand (Replay).
//
// # Order
//
// The store offers the rows of our source in the order of their seq, and the router takes
// them in that order: what all lanes must see alike, linked addresses say, they see from
// one event on. A lane keeps the order of its conversation, as its first item leaves it
// only when it was answered or noted. Between lanes there is none, and between the
// sources of several members there is none either: grains go by Meta's timestamps.
//
// # What is upheld here
//
//   - Acknowledged means durable (I1): a row is done when each of its events was answered
//     or noted, never before. What a crash, a stop or a lost source leaves undone is read
//     again from the mark.
//   - Once means once (I2): nothing here remembers what was applied. All may be asked
//     twice, and the grain's journal knows it again.
//   - A number is a bulkhead (I9): lanes wait for themselves only, numbers take turns, and
//     three quarters of the commands are the most that one may have under way.
//   - A status never makes a contact or a conversation (I8): it goes to a message that we
//     sent, or waits as unmatched.
//   - Nobody sees another tenant (I10): whose an event is follows from its number. What
//     names no number of ours has no tenant, and is not shown where there are several.
package intake
