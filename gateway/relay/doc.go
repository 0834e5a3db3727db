// Package relay moves work between the store, the grains and Meta. Intake rows
// become commands, outbox rows become calls to the Cloud API and their outcomes
// commands, wanted files are fetched and kept, due timers become commands.
//
// # In
//
// A committed webhook body is offered in memory; what does not fit is read back
// from the table, in order. One goroutine, the cutter, takes what waits, cuts it
// into events and resolves who they are about in lots. From there each
// conversation has a lane: one command in flight, in order. A lane that fails is
// tried again with growing pauses that occupy nobody; after five failures or 30 s
// its event, and what stands behind it, goes to the list of problems, where one
// process tries it again later. An event that the database does not take goes there
// alone, whatever statement it is. What is nobody's fault waits, and blames nobody;
// what the database carries out for nobody waits as an error, see Trouble. A row
// is done when each of its events was answered or noted; done_upto follows.
//
// # Out
//
// A wake-up or a poll claims what a number may send within a second. Each send
// goes out at once, its outcome is written to its row, then the conversation is
// told; a sweeper tells it again if it did not hear. What is perhaps sent is
// never sent again from here.
//
// # The pump
//
// Sends, files, alarms, lists of templates, jobs and looks at numbers are kinds of
// work that wait in the store for any member. For each kind the pump claims what it
// has slots for, has it done, and tells the grain how it ended, by one command. Sends
// have a loop for each number and a claim by its pace. What a panic or an error
// cuts short tells nobody and is claimed again. A telling ends with the append that
// records it; until then it is found untold and comes again. A member without its
// lease claims nothing.
//
// # Templates
//
// The list of each account is read when a number of it is registered, every ten
// minutes, and within seconds when a webhook tells of a template or Meta refuses
// one; one member has it at a time. What the webhook tells is applied before. A
// list that cannot be read stays as it was, with its age.
//
// # Files
//
// The append of a message with a file wants it in a row. Fetching has slots of
// its own, of which a number has a quarter at most. Pieces of a file count once
// its attempt is kept; a later attempt fences earlier ones off. What may pass is
// tried again with growing pauses for some two hours; then, and when it cannot
// pass, the file failed and a person may want it again. The conversation is told
// of either end, again until it has recorded it.
//
// # Failure
//
// Everything may be done twice: conversations know messages, statuses and
// attempts again. If this process dies, another takes its source over from
// done_upto; its claims run out and become ambiguous.
package relay
