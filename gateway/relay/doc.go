// Package relay does what commits ask of the world: sends, files, alarms, lists of
// templates, jobs, looks at numbers. It owns the intake, which brings the world's
// events to the grains, and asks the grains for both.
//
// # Out
//
// A wake-up or a poll claims what a number may send within a second. Each send
// goes out at once, its outcome is written to its row, then the conversation is
// told, again until it has recorded it. What is perhaps sent is
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
// its attempt is kept; a later attempt fences earlier ones off. What a dead member
// was fetching is fetched by another at once. What may pass is
// tried again with growing pauses for some two hours; then, and when it cannot
// pass, the file failed and a person may want it again. The conversation is told
// of either end, again until it has recorded it.
//
// # Failure
//
// Everything may be done twice: conversations know attempts and files again. If
// this process dies, its claims end with its member's lease: sends become ambiguous,
// all else is claimed again.
package relay
