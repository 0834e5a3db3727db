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
	streamIdle     = time.Minute
	stashLimit     = 64 // batches kept until what comes before them is there
)

// tenantStream is one tenant's live updates in this gateway. Its lock is held while
// an update is handed out, and never while waiting for anything.
// It guards all fields below it.
type tenantStream struct {
	hub    *Hub
	tenant wa.TenantID

	sockets   int       // under hub.mu
	idleSince time.Time // under hub.mu
	gone      bool      // under hub.mu: the tenant is being erased

	mu       sync.Mutex
	epoch    string // "" until the feed has answered once
	offset   uint64 // of the newest update handed out
	followed chan struct{}
	stash    map[position]*actorpb.FeedBatch
	ring     ring
	audience audience
	// changesFrom is the newest line of the audit when the first began to listen to changes.
	changesFrom int64
	rooms       map[wa.ConversationKey]*room
}

func newTenantStream(h *Hub, tenant wa.TenantID) *tenantStream {
	return &tenantStream{
		hub: h, tenant: tenant, followed: make(chan struct{}), stash: make(map[position]*actorpb.FeedBatch),
		ring: newRing(), audience: newAudience(), rooms: make(map[wa.ConversationKey]*room),
	}
}

// follow keeps the lease at the feed until the hub stops or nobody listens.
// A panic in any part of a turn costs that part, never the lease.
func (ts *tenantStream) follow() {
	ts.hub.guard.Do("presence", ts.askPresent)
	for {
		ts.hub.guard.Do("feed", func() {
			if err := ts.renew(); err != nil {
				ts.hub.log.Debug("subscribe to feed", "tenant", ts.tenant, "error", err)
			}
		})
		if ts.hub.retire(ts) {
			return
		}
		ts.hub.guard.Do("presence", func() { ts.sweep(time.Now()) })
		wait := time.NewTimer(feedRenewEvery)
		select {
		case <-wait.C:
		case <-ts.hub.done:
			wait.Stop()
			return
		}
	}
}

// renew asks the feed to go on, and says where we are. It is the lease, the handshake
// and the repair in one: a feed that began anew, or never heard of us, answers with its
// own position, and stand finds out what that means.
func (ts *tenantStream) renew() error {
	ctx, cancel := context.WithTimeout(context.Background(), feedAskTimeout)
	defer cancel()
	go func() { // a closing hub waits for nothing
		select {
		case <-ts.hub.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	ts.mu.Lock()
	ask := &actorpb.SubscribeFeed{
		MemberId: ts.hub.cluster.ID(), Endpoint: hubEndpoint, Epoch: ts.epoch, Offset: ts.offset,
	}
	ts.mu.Unlock()
	at, err := cluster.Ask[*actorpb.FeedPosition](ctx, ts.hub.cluster, wa.FeedKind, string(ts.tenant), ask)
	if err != nil {
		return err
	}
	ts.stand(at, time.Now())
	return nil
}

// stand takes the feed's word for where we are. Another epoch, or an offset that
// it no longer holds, means that something was missed: whoever listens fetches
// what is on the screen anew.
func (ts *tenantStream) stand(at *actorpb.FeedPosition, now time.Time) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	switch {
	case ts.epoch == "": // the first answer: from here on nothing is missed
		ts.epoch, ts.offset = at.Epoch, at.Offset
		ts.ring.reset(at.Offset + 1)
		close(ts.followed)
	case at.Resync || at.Epoch != ts.epoch:
		ts.epoch, ts.offset = at.Epoch, at.Offset
		ts.ring.reset(at.Offset + 1)
		ts.resync()
	}
	ts.unstash(now)
}

// resync spreads the refetching: a thousand screens at once would be a storm. Lists are
// told to fetch; open threads need not ask, their subscriptions know up to where they
// were sent and are repaired from the journal.
func (ts *tenantStream) resync() {
	ts.hub.metrics.Resyncs.Add(context.Background(), 1)
	for c := range ts.audience.everyone() {
		ts.hub.after(func() {
			ts.mu.Lock()
			defer ts.mu.Unlock()
			// Asked only now: who has left meanwhile listens to nothing.
			for _, stream := range ts.audience.streams(c) {
				c.push(encodeFrame(&frameOut{T: "resync", Stream: stream, Epoch: ts.epoch, Offset: ptr(ts.offset)}))
			}
		})
	}
	for key, rm := range ts.rooms {
		for c, sub := range rm.subs {
			ts.hub.after(func() {
				ts.mu.Lock()
				defer ts.mu.Unlock()
				ts.repair(key, c, sub)
			})
		}
	}
}

func (h *Hub) after(f func()) {
	time.AfterFunc(rand.N(h.cfg.ResyncSpread), func() { h.guard.Do("resync", f) }) // a spread, not a secret
}

// batch takes updates in order. What comes early waits, what comes twice is
// dropped; a gap that stays is filled by the feed after the next renewal. Members send
// to members without an order and may lose: it is made here, by the offsets, and
// browsers can rely on it.
func (ts *tenantStream) batch(b *actorpb.FeedBatch, now time.Time) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if len(ts.stash) >= stashLimit { // all of it comes again after the next renewal
		clear(ts.stash)
	}
	ts.stash[position{b.Epoch, b.FirstOffset}] = b
	ts.unstash(now)
}

