// Package orders turns what a person orders, by request or frame, into a command of
// a conversation, asks the conversation, and answers with its outcome. It judges
// nothing: role and teams go with the command, and a conversation that the person may
// not see answers that there is none.
package orders
