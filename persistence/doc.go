// Package persistence is the store: everything that Prosa remembers is in one
// Postgres, reached through pgx with hand-written SQL beside the function that
// uses it.
//
// Each package below it is a part of the store and says what it keeps: journal,
// intake, effects, inbox, contacts, staff, numbers, media, follow, searchindex, jobs, config.
// Here are what they share: the schema and its migrations, who may see what (Scope),
// the classes of the database's errors (Fault) and what is done about each: Sieve
// halves a lot to find the one event that the database does not take, Group makes
// one transaction of what many ask at once. Events are stored as a type name and
// bytes; no package of the store looks inside.
//
// # Clocks
//
// Business time is the database's clock and an offset that the database has (installation.ahead):
// 0, unless somebody moved a demo's. By it windows close, alarms ring and effects are due;
// it is what events, messages and rows say, and what people are told. Machine time is
// never moved: leases, claims, pace, pauses, sessions, and when a webhook came. Clock is
// the offset as a member knows it, at most a second old. A statement that runs often takes
// it as a parameter beside now(), one that runs seldom says BusinessNow.
//
// # Order of locks
//
// A transaction locks accounts (staff) first, then what hangs on them (sessions,
// links to set a password, jobs and their items), then conversation rows, then
// effects; and rows of one table in the order of their keys. Whoever keeps to
// that cannot deadlock. Whoever only tidies up skips what is locked and waits for
// nobody. A publication of settings locks the head of its tenant and nothing else.
//
// # Seats
//
// Who is to own a conversation is read before the decision and held by the append:
// it names the revision of his account and share-locks the row, and every change of
// his rights raises the revision. Whichever comes first, the other sees it: a change
// that waited finds what the append made him own, and an append that waited is
// refused as ErrConflict and decided on the new rights.
//
// # Jobs
//
// What touches many conversations is a row of job and ordinary commands. The row is
// written in the transaction of its cause, so that there is no time between the two.
// What is left to do is not stored: it is found from the conversations at each lot,
// so that a crash, or a conversation that got there meanwhile, loses nothing. One
// member has a job while its lease runs. A lot is noted before it is begun and its
// results after; what was begun and not noted is asked again, and answers "already".
// What fails is tried again, ever more rarely, and does not hold up the others.
//
// # What the database does not take
//
// Many things are done in one statement, and one of them may make it fail. Sieve
// finds that one: a fault of the data (see Fault) halves the lot until it is alone,
// and hands it over as guilty. An error that may be the statement's blames nobody
// while a canary, a made-up row through the same statement in a transaction that is
// rolled back, fails too; if the canary passes, what fails alone three times is
// guilty. A transient error ends the run: all that was not done waits. A panic is a
// fault of the data. Do may be asked twice for the same thing and must bear it.
//
// # Group commit
//
// Group is how many share a transaction: what is asked while one lot is under way
// makes the next. It bounds what waits, takes out what nobody waits for any more,
// and finds the guilty one by Sieve. The journal, intake, claims and outcomes of
// sends, and early statuses all go through it, each with its own statement.
//
// # Failure
//
// An error that is none of the sentinels in errors.go is an unknown outcome: the
// transaction may have committed. The caller forgets what it holds in memory,
// loads again and decides again.
package persistence
