// Package intake keeps the raw bodies of webhooks from the answer to Meta until
// all their events are dealt with, and lists those that nobody could deal with.
//
// Each member writes to a source of its own, in order; whoever takes over a dead
// member's source goes on at its mark. A problem is one event with its body: it
// waits for its number, for somebody who mends it, or for the retries of the one
// member that leads them. Unmatched keeps statuses that came before their message.
package intake
