// Package problem is the answer to what was not carried out: problem documents
// (RFC 9457) with stable codes, from one table of codes.
package problem
