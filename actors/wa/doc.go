// Package wa holds the identifiers and value types of WhatsApp that every
// other package speaks in: ids with their scope of uniqueness, the addresses a
// person can be reached by, message content, and the arithmetic of the service
// window. It is a leaf: it imports nothing of ours and does no I/O.
package wa
