// Package searchindex is the index of who said what: rows of words that one
// follower writes after the commits, and the queries that find messages in it.
package searchindex
