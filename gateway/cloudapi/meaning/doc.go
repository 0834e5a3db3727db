// Package meaning says of each field and type of Meta's webhook reference what happened,
// what the thread shows of it, who is told and what stops (Table), and makes the messages
// and lines that stand in fields beside messages (Spread): a person's word on marketing, …
// What is only stored has a row that says why.
package meaning
