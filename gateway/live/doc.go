// Package live keeps the sockets of browsers in step with the tenants' feeds.
//
// A hub has one stream for each tenant with sockets here; the stream follows the
// feed, sends rows to those who may see them (audience), items to those who opened
// the thread (room), and who looks at what (presence). The protocol is described
// in package gateway.
//
// # Goroutines and locks
//
// A socket has three goroutines: its reader, its worker, its writer. A stream has one that
// keeps its lease at the feed; updates come to it on a goroutine of the cluster. Of what
// changes,
//
//   - Hub.mu guards which sockets and streams there are, and when a stream became idle;
//   - tenantStream.mu guards the place in the feed, the ring, who listens to what, the
//     rooms with their subscriptions and presences, and each socket's attention;
//   - client.mu guards the frames that wait for a socket, and why it ends.
//
// The first two are never held together. The third may be taken under either, and nothing
// is taken under it. Nobody waits for the network, a journal or a session under a lock:
// one slow browser, or a database that hangs, must not stop the updates of a tenant.
//
// # Order
//
// The feed numbers the updates of a tenant, and a stream hands them out in that order,
// each once. A subscription to a conversation goes by versions instead: live updates and
// replays both move it forward only, so a reader gets every item once, in order, whichever
// of the two brings it.
//
// # What gets lost and who repairs it
//
//   - A batch of the feed: the next renewal tells where we stand, and the feed sends on
//     from there, or says that it no longer can; then whoever listens fetches anew.
//   - An update that comes without its events: the subscription reads the journal.
//   - A frame never alone: the socket of a slow reader ends. He comes back with his
//     offsets, and the ring or the journal has the rest.
//   - A word of settings that changed: pages read them anew every ten seconds.
//   - A word of presence: it is repeated while it lasts, and forgotten if it is not.
//   - Word that somebody's sessions changed: each socket looks itself up now and then.
//
// # What is upheld here
//
//   - Nobody sees another team, number or owner than is his (I10): an update goes to those
//     whose scope has the place in its own row, each part of a replay asks the database
//     anew, and a person whose rights changed is sent away, to come back with a new scope.
//   - What a list shows is what the conversation is (I11): frames carry the row that was
//     committed, with its version; gaps are found by offsets and versions.
//   - One owner (I3): a command of a socket takes the way of its HTTP request, and the
//     core judges both.
package live
