// Package ledger is what an append stores: the events of a grain, the messages,
// statuses, sends, alarms and files that they bring, and the row of the inbox.
// Machines' shells fill it, the journal writes it. It knows neither of them.
package ledger
