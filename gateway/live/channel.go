package live

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/view"
)

const (
	feedRenewEvery = 700 * time.Millisecond // a third of the lease: two may get lost
	feedAskTimeout = 2 * time.Second
	channelIdle    = time.Minute
	stashLimit     = 64 // batches kept until what comes before them is there
)

// channel is one tenant's live updates in this gateway. Its lock is held while
// an update is handed out, and never while waiting for anything.
type channel struct {
	hub    *Hub
	tenant wa.TenantID

	sockets   int       // under hub.mu
	idleSince time.Time // under hub.mu

	mu       sync.Mutex
	epoch    string // "" until the feed has answered once
	offset   uint64 // of the newest update handed out
	followed chan struct{}
	stash    map[position]*actorpb.FeedBatch
	ring     ring
	audience audience
	rooms    map[wa.ConversationKey]*room
}

func newChannel(h *Hub, tenant wa.TenantID) *channel {
	return &channel{
		hub: h, tenant: tenant, followed: make(chan struct{}), stash: make(map[position]*actorpb.FeedBatch),
		ring: newRing(), audience: newAudience(), rooms: make(map[wa.ConversationKey]*room),
	}
}

// follow keeps the lease at the feed until the hub stops or nobody listens.
func (ch *channel) follow() {
	ch.hub.guard.Do("presence", ch.askPresent)
	for {
		ch.hub.guard.Do("feed", func() {
			if err := ch.renew(); err != nil {
				ch.hub.log.Debug("subscribe to feed", "tenant", ch.tenant, "error", err)
			}
		})
		if ch.hub.retire(ch) {
			return
		}
		ch.hub.guard.Do("presence", func() { ch.sweep(time.Now()) })
		wait := time.NewTimer(feedRenewEvery)
		select {
		case <-wait.C:
		case <-ch.hub.done:
			wait.Stop()
			return
		}
	}
}

func (ch *channel) renew() error {
	ctx, cancel := context.WithTimeout(context.Background(), feedAskTimeout)
	defer cancel()
	go func() { // a closing hub waits for nothing
		select {
		case <-ch.hub.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	ch.mu.Lock()
	ask := &actorpb.SubscribeFeed{
		MemberId: ch.hub.cluster.ID(), Endpoint: hubEndpoint, Epoch: ch.epoch, Offset: ch.offset,
	}
	ch.mu.Unlock()
	at, err := cluster.Ask[*actorpb.FeedPosition](ctx, ch.hub.cluster, wa.FeedKind, string(ch.tenant), ask)
	if err != nil {
		return err
	}
	ch.stand(at, time.Now())
	return nil
}

// stand takes the feed's word for where we are. Another epoch, or an offset that
// it no longer holds, means that something was missed: whoever listens fetches
// what is on the screen anew.
func (ch *channel) stand(at *actorpb.FeedPosition, now time.Time) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	switch {
	case ch.epoch == "":
		ch.epoch, ch.offset = at.Epoch, at.Offset
		ch.ring.reset(at.Offset + 1)
		close(ch.followed)
	case at.Resync || at.Epoch != ch.epoch:
		ch.epoch, ch.offset = at.Epoch, at.Offset
		ch.ring.reset(at.Offset + 1)
		ch.resync()
	}
	ch.unstash(now)
}

// resync spreads the refetching: a thousand screens at once would be a storm.
func (ch *channel) resync() {
	ch.hub.metrics.Resyncs.Add(context.Background(), 1)
	for c := range ch.audience.everyone() {
		ch.hub.after(func() {
			ch.mu.Lock()
			defer ch.mu.Unlock()
			for _, stream := range ch.audience.streams(c) {
				c.push(encodeFrame(&frameOut{T: "resync", Stream: stream, Epoch: ch.epoch, Offset: ptr(ch.offset)}))
			}
		})
	}
	for key, rm := range ch.rooms {
		for c, sub := range rm.subs {
			ch.hub.after(func() {
				ch.mu.Lock()
				defer ch.mu.Unlock()
				ch.repair(key, c, sub)
			})
		}
	}
}

func (h *Hub) after(f func()) {
	time.AfterFunc(rand.N(h.cfg.ResyncSpread), func() { h.guard.Do("resync", f) }) // a spread, not a secret
}

// batch takes updates in order. What comes early waits, what comes twice is
// dropped; a gap that stays is filled by the feed after the next renewal.
func (ch *channel) batch(b *actorpb.FeedBatch, now time.Time) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if len(ch.stash) >= stashLimit {
		clear(ch.stash)
	}
	ch.stash[position{b.Epoch, b.FirstOffset}] = b
	ch.unstash(now)
}

