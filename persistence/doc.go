// Package persistence is the store: everything that Prosa remembers is in one
// Postgres, reached through pgx with hand-written SQL beside the function that
// uses it.
//
// Each package below it is a part of the store and says what it keeps: journal,
// intake, effects, inbox, contacts, staff, numbers, media, searchindex, jobs. Here
// are what they share: the schema and its migrations, who may see what (Scope),
// the classes of the database's errors (Fault) and what is done about each: Sieve
// halves a lot to find the one event that the database does not take, Group makes
// one transaction of what many ask at once. Events are stored as a type name and
// bytes; no package of the store looks inside.
//
// # Order of locks
//
// A transaction locks accounts (staff) first, then what hangs on them (sessions,
// links to set a password, jobs and their items), then conversation rows, then
// outbox rows; and rows of one table in the order of their keys. Whoever keeps to
// that cannot deadlock. Whoever only tidies up skips what is locked and waits for
// nobody.
//
// # Failure
//
// An error that is none of the sentinels in errors.go is an unknown outcome: the
// transaction may have committed. The caller forgets what it holds in memory,
// loads again and decides again.
package persistence
