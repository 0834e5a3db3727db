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
//
// # Order and locks
//
// Each writer has one transaction under way; what is asked meanwhile is its next batch.
// A conversation always has the same writer, and one append in a batch: the next is
// decided on what this one stores. Writers, here and at other members, meet at rows only
// and lock them in one order: seats by id, conversations by key, then what hangs on
// those. Effects and statuses hang on one conversation, whose row the statement has
// locked before. Who else writes effects passes by what is locked (claims, sweeps), or
// may end with an append in a deadlock (outcomes), and that batch is then done again.
//
// # What is upheld here
//
//   - A message enters once (I2): its id is the key of its table, and an append that
//     brings a known one is refused whole, as ErrDuplicate.
//   - No word after a takeover (I4): the change of the owner and the withdrawal of what
//     nobody had claimed are one commit, and Appended names what was caught.
//   - An effect is a row in the commit of its cause (I6). It goes with the append that
//     records how it ended.
//   - Statuses only climb (I8): of each the earliest time stays, whenever it is told.
//   - A list shows what the conversation is (I11): its row is the row of the gate, and
//     the change log, by which feeds find what they missed, has its line in the commit.
package journal
