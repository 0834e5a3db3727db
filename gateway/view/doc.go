// Package view is the JSON of the API and of the socket's frames, and how it is
// made from what the store holds: rows of the inbox, threads, people. Times are
// RFC 3339 in UTC; ids are those of Meta or of the store.
package view
