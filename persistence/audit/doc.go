// Package audit keeps who changed what of an installation: settings, rights,
// numbers, people, and who took a conversation over, exported or looked at what he
// does not see daily.
//
// A line is written in the transaction of what it tells of: there is no change
// without its line, and no line of a change that did not happen. Lines are never
// changed: the database refuses it, and their removal too, except where a whole
// tenant is erased. A correction is another line.
//
// A line names ids and what people call things; it holds no text of a conversation,
// no password, no token and no link. What is secret is told as having changed.
package audit