func (ch *channel) unstash(now time.Time) {
	for again := true; again; {
		again = false
		for at, b := range ch.stash {
			last := b.FirstOffset + uint64(len(b.Updates)) - 1
			switch {
			case at.Epoch != ch.epoch || at.Offset > ch.offset+1:
			case last <= ch.offset:
				delete(ch.stash, at)
			default:
				delete(ch.stash, at)
				for _, u := range b.Updates[ch.offset+1-b.FirstOffset:] {
					ch.offset++
					ch.hub.guard.Do("update", func() { ch.hand(u, now) }) // the next ones go on
				}
				again = true
			}
		}
	}
}

// hand gives one update to everybody who may see it. Each frame is encoded once
// and its bytes are shared.
func (ch *channel) hand(u *actorpb.ConversationUpdate, now time.Time) {
	if u.GetRow() == nil {
		return
	}
	l := view.OfUpdate(u)
	e := ch.ring.add(ch.epoch, ch.offset, l, now)
	for c := range ch.audience.of(e.team) {
		c.push(e.row)
	}
	for c := range ch.audience.losing(e) {
		c.push(e.gone)
	}
	ch.tellOwners(l)
	ch.handRoom(l)
	if n := len(u.Events); n > 0 {
		ch.hub.metrics.Delivery.Record(context.Background(), float64(now.UnixMilli()-u.Events[n-1].AtMs)/1000)
	}
}

// tellOwners tells those who gained or lost the conversation, and the owner of a
// note that somebody else wrote: a question waits for an answer.
func (ch *channel) tellOwners(u *view.Update) {
	concerns := slices.ContainsFunc(u.Events, func(e *actorpb.StoredEvent) bool { return e.Type == "OwnerChanged" || e.Type == "NoteAdded" })
	if !concerns || len(ch.audience.me) == 0 {
		return
	}
	items, err := u.Items()
	if err != nil {
		return // the conversation's own stream reports it
	}
	for _, item := range items {
		if item.Owner == nil && item.Message != nil && item.Message.Direction == "note" {
			ch.tellOfNote(u, &item)
		}
		if item.Owner == nil || item.Owner.From.ID == item.Owner.To.ID {
			continue
		}
		ch.tellOwner(u, &item, item.Owner.From, "lost")
		ch.tellOwner(u, &item, item.Owner.To, "gained")
	}
}

func (ch *channel) tellOfNote(u *view.Update, item *view.Item) {
	author, owner := item.Message.Author, u.View.Owner.Party
	clients := ch.audience.me[wa.AgentID(owner.ID)]
	if owner.Kind != "agent" || owner.ID == author.ID || len(clients) == 0 {
		return
	}
	frame := encodeFrame(&frameOut{
		T: "note", Stream: meStream, Epoch: ch.epoch, Offset: ptr(ch.offset), Conversation: u.View.ID,
		Version: item.Version, Who: &author,
	})
	for c := range clients {
		c.push(frame)
	}
}

func (ch *channel) tellOwner(u *view.Update, item *view.Item, who view.Party, change string) {
	clients := ch.audience.me[wa.AgentID(who.ID)]
	if who.Kind != "agent" || len(clients) == 0 {
		return
	}
	frame := encodeFrame(&frameOut{
		T: "owner", Stream: meStream, Epoch: ch.epoch, Offset: ptr(ch.offset), Conversation: u.View.ID,
		Version: item.Version, Change: change, Cause: item.Owner.Cause,
		Owner: &view.Owner{Party: item.Owner.To, Epoch: item.Owner.Epoch, Since: item.At},
	})
	for c := range clients {
		c.push(frame)
	}
}

// forgetClient takes a socket out of everything.
func (ch *channel) forgetClient(c *client) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.audience.removeAll(c)
	for key := range c.rooms {
		ch.leaveRoom(key, ch.rooms[key], c)
	}
}
