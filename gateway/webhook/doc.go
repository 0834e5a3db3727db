// Package webhook is Meta's door: it checks the signature of a body over its raw
// bytes and makes it durable before it answers. What strangers send is bounded in
// memory, by address and in all, and by time.
package webhook
