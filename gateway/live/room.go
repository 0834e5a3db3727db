package live

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
)

const (
	replayPage    = 200   // events read at a time
	replayLimit   = 1_000 // versions behind which a client reads the thread anew
	replayTimeout = 5 * time.Second
)

// room is who listens to, and who is present in, one conversation.
// It is under the stream's lock.
type room struct {
	subs      map[*client]*subscription
	presences presences
	at        placeAt
}

// subscription is one socket's place in a conversation. Everything up to sent
// has been queued for it, in order and once. While it replays, live updates only
// raise target; the replay goes on until it has reached it. That closes every
// gap in the same way: of a resume, of a lost batch, of a bare row.
// It is under the stream's lock, also when a replay goes on with it.
type subscription struct {
	sent      uint64
	target    uint64
	replaying bool
}

// room is also made for somebody who is present at another gateway, with no socket of
// ours in it. Where the conversation is, it has from the newest updates.
func (ts *tenantStream) room(key wa.ConversationKey) *room {
	rm := ts.rooms[key]
	if rm == nil {
		rm = &room{subs: make(map[*client]*subscription), at: ts.ring.places[key]}
		ts.rooms[key] = rm
	}
	return rm
}

func (ts *tenantStream) leaveRoom(key wa.ConversationKey, rm *room, c *client) {
	delete(rm.subs, c)
	delete(c.rooms, key)
	ts.closeRoom(key, rm)
}

// handRoom gives an update to those who have the conversation open.
func (ts *tenantStream) handRoom(u *view.Update) {
	key := u.Key
	rm := ts.rooms[key]
	if rm == nil {
		return
	}
	at := placeOfUpdate(u)
	ts.locate(key, rm, at)
	var frame []byte
	for c, sub := range rm.subs {
		switch {
		case !c.sees(at.Place):
			ts.expel(key, rm, c, u.Row.Version)
		// A replay has sent it already, or the feed told of it twice.
		case u.Row.Version <= sub.sent:
		// The replay reads up to it; sent now, it would overtake what that has not read yet.
		case sub.replaying:
			sub.target = max(sub.target, u.Row.Version)
		case !follows(u, sub.sent):
			ts.startReplay(key, c, sub, u.Row.Version)
		default:
			if frame == nil {
				if frame = threadFrame(u); frame == nil {
					ts.startReplay(key, c, sub, u.Row.Version)
					continue
				}
			}
			c.push(frame)
			sub.sent = u.Row.Version
		}
	}
}

// follows says whether the update brings every event after a version.
func follows(u *view.Update, version uint64) bool {
	n := len(u.Events)
	return n > 0 && u.Events[0].Version == version+1 && u.Events[n-1].Version == u.Row.Version
}

// threadFrame is nil when an event cannot be read, of which the replay reports
// why, or names a message that came before: the replay reads it.
func threadFrame(u *view.Update) []byte {
	items, err := u.Items()
	if err != nil || slices.ContainsFunc(items, func(i view.Item) bool { return i.Edit != nil }) {
		return nil
	}
	return encodeFrame(&frameOut{
		T: "thread", Stream: conversationStream + u.View.ID, Offset: &u.Row.Version,
		Row: u.View, Items: items,
	})
}

// expel ends the subscription of somebody who may no longer see the conversation.
// The word goes to the others of the room as well: a presence there ends with it.
func (ts *tenantStream) expel(key wa.ConversationKey, rm *room, c *client, version uint64) {
	c.push(encodeFrame(&frameOut{
		T: "gone", Stream: conversationStream + key.String(), Conversation: key.String(), Version: version,
	}))
	ts.leave(c, key)
	ts.leaveRoom(key, rm, c)
}

// enterRoom subscribes a socket to a conversation that its person may see, from
// a version on, or from now without one.
func (ts *tenantStream) enterRoom(c *client, key wa.ConversationKey, newest placeAt, at *position, ref string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	sub := &subscription{sent: newest.version}
	recovered := at == nil || at.Offset <= newest.version && newest.version-at.Offset <= replayLimit
	// A position that is ahead of what is stored is another database's, and one that is too
	// far behind would be a long read: both begin anew, and the answer says so.
	if at != nil && recovered {
		sub.sent = at.Offset
	}
	rm := ts.room(key)
	rm.subs[c] = sub
	c.rooms[key] = struct{}{}
	ts.locate(key, rm, newest)
	c.push(encodeFrame(&frameOut{
		T: "subscribed", Ref: ref, Stream: conversationStream + key.String(), Offset: ptr(sub.sent), Recovered: &recovered,
		Present: rm.presences.views(c),
	}))
	// Between the read of newest and this lock something may have been
	// committed: the replay finds it.
	ts.startReplay(key, c, sub, newest.version)
}

