// Package journal appends what grains decide and loads what they need, many grains
// to a transaction.
//
// An append is all or nothing: events, snapshot and row of the conversation,
// messages, sends, alarms and wanted files are in one statement. Its gate is the
// version that it was decided on (and the revision of the seat of whoever becomes
// an owner by it): another first, and it is refused as persistence.ErrConflict,
// and its grain loads and decides again. What the database does not take is found
// by halving and refused alone; the rest of a batch is committed without it.
//
// Conversations append by key to the rows of theirs; the other kinds, streams, have
// the same gate, batches, effects and errors, with no row that people list.
package journal
