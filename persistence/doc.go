// Package persistence is the store: everything that Prosa remembers is in one
// Postgres, reached through pgx with hand-written SQL beside the function that
// uses it.
//
// Journal appends what grains decide, all or nothing, many grains to a
// transaction. Intake keeps raw webhook bodies until they are dealt with.
// Outbox is what is still to be sent, Timers are alarm clocks, Directory turns
// addresses into contacts, Inbox answers what lists and threads ask, Search what
// was said by whom, from an index that one SearchLead fills after the commits,
// Staff knows who may log in, Numbers which business numbers there are, Media
// keeps the files that customers send. The package stores
// events as a type name and bytes and never looks inside.
//
// # Order of locks
//
// A transaction locks conversation rows before outbox rows, and rows of one
// table in the order of their keys. Whoever keeps to that cannot deadlock.
//
// # Failure
//
// An error that is none of the sentinels in errors.go is an unknown outcome: the
// transaction may have committed. The caller forgets what it holds in memory,
// loads again and decides again.
package persistence
