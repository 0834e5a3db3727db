package live

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// feedPatience is how long a subscription waits for the first word of the feed.
const feedPatience = 5 * time.Second

// resumeLimit bounds the frames that a resume puts into the queue at once; with
// more the client fetches the list anew.
const resumeLimit = 128

// work carries out the frames of a socket in their order, the first of which
// must be identify, and looks up the session now and then.
func (c *client) work(frames <-chan frameIn) {
	defer c.stream.vanished(c)
	ctx, cancel := context.WithCancel(audit.Acting(context.Background(), c.acting))
	defer cancel()
	identify := time.NewTimer(identifyWithin)
	defer identify.Stop()
	check := time.NewTicker(c.hub.cfg.SessionCheck)
	defer check.Stop()
	identified := false
	for {
		select {
		case f, ok := <-frames:
			switch {
			case !ok:
				return
			case c.finished(): // what still waits is not carried out
			case identified:
				c.dispatch(ctx, &f)
			case f.T != "identify":
				c.close(closeNoIdentify())
			case c.person.Key == nil && !rest.SameToken(f.CSRF, c.csrf):
				c.close(closeBadCSRF())
			default:
				identified = true
				identify.Stop()
				c.ready(f.Ref)
			}
		case <-identify.C:
			if !identified {
				c.close(closeNoIdentify())
			}
		case <-check.C:
			c.checkSession(ctx)
		case <-c.recheck:
			c.checkSession(ctx)
		}
	}
}

// ready tells who is logged in and where the feed is, so that a client knows at
// once whether it can resume.
// Without an epoch the stream has no place yet: the client subscribes from now.
func (c *client) ready(ref string) {
	me := view.OfAgent(&c.person)
	f := &frameOut{T: "ready", Ref: ref, Me: &me, Socket: c.id}
	if c.following() {
		f.Epoch, f.Offset = c.stream.at()
	}
	c.pushFrame(f)
}

func (ts *tenantStream) at() (epoch string, offset *uint64) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.epoch, ptr(ts.offset)
}

// following waits until the stream knows its place in the feed.
func (c *client) following() bool {
	patience := time.NewTimer(feedPatience)
	defer patience.Stop()
	select {
	case <-c.stream.followed:
		return true
	case <-patience.C:
		return false
	case <-c.hub.done:
		return false
	}
}

func (c *client) dispatch(ctx context.Context, f *frameIn) {
	switch f.T {
	case "subscribe":
		if err := c.subscribe(ctx, f); err != nil {
			c.pushFrame(&frameOut{T: "error", Ref: f.Ref, Stream: f.Stream, Error: err})
		}
	case "unsubscribe":
		c.unsubscribe(f)
	case "command":
		c.command(ctx, f)
	case "presence":
		c.presence(f)
	case "ping": // for clients that cannot see the pings of the protocol
		c.pushFrame(&frameOut{T: "pong", Ref: f.Ref, ServerTimeMS: c.hub.now().UnixMilli()})
	default:
		c.pushFrame(&frameOut{T: "error", Ref: f.Ref, Error: errUnknownFrame(f.T)})
	}
}

func (c *client) subscribe(ctx context.Context, f *frameIn) *protocolError {
	switch key, ok := parseConversationStream(f.Stream); {
	case ok:
		return c.subscribeConversation(ctx, key, f)
	case f.Stream == settingsStream:
		return c.subscribeChanges(ctx, f.Ref)
	case f.Stream != inboxStream && f.Stream != meStream:
		return errUnknownStream()
	}
	if !c.following() {
		return errUnavailable()
	}
	ts := c.stream
	ts.mu.Lock()
	defer ts.mu.Unlock()
	// The place, what was missed and the entry among the listeners are of one lock: no
	// update comes in between that neither the ring nor the live frames would bring.
	answer := &frameOut{T: "subscribed", Ref: f.Ref, Stream: f.Stream, Epoch: ts.epoch, Offset: &ts.offset}
	if f.Stream == meStream {
		ts.audience.addMe(c)
		c.pushFrame(answer)
		return nil
	}
	var missed [][]byte
	recovered := f.Position == nil
	if f.Position != nil && f.Position.Epoch == ts.epoch {
		missed, recovered = ts.ring.since(f.Position.Offset, c, resumeLimit)
	}
	answer.Recovered = &recovered
	ts.audience.addInbox(c)
	c.push(ts.withPresences(encodeFrame(answer), c))
	for _, frame := range missed {
		c.push(frame)
	}
	return nil
}

