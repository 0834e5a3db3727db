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
// Effects, alarms, lists of templates, jobs and looks at numbers are kinds of work
// that wait in the store for any member. For each kind the pump claims what it has
// slots for and has it done. Sends have a loop for each number and a claim by its
// pace. What a panic or an error cuts short tells nobody and is claimed again. A
// member without its lease claims nothing, and a claim that the store carries out
// for nobody is said on readiness.
//
// # Effects
//
// An executor carries out the effects of one kind: it makes an attempt and gives the
// one command that tells the grain how it ended. The rest is the same for all kinds:
// one plain claim, fair by scope; pauses that grow after errors and panics; the
// outcome on the row before anybody hears of it; and a telling that ends with the
// append that records it. Until then it is found untold and comes again: every two
// seconds while nobody is to blame, ever more rarely if the grain cannot record it,
// and in the end it stands in the list of problems. A new kind is a number in ledger,
// a file with its executor and a line in executors.
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
// The append of a message with a file wants it as an effect. Fetching has slots of
// its own, of which a number has a quarter at most. Pieces of a file count once
// its attempt is kept; a later attempt fences earlier ones off. What may pass is
// tried again with growing pauses for some two hours; then, and when it cannot
// pass, the file failed and a person may want it again, as another attempt. Each hour
// files go that are older than their tenant wants.
//
// # Failure
//
// Everything may be done twice: conversations know attempts and files again. If
// this process dies, its claims end with its member's lease: sends become ambiguous,
// all else is claimed again.
package relay
