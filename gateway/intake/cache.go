package intake

import (
	"context"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// inboundFlush is how often inbound messages are taken off the budgets.
const inboundFlush = 250 * time.Millisecond

// sentKey names one of our messages.
type sentKey struct {
	number  wa.PhoneNumberID
	message wa.MessageID
}

// sentCache remembers whom our latest messages went to, in two generations. What
// it holds never changes.
// The router asks it and senders write to it, both under mu. What it has forgotten costs
// a query, never a wrong answer.
type sentCache struct {
	limit      int
	mu         sync.Mutex
	young, old map[sentKey]wa.ContactID
}

func newSentCache(limit int) *sentCache {
	return &sentCache{limit: limit, young: make(map[sentKey]wa.ContactID)}
}

func (c *sentCache) get(number wa.PhoneNumberID, message wa.MessageID) (wa.ContactID, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := sentKey{number, message}
	if contact, ok := c.young[key]; ok {
		return contact, true
	}
	contact, ok := c.old[key]
	return contact, ok
}

// put drops the old generation as a whole: entries have no age of their own.
func (c *sentCache) put(number wa.PhoneNumberID, message wa.MessageID, contact wa.ContactID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[sentKey]wa.ContactID)
	}
	c.young[sentKey{number, message}] = contact
}

// inboundCount gathers how many messages came in for each number.
// Meta's rate is of what a number sends and receives together, so that this is paid from
// the budget of the sends: by one statement each inboundFlush, not one for each message.
type inboundCount struct {
	mu     sync.Mutex
	counts map[wa.PhoneNumberID]int
}

func (a *Applier) countInbound(items []*item) {
	a.inbound.mu.Lock()
	defer a.inbound.mu.Unlock()
	for _, it := range items {
		if _, ok := it.message.(*actorpb.ReceiveInbound); ok {
			if a.inbound.counts == nil {
				a.inbound.counts = make(map[wa.PhoneNumberID]int)
			}
			a.inbound.counts[it.number]++
		}
	}
}

// flushInbound takes the counts off the budgets. A lost flush costs some pace.
func (a *Applier) flushInbound(ctx context.Context) {
	a.inbound.mu.Lock()
	counts := a.inbound.counts
	a.inbound.counts = nil
	a.inbound.mu.Unlock()
	// Taken under the lock and paid without it: the router does not wait for the store.
	if len(counts) == 0 {
		return
	}
	if err := a.store.Sends.CountInbound(ctx, counts); err != nil && ctx.Err() == nil {
		a.cfg.Logger.Warn("inbound messages not counted", "error", err)
	}
}