func (c *client) subscribeConversation(ctx context.Context, key wa.ConversationKey, f *frameIn) *protocolError {
	ctx, cancel := context.WithTimeout(ctx, replayTimeout)
	defer cancel()
	row, err := c.hub.inbox.Get(ctx, c.scope, key)
	if errors.Is(err, persistence.ErrNotFound) {
		return errNotFound()
	}
	if err != nil {
		c.hub.log.Error("subscribe to conversation", "conversation", key.String(), "error", err)
		return errUnavailable()
	}
	if c.person.Role == staff.RoleAuditor {
		if err := c.hub.audit.Opened(ctx, c.person.TenantID, key); err != nil {
			c.hub.log.Error("tell the audit of a look", "conversation", key.String(), "error", err)
			return errUnavailable()
		}
	}
	// Only this worker adds rooms to the socket: the bound holds until it enters.
	if c.stream.roomsOf(c) >= maxStreams {
		return errTooManyStreams()
	}
	c.stream.enterRoom(c, key, placeOf(&row), f.Position, f.Ref)
	return nil
}

func (ts *tenantStream) roomsOf(c *client) int {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return len(c.rooms)
}

func (c *client) unsubscribe(f *frameIn) {
	ts := c.stream
	ts.mu.Lock()
	defer ts.mu.Unlock()
	key, ok := parseConversationStream(f.Stream)
	switch {
	case ok:
		if rm := ts.rooms[key]; rm != nil {
			ts.leaveRoom(key, rm, c)
		}
		ts.leave(c, key)
	case f.Stream == inboxStream:
		ts.audience.removeInbox(c)
	case f.Stream == meStream:
		ts.audience.removeMe(c)
	case f.Stream == settingsStream:
		delete(ts.audience.changes, c)
	}
	c.pushFrame(&frameOut{T: "unsubscribed", Ref: f.Ref, Stream: f.Stream})
}

// command is the same as its request over HTTP, with the same refusals.
func (c *client) command(ctx context.Context, f *frameIn) {
	c.used.Store(true)
	result, err := c.order(ctx, f)
	answer := &frameOut{T: "result", ID: f.ID, Conversation: f.Conversation, OK: ptr(err == nil), Result: result}
	if err != nil {
		answer.Problem = problem.Of(err)
		if answer.Problem.Status >= 500 {
			c.hub.log.Error("command failed", "conversation", f.Conversation, "type", f.Type, "error", err)
		}
	}
	c.pushFrame(answer)
}

func (c *client) order(ctx context.Context, f *frameIn) (*orders.Result, error) {
	named, ok := c.hub.orders.Named(f.Type)
	if !ok {
		return nil, problem.Field("type", "there is no such command")
	}
	body := named.NewBody()
	if err := rest.Parse(f.Body, body); err != nil {
		return nil, err
	}
	if b, ok := body.(interface{ NameFrom(header, path string) }); ok {
		b.NameFrom(f.ID, "") // the id of the command names the send, if nothing else does
	}
	if key := c.person.Key; key != nil && !key.May(staff.RightWrite) {
		return nil, problem.New(code.Forbidden, "this API key has no right to write")
	}
	return c.hub.orders.CarryOut(ctx, &c.person, f.Conversation, f.Type, body)
}

func (c *client) presence(f *frameIn) {
	key, err := wa.ParseConversationKey(f.Conversation)
	known := f.State == stateViewing || f.State == stateTyping || f.State == stateGone
	switch {
	case c.person.Key != nil: // who is here are persons
		c.pushFrame(&frameOut{T: "error", Ref: f.Ref, Conversation: f.Conversation, Error: errUnknownFrame("presence is of persons")})
	case err != nil || !known:
		c.pushFrame(&frameOut{T: "error", Ref: f.Ref, Error: errUnknownFrame("presence needs a conversation and viewing, typing or gone")})
	case !c.stream.attend(c, key, f.State):
		c.pushFrame(&frameOut{T: "error", Ref: f.Ref, Conversation: f.Conversation, Error: errNotSubscribed()})
	}
}

// checkSession ends the socket with its session, and when the person may now see
// other things than the socket was opened for.
//
// Only commands are a use of the session: a page that is left open does not prolong it. A
// store that does not answer ends nothing; the next look decides.
func (c *client) checkSession(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, replayTimeout)
	defer cancel()
	look := c.hub.staff.PeekSession
	if c.used.Swap(false) {
		look = c.hub.staff.Session
	}
	session, err := look(ctx, c.token)
	owes := false
	if err == nil {
		owes, err = c.hub.owes(ctx, &session)
	}
	_, suspended := errors.AsType[*persistence.ClosedError](err)
	switch {
	case errors.Is(err, persistence.ErrNotFound), suspended, owes:
		c.close(closeSession())
	case err != nil:
		c.hub.log.Warn("look up session of socket", "agent", c.person.ID, "error", err)
	case !sameRights(&session.Person, &c.person):
		c.close(closeRights())
	}
}

func sameRights(a, b *staff.Person) bool {
	return a.Role == b.Role && slices.Equal(a.Teams, b.Teams) &&
		slices.Equal(a.Numbers, b.Numbers) && a.OwnOnly == b.OwnOnly // a key is never changed
}
