package live

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	identifyWithin = 5 * time.Second
	pingEvery      = 25 * time.Second
	readWithin     = 60 * time.Second // two pings may get lost
	writeWithin    = 10 * time.Second
	closeWithin    = time.Second
	maxFrameIn     = 64 << 10
	workQueue      = 32  // frames of one socket that wait for their turn
	flood          = 200 // frames in a burst; beyond, 50 a second
	floodRefill    = 20 * time.Millisecond
	maxStreams     = 64
)

// client is one socket. Three goroutines serve it: one reads frames, one carries
// them out in order, one writes. Whoever has something to say puts it into the
// queue and never waits; a queue that overflows ends the socket.
//
// Person and scope are those of the session that opened it, and never change: a socket
// whose person may see other things by now is closed, and its page opens a new one.
// The stream is set before the three begin. Mu guards the queue and what goes with it;
// wake and recheck carry one signal each, as both are answered by looking.
type client struct {
	id     string
	conn   *websocket.Conn
	hub    *Hub
	token  string
	csrf   string
	person staff.Person
	scope  persistence.Scope
	acting audit.By    // the person, and where the socket comes from
	used   atomic.Bool // a command came since the session was last looked up

	recheck chan struct{} // says that the session is to be looked up now

	stream    *tenantStream
	attention attention                       // under stream.mu
	rooms     map[wa.ConversationKey]struct{} // that it has subscribed to; under stream.mu

	mu      sync.Mutex
	queue   [][]byte
	bytes   int
	closing *closeReason
	wake    chan struct{}
	ended   chan struct{} // closed when nobody reads any more
}

// sees says whether the socket's person may see a conversation that stands there.
func (c *client) sees(at persistence.Place) bool { return c.scope.Sees(c.person.TenantID, at) }

// worksFor says whether the socket's person works for a team.
func (c *client) worksFor(team wa.TeamID) bool { return c.scope.WorksFor(c.person.TenantID, team) }

// Socket upgrades a request to a socket and serves it until it ends. The
// cookie says who it is, and identify must prove that a page of ours opened it; an API
// key proves itself, for no browser sends one by itself.
func (h *Hub) Socket(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	upgrader := websocket.Upgrader{
		ReadBufferSize: 4 << 10, WriteBufferSize: 16 << 10,
		CheckOrigin: func(*http.Request) bool { return true }, // admit has checked it
		Error: func(w http.ResponseWriter, _ *http.Request, _ int, err error) {
			problem.Write(w, problem.New(code.BadRequest, err.Error()))
		},
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil //nolint:nilerr // the upgrader has answered
	}
	c := &client{
		id: uuid.NewString(), conn: conn, hub: h, token: who.Token, csrf: who.CSRFToken,
		person: who.Person, scope: who.Person.Scope(), acting: audit.Actor(r.Context()), wake: make(chan struct{}, 1), ended: make(chan struct{}),
		recheck: make(chan struct{}, 1), rooms: make(map[wa.ConversationKey]struct{}),
	}
	c.serve()
	return nil
}

// serve ends in an order: the worker tells that the person is gone while the stream still
// knows the socket; then the hub forgets it, and the stream; and only then is it no more
// waited for by Close.
func (c *client) serve() {
	h := c.hub
	ts, why := h.join(c)
	if ts == nil {
		c.refuse(why)
		return
	}
	c.stream = ts
	defer h.wg.Done()
	defer h.leave(c)
	h.metrics.Sockets.Add(context.Background(), 1)
	defer h.metrics.Sockets.Add(context.Background(), -1)

	c.push(encodeFrame(&frameOut{T: "hello", Hello: &helloView{
		Protocol: protocolVersion, IdentifyWithinMS: identifyWithin.Milliseconds(), PingEveryMS: pingEvery.Milliseconds(),
		ServerTimeMS: h.now().UnixMilli(),
	}}))
	work := make(chan frameIn, workQueue)
	var both sync.WaitGroup
	// Each of the three may panic alone; the socket then ends as a whole, and its
	// person comes back.
	both.Go(func() { c.guarded("socket write", c.write) })
	both.Go(func() { c.guarded("socket work", func() { c.work(work) }) })
	c.guarded("socket read", func() { c.read(work) })
	// The reader has ended, and nobody else sends work. The worker finishes the order that
	// it is at: its outcome is in the journal whether or not anybody hears it here.
	close(c.ended)
	close(work)
	c.close(closeReason{websocket.CloseNormalClosure, ""}) // if nobody gave a better reason
	both.Wait()
}

