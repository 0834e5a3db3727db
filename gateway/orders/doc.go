// Package orders turns what a person orders, by request or frame, into a command of
// a conversation, asks the conversation, and answers with its outcome. It reads the
// row first: an order to a conversation that the person may not see reaches nobody.
package orders
