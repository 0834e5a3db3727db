// Package actorpb holds what grains and the gateway say to each other
// (commands.proto), what the journal remembers (events.proto), the snapshots of
// grains (snapshot.proto) and the live updates of a tenant (feed.proto).
//
// Rules for changing them. Fields are only added; numbers are never reused
// (mark them reserved). Commands are imperative, events past tense. A release
// writes only events and fields that the release before it can evolve: first a
// release that reads, then one that writes. Times are Unix milliseconds (UTC)
// in fields that end in _ms; zero means "not set". Events hold facts, ids and
// decisions, never the text of a message: erasing a person must leave the
// journal valid.
package actorpb
