// Package search finds contacts and messages by their words, and keeps the index
// that they are found in.
//
// The index is not written by the append, whose cost it would double, but by a
// follower (persistence/follow): one member at a time reads what the change log tells
// about once a second and indexes what is new. A message can be found a second or two
// after its commit. At first, after an absence and every six hours the versions of
// all conversations are compared with what is indexed: that fills the index of an
// existing database and repairs whatever was missed. The two tables can be
// truncated at any time.
//
// # What is found
//
// Messages by the words that people see in them: texts, captions, file names,
// the rendered text of templates, titles of buttons, places, notes. An edit
// replaces what its message says, a revoked message is not found. Erased
// messages are not found from the moment of their erasure; their words leave the
// index when their conversation is indexed from the start. Every message is
// found by its id too. Contacts are found by the beginnings of the words of
// their name and username, and by any four digits in a row of a phone.
//
// # Words
//
// A word is a run of letters and digits, in lower case, without accents; of
// scripts written without spaces each character is one. Index and queries are
// cut by the same function, so that nothing of what is typed has a meaning in
// the language of queries.
//
// Each message also has lexemes for its tenant, day and month. A query walks
// back in time, days first, then months, and stops when its page is full: a
// frequent word is answered by the newest days, without a look at millions of
// older hits.
package search
