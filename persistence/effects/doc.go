// Package effects is what commits ask of the world, and the alarms of conversations.
//
// An effect is a row of the append that wants it. A member claims it, carries it out
// and notes the outcome, which is the one command that tells the grain; the append
// that records it removes the row, so that the table holds only what is under way. A
// claim ends with its member: a send is then lost, for it may have left, and shown as
// such; all else is queued again as another attempt, which fences the dead one off.
//
// Sends are claimed by the pace of their number: the claim holds its row, so that all
// members together keep Meta's rate. All other kinds share one plain claim, fair by
// scope: a round takes one from each. A new kind needs a number in ledger, no table
// and no statement.
package effects
