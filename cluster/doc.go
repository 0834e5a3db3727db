// Package cluster hosts grains (virtual actors) on the members of a cluster and
// hides the actor library completely: a grain is a plain struct with Receive,
// reached by kind and key from any member through [Member.Ask] and
// [Member.Tell]. A single process is a cluster of one through the same code; one
// whose database nobody else can reach says so ([Config.Alone]).
//
//	m, err := cluster.Start(ctx, cluster.Config{Pool: pool}, map[string]cluster.Factory{
//		"Conversation": func(key string) cluster.Grain { return newConversation(key, store) },
//	})
//	answer, err := cluster.Ask[*pb.Answer](ctx, m, "Conversation", key, &pb.Command{})
//
// # What is the library's and what is ours
//
// From protoactor-go come the connections between members and the actors at their
// ends (actor, remote). Placement, membership and the request path are ours:
// its cluster core re-sends by itself, blocks members for ever by gossip, races,
// and activates whatever it is asked to activate. So its cluster package is not
// used at all, and with it go its sleeps at start and stop.
//
//   - A grain in memory is an activation with a mailbox of four words
//     (activation.go, mailbox.go), and no actor: 100,000 of them wait at once. One
//     table per member says what is active (table.go, dispatch.go).
//   - Every member has one named actor for the traffic of the others. It takes
//     one envelope type, wirepb.Wire (wire.go, network.go).
//   - The owner of a grain is a pure function of the view (placement.go,
//     view.go). The view comes from the table member in Postgres, and nothing
//     else does (membership.go).
//
// # Placement and handoff
//
// Rendezvous hashing over the members that host the kind and do not drain. An
// ask goes straight to the owner in the asker's view; there is no location
// cache. A member activates only what it owns in its own view, and refuses the
// rest, which the asker takes as "surely not processed": it looks again, after
// 1, 2, 4 … 100 ms.
//
// When the view changes each member releases what it owns no more: nothing is
// taken into the mailbox any more, what is under way ends, then Passivate, then the
// activation is gone. What waited is sent to the new owner, one by one, and a Tell
// that comes meanwhile may overtake it: order is kept while a grain stays. So it is
// with a grain that leaves because the member keeps too many (Config.Warm), the least
// recently used first. While somebody drains or the youngest member is younger than two leases
// and three seconds, a new owner asks every possible former owner to release
// first and waits up to 3 s. A member that released on request refuses the grain
// until its own view has caught up, 3 s at most.
//
// `go run -C cluster/experiment .` lets the library's own placement
// (automanaged, looked at each 2 s; distributed hash) and this one do the same: three
// members on two shared cores, 1,000 grains, each member asks for 1,000 of them a
// second, three runs of each event, watched for 15 s.
//
//	event           seen                                  library's           ours
//	a fourth joins  grains active on two members          171, 240, 219       0, 0, 0
//	                of them when the run ended            171, 240, 219       0, 0, 0
//	                messages taken by the older one       5,800 to 7,000      0
//	kill -9 of one  its grains answer again, p50          5.4 s               1.1 to 1.6 s
//	                the slowest of them                   5.95 to 5.98 s      1.1 to 1.6 s
//	                asks that failed                      232 to 319          3 or 4
//
// # Messages
//
// A message to a grain on the same member is passed as a pointer, and so is its
// answer: whoever sent a message, and whoever answered with one, never changes
// it again. Between members it is marshalled, at most [MaxBody] bytes. Errors
// look the same on both ways ([Error]).
//
// # Trust
//
// Each stream between members shows a token derived from [Config.Secret], with
// certificates or without; who shows none is refused before a message of his is
// read. Through a stream passes our envelope to the router and nothing else: what
// the library would do for a peer (stop, watch, name or list actors) is refused.
// Without certificates token and messages are readable on the way, so a member
// then listens only where strangers are not ([CheckListen]). (trust.go)
//
// # What happens when
//
//   - A grain panics: its asker gets an *Error with [CodeInternal], the log the
//     stack, the type and the key; the activation's grain is thrown away and the
//     next message builds a new one. What is queued stays queued.
//   - Any other work for one message panics: that message is lost, the rest goes
//     on (guard.go). A panic in what keeps the lease or the view ends the process:
//     without them a member must not go on.
//   - The router is gone or does not answer: the member starts it anew, and is not
//     ready while it is deaf (router.go).
//   - A mailbox is full: [ErrBusy] at once.
//   - The deadline passes: [ErrUnknown]. A request whose deadline passed while it
//     was queued is skipped.
//   - A member dies (kill -9): its connections break, so requests in flight to it
//     end at once with [ErrUnknown]; those that had not left are tried again. Its
//     session lock is free at once, and it counts as dead 1.5 s after its last
//     renewal; then the others own its grains. Asks in between wait.
//   - A member loses its database session: it opens a new one and nobody notices.
//     If that takes more than 1.35 s it refuses all work and lets its grains go,
//     because the others may count it dead after 1.5 s; back again, it joins anew.
//   - The database is away for longer than nine tenths of a lease: every member
//     fences itself and calls OnFenced. They exist to write to that database.
//   - A member that is alone sleeps, or its database is away: it waits and goes on
//     as the same member, with its grains and its claims. Fencing is for what
//     another may have taken, and there is no other (alone.go).
//   - A member is frozen (or its clock jumps; all measuring is monotonic): when it
//     goes on it refuses every message before it reaches a grain, and fences
//     itself. One message may have been inside Receive: its append is refused by
//     the version in the database, which is the fence that everything here rests
//     on. Two activations may exist for a moment; they cannot both win.
//   - A member is cut off from the others but not from the database: nobody
//     declares it dead. Asks to it wait and end with [ErrUnknown] or their
//     deadline.
//   - The address of a dead member is taken by a new process: the new one removes
//     the old row and refuses what was meant for the old one.
//   - A message of an unknown type arrives (a rolling deploy): its asker gets
//     [CodeUnknownType]. A malformed envelope ends that peer's stream and nothing
//     else.
//   - SIGTERM: Drain, then Stop. A drained member turns askers with an older view
//     away for [Config.Linger], then takes its row with it. Nobody sees an error.
//
// # Time
//
// Between members only the database's clock is compared. Within a member leases
// are measured on the monotonic clock, from the moment a renewal was sent.
//
// # Tests
//
// Grains are tested as plain structs, without this package. A member alone runs
// under the race detector; several in one process do not, because the remoting
// library sets gRPC's global logger at each start.
package cluster
