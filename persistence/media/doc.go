// Package media keeps the files that customers send, in pieces, and what became of
// those that could not be fetched. The wish for a file is an effect.
package media
