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
package intake