// unstash hands out whatever connects to the newest offset, until nothing does. Batches
// of another epoch stay: its stand may be on its way to us.
func (ts *tenantStream) unstash(now time.Time) {
	for again := true; again; {
		again = false
		for at, b := range ts.stash {
			last := b.FirstOffset + uint64(len(b.Updates)) - 1
			switch {
			case at.Epoch != ts.epoch || at.Offset > ts.offset+1:
			case last <= ts.offset:
				delete(ts.stash, at)
			default:
				delete(ts.stash, at)
				for _, u := range b.Updates[ts.offset+1-b.FirstOffset:] {
					ts.offset++
					ts.hub.guard.Do("update", func() { ts.hand(u, now) }) // the next ones go on
				}
				again = true
			}
		}
	}
}

// hand gives one update to everybody who may see it. Each frame is encoded once
// and its bytes are shared.
//
// Who may see it is asked of the update's own row, not of what a socket once saw: after
// a transfer the new team gets the row, and whoever only the old one showed it to gets
// "gone". The lists come before the thread, so that an open thread is never newer than
// its row.
func (ts *tenantStream) hand(u *actorpb.ConversationUpdate, now time.Time) {
	if u.GetRow() == nil {
		return
	}
	l := view.OfUpdate(u)
	e := ts.ring.add(ts.epoch, ts.offset, l, now)
	for c := range ts.audience.of(e.at) {
		c.push(e.row)
	}
	for c := range ts.audience.losing(e) {
		c.push(e.gone)
	}
	ts.tellOwners(l)
	ts.handRoom(l)
	if n := len(u.Events); n > 0 {
		ts.hub.metrics.Delivery.Record(context.Background(), float64(now.UnixMilli()-u.Events[n-1].AtMs)/1000)
	}
}

// tellOwners tells those who gained or lost the conversation, and the owner of a
// note that somebody else wrote: a question waits for an answer.
func (ts *tenantStream) tellOwners(u *view.Update) {
	concerns := slices.ContainsFunc(u.Events, func(e *actorpb.StoredEvent) bool { return e.Type == "OwnerChanged" || e.Type == "NoteAdded" })
	if !concerns || len(ts.audience.me) == 0 {
		return
	}
	items, err := u.Items()
	if err != nil {
		return // the conversation's own stream reports it
	}
	for _, item := range items {
		if item.Owner == nil && item.Message != nil && item.Message.Direction == "note" {
			ts.tellOfNote(u, &item)
		}
		if item.Owner == nil || item.Owner.From.ID == item.Owner.To.ID {
			continue
		}
		ts.tellOwner(u, &item, item.Owner.From, "lost")
		ts.tellOwner(u, &item, item.Owner.To, "gained")
	}
}

// tellOfNote tells the owner, wherever he is, and nobody whom the note does not wait for.
func (ts *tenantStream) tellOfNote(u *view.Update, item *view.Item) {
	author, owner := item.Message.Author, u.View.Owner.Party
	clients := ts.audience.me[wa.AgentID(owner.ID)]
	if owner.Kind != "agent" || owner.ID == author.ID || len(clients) == 0 {
		return
	}
	frame := encodeFrame(&frameOut{
		T: "note", Stream: meStream, Epoch: ts.epoch, Offset: ptr(ts.offset), Conversation: u.View.ID,
		Version: item.Version, Who: &author,
	})
	for c := range clients {
		c.push(frame)
	}
}

// tellOwner goes by person and not by team: who has just lost a conversation may not see
// it any more, and has to hear of that all the same. The frame says no word of it.
func (ts *tenantStream) tellOwner(u *view.Update, item *view.Item, who view.Party, change string) {
	clients := ts.audience.me[wa.AgentID(who.ID)]
	if who.Kind != "agent" || len(clients) == 0 {
		return
	}
	frame := encodeFrame(&frameOut{
		T: "owner", Stream: meStream, Epoch: ts.epoch, Offset: ptr(ts.offset), Conversation: u.View.ID,
		Version: item.Version, Change: change, Cause: item.Owner.Cause,
		Owner: &view.Owner{Party: item.Owner.To, Epoch: item.Owner.Epoch, Since: item.At},
	})
	for c := range clients {
		c.push(frame)
	}
}

// forgetClient takes a socket out of everything.
// After it no update, no replay and no resync finds the socket.
func (ts *tenantStream) forgetClient(c *client) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.audience.removeAll(c)
	for key := range c.rooms {
		ts.leaveRoom(key, ts.rooms[key], c)
	}
}