// startReplay has the lock, and the goroutine takes it anew for each part: reading the
// journal must not hold up what is live. A subscription has one replay at a time.
func (ts *tenantStream) startReplay(key wa.ConversationKey, c *client, sub *subscription, target uint64) {
	sub.target, sub.replaying = max(sub.target, target), true
	ts.hub.wg.Go(func() {
		if !ts.hub.guard.Do("replay", func() { ts.replay(key, c, sub) }) {
			c.close(closeInternal()) // it would wait for the rest for ever
		}
	})
}

// repair looks whether the journal has more than a subscription was sent.
func (ts *tenantStream) repair(key wa.ConversationKey, c *client, sub *subscription) {
	if rm := ts.rooms[key]; rm == nil || rm.subs[c] != sub || sub.replaying {
		return
	}
	ts.startReplay(key, c, sub, sub.sent)
}

// replay sends what the journal holds after the subscription's place.
func (ts *tenantStream) replay(key wa.ConversationKey, c *client, sub *subscription) {
	if !ts.hub.enter() {
		return
	}
	defer ts.hub.exit()
	ts.hub.metrics.Replays.Add(context.Background(), 1)
	for more := true; more; {
		ts.mu.Lock()
		from, aim := sub.sent, sub.target
		ts.mu.Unlock()
		part, err := ts.hub.readPart(c, key, from)
		part.aim = aim
		if err != nil && !errors.Is(err, persistence.ErrNotFound) {
			ts.hub.log.Error("replay conversation", "conversation", key.String(), "error", err)
		}
		more = ts.deliver(key, c, sub, part, err)
	}
}

// threadPart is a piece of a journal, ready to be sent. Aim is the target that
// its subscription had when the journal was read.
// By that a replay sees whether somebody wanted more since: it must look once more then.
type threadPart struct {
	at     placeAt
	aim    uint64
	events int
	last   uint64
	frame  []byte
}

func (h *Hub) readPart(c *client, key wa.ConversationKey, from uint64) (threadPart, error) {
	ctx, cancel := context.WithTimeout(context.Background(), replayTimeout)
	defer cancel()
	// The row is read first: its version may be older than the last event, never
	// the other way round, so a client that trusts it asks for nothing missing.
	// It is asked for by the scope, each time: the events below are of whoever may see it.
	row, err := h.inbox.Get(ctx, c.scope, key)
	if err != nil {
		return threadPart{}, err
	}
	at := placeOf(&row)
	events, err := h.inbox.EventsAfter(ctx, key, from, replayPage)
	if err != nil || len(events) == 0 {
		return threadPart{at: at}, err
	}
	items, err := h.threads.Items(ctx, key, events)
	if err != nil {
		return threadPart{}, err
	}
	part := threadPart{at: at, events: len(events), last: events[len(events)-1].Version}
	part.frame = encodeFrame(&frameOut{
		T: "thread", Stream: conversationStream + key.String(), Offset: &part.last, Row: view.OfRow(row), Items: items,
	})
	return part, nil
}

// deliver queues a part and says whether there is more to read.
func (ts *tenantStream) deliver(key wa.ConversationKey, c *client, sub *subscription, part threadPart, err error) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	rm := ts.rooms[key]
	if rm == nil || rm.subs[c] != sub {
		return false // unsubscribed meanwhile, and perhaps anew: that has a replay of its own
	}
	// The scope is asked at each part: somebody may have lost the conversation since.
	if errors.Is(err, persistence.ErrNotFound) {
		ts.expel(key, rm, c, sub.sent)
		return false
	}
	if err != nil {
		c.close(closeInternal())
		return false
	}
	ts.locate(key, rm, part.at)
	if part.events > 0 {
		c.push(part.frame)
		sub.sent = part.last
	}
	// A target that rose while the journal was read may lie behind what was found,
	// even if that was nothing: no other update will tell of it again.
	behind := sub.target > sub.sent && (part.events > 0 || sub.target > part.aim)
	// A full page may have more behind it.
	if part.events == replayPage || behind {
		return true
	}
	sub.replaying = false
	return false
}
