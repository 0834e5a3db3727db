// Package follow derives things from conversations after the commit: an index, a
// report, webhooks to others. The append pays nothing for it.
//
// A Follower has a name and a handler of lots. Any number of processes may run it;
// one member leads, by a row with its name and a term, until it stops or its lease
// in the cluster ends. Every lot is a transaction that first checks the term, so
// that a leader who has been replaced, and does not know it, writes nothing.
//
// The leader has two ways to what has changed. It tails the change log, which tells
// within a second and forgets after a quarter of an hour. And it walks over all
// conversations in the order of their keys: at first, after an absence in which the
// log may have forgotten something or was emptied, when a rebuild was asked for, and
// every few hours against what nobody thought of. Both places are kept in the row, so
// that the next leader goes on where the last one was. The tail goes on during a walk.
//
// A handler may be given a conversation again that has not changed, and is to mind
// by the version up to which it has derived things. What the database does not take,
// or what a handler panics over, is found by halving, noted in follower_problem, and
// passed by; the next change or walk tries it again. While a canary fails too, nobody
// is blamed and the follower waits.
package follow
