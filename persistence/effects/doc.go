// Package effects is what commits ask of the world, and the alarms of grains.
//
// An effect is a row of the append that wants it. A member claims it, carries it out
// and notes the outcome, which is the one command that tells the grain; the append
// that records it removes the row, so that the table holds only what is under way. A
// claim ends with its member: a send is then lost, for it may have left, and shown as
// such; all else is queued again as another attempt, which fences the dead one off.
//
// Sends are claimed by the pace of their number: the claim holds its row, so that all
// members together keep Meta's rate. What several numbers want at once is claimed in
// one transaction, which waits for none of them: a number that somebody holds claims
// alone. All other kinds share one plain claim, fair by
// scope: a round takes one from each. A new kind needs a number in ledger, no table
// and no statement.
//
// # Clocks
//
// not_before, window_closes_at and the times of alarms are business time (see
// persistence.Clock): they are compared with the database's clock plus the offset, which
// is a parameter. claimed_by, changed_at and all of pace are machine time. Pauses after a
// failure share not_before with what waits by business time, and those of alarms that
// nobody answered next_try; each is written as business time from when it begins. So a
// clock that is moved while one lasts shortens it, once, by as much: the next failure
// pauses anew, by the number of the attempt, and nothing is tried in a circle. Nothing is
// ever made longer, for business time does not go back.
//
// # Alarms
//
// A grain of any kind has one alarm: a row that rings at the earliest time at which
// something is due, or before. An append sets it to an earlier time only; whoever rings
// asks the grain, which does all that is due, and writes the time that it answers. The
// row holds the version of the grain that it is from: an answer never moves what a later
// append has set. An alarm that is not answered rings again after half a minute.
package effects
