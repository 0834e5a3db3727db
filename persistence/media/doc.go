// Package media keeps the files that customers send: wanted by an append, claimed
// and fetched by a member, stored in pieces.
package media
