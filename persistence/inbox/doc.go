// Package inbox answers what lists, threads and panels ask, always within a
// persistence.Scope, and follows the log of changes for the live feed.
package inbox