func (c *client) guarded(name string, work func()) {
	if !c.hub.guard.Do(name, work) {
		c.close(closeInternal())
	}
}

// refuse closes a socket that was never admitted.
func (c *client) refuse(why closeReason) {
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(why.code, why.text), time.Now().Add(closeWithin))
	_ = c.conn.Close()
}

// push queues a frame. It never blocks: when the queue overflows, everything in
// it is dropped and the reader is told to come back. He does, with his last offsets, and
// gets the rest from the ring or the journal; one slow browser costs the others nothing.
func (c *client) push(frame []byte) {
	c.mu.Lock()
	switch {
	case c.closing != nil:
		c.mu.Unlock()
		return
	case len(c.queue) >= c.hub.cfg.QueueFrames || c.bytes+len(frame) > c.hub.cfg.QueueBytes && len(c.queue) > 0:
		c.mu.Unlock()
		c.close(closeSlow())
		return
	}
	c.queue = append(c.queue, frame)
	c.bytes += len(frame)
	c.mu.Unlock()
	c.signal()
}

func (c *client) pushFrame(f *frameOut) { c.push(encodeFrame(f)) }

// close ends the socket with a reason; only the first one counts. What was queued is
// written before it, except to a reader who is too slow for it.
func (c *client) close(why closeReason) {
	c.mu.Lock()
	first := c.closing == nil
	if first {
		c.closing = &why
		if why.code == closeSlow().code {
			c.queue, c.bytes = nil, 0
		}
	}
	c.mu.Unlock()
	c.signal()
	if first && why.code != websocket.CloseNormalClosure {
		c.hub.metrics.Disconnect(context.Background(), why.code)
	}
}

// signal wakes the writer. One token is enough for any number of frames: it takes all
// that there are.
func (c *client) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// take empties the queue in one go: the writer then works without the lock, and a push
// never waits for a slow network.
func (c *client) take() ([][]byte, *closeReason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frames := c.queue
	c.queue, c.bytes = nil, 0
	return frames, c.closing
}

// write is the only goroutine that writes messages.
func (c *client) write() {
	defer c.conn.Close() // ends the reader too
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-c.wake:
		case <-ping.C:
			if c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				return
			}
			continue
		}
		frames, why := c.take()
		for _, frame := range frames {
			// Asked before each: he may turn out to be too slow while these are written.
			if c.dropped() {
				break
			}
			_ = c.conn.SetWriteDeadline(time.Now().Add(writeWithin))
			if c.conn.WriteMessage(websocket.TextMessage, frame) != nil {
				return
			}
		}
		c.hub.metrics.Frames.Add(context.Background(), int64(len(frames)))
		if why != nil {
			message := websocket.FormatCloseMessage(why.code, why.text)
			_ = c.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeWithin))
			c.linger()
			return
		}
	}
}

// finished says whether the socket is about to end.
func (c *client) finished() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing != nil
}

// dropped says whether what was taken from the queue is not worth writing.
func (c *client) dropped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing != nil && c.closing.code == closeSlow().code
}

// linger lets the other side read the reason and answer before the connection
// goes: closing at once would reset it and throw away what it has not read.
func (c *client) linger() {
	wait := time.NewTimer(closeWithin)
	defer wait.Stop()
	select {
	case <-c.ended:
	case <-wait.C:
	}
}

// read hands frames to the worker until the socket ends.
func (c *client) read(work chan<- frameIn) {
	c.conn.SetReadLimit(maxFrameIn)
	alive := func() { _ = c.conn.SetReadDeadline(time.Now().Add(readWithin)) }
	alive()
	c.conn.SetPongHandler(func(string) error { alive(); return nil })
	// The time up to which what came is paid for: each frame moves it on by its price, and
	// ahead of now it may be by one burst.
	allowance := time.Now()
	for {
		_, body, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		now := time.Now()
		if allowance.Before(now) {
			allowance = now
		}
		if allowance = allowance.Add(floodRefill); allowance.Sub(now) > flood*floodRefill {
			c.close(closeFlood())
			return
		}
		var f frameIn
		if err := rest.Parse(body, &f); err != nil {
			c.close(closeProtocol("not a frame: " + problem.Of(err).Detail))
			return
		}
		select {
		// It never waits for the worker: pongs are seen only while it reads, and a socket
		// without them is taken for dead.
		case work <- f:
		default:
			c.close(closeFlood())
			return
		}
	}
}
