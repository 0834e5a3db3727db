package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/telemetry"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// hubEndpoint is where Feeds and other gateways send to.
const hubEndpoint = "gateway"

// Hub connects sockets with feeds: one stream for each tenant that has
// sockets here. It knows who may see what, and no rule of the domain.
//
// Mu guards tenants, sockets, people and closed, and of a stream how many sockets it has.
// A stream is asked nothing under it.
type Hub struct {
	cluster Cluster
	staff   *staff.Staff
	inbox   *inbox.Inbox
	threads *view.Threads
	orders  *orders.Orders
	audit   *audit.Log
	jobs    *jobs.Jobs
	cfg     SocketConfig
	owes    func(context.Context, *staff.Session) (bool, error)
	log     *slog.Logger
	metrics *telemetry.Metrics
	guard   telemetry.Guard
	now     func() time.Time
	replays chan struct{} // seats of those who read journals for sockets

	stop context.CancelFunc
	done <-chan struct{} // closed by stop
	wg   sync.WaitGroup  // streams, replays and sockets

	mu      sync.Mutex
	tenants map[wa.TenantID]*tenantStream
	sockets map[*client]struct{}
	people  map[personKey]int // sockets of each
	closed  bool
}

// personKey names somebody who has sockets here.
type personKey struct {
	tenant wa.TenantID
	agent  wa.AgentID
}

// Config is what a hub works with; all but Audit and Jobs is required: without them
// nobody is told of what they would tell.
type Config struct {
	Cluster Cluster
	Staff   *staff.Staff
	Inbox   *inbox.Inbox
	Threads *view.Threads
	Orders  *orders.Orders
	Audit   *audit.Log
	Jobs    *jobs.Jobs
	Socket  SocketConfig
	// Owes says whether a session has ended because a second factor is asked for now.
	Owes   func(context.Context, *staff.Session) (bool, error)
	Logger *slog.Logger
	Now    func() time.Time
}

func New(cfg Config, m *telemetry.Metrics) *Hub {
	ctx, stop := context.WithCancel(context.Background())
	h := &Hub{
		cluster: cfg.Cluster, staff: cfg.Staff, inbox: cfg.Inbox, threads: cfg.Threads, orders: cfg.Orders, audit: cfg.Audit, jobs: cfg.Jobs, cfg: cfg.Socket, owes: cfg.Owes, log: cfg.Logger,
		metrics: m, guard: telemetry.NewGuard(cfg.Logger, m), now: cfg.Now, replays: make(chan struct{}, 8), stop: stop, done: ctx.Done(),
		tenants: make(map[wa.TenantID]*tenantStream), sockets: make(map[*client]struct{}),
		people: make(map[personKey]int),
	}
	h.cluster.Handle(hubEndpoint, h.receive)
	if h.audit != nil {
		h.wg.Go(h.watch)
	}
	return h
}

// receive takes what feeds and other gateways send, one message at a time.
func (h *Hub) receive(_ context.Context, _ string, msg proto.Message) {
	h.guard.Do("hub", func() { h.take(msg) })
}

// take drops what is for tenants without a socket here: feeds learn from the lease that
// is not renewed, and nobody asks for it.
func (h *Hub) take(msg proto.Message) {
	switch m := msg.(type) {
	case *actorpb.FeedBatch:
		if ts := h.stream(wa.TenantID(m.TenantId)); ts != nil {
			ts.batch(m, time.Now())
		}
	case *actorpb.Presence:
		if ts := h.stream(wa.TenantID(m.TenantId)); ts != nil {
			ts.heard(m, time.Now())
		}
	case *actorpb.SessionsChanged:
		h.recheck(wa.TenantID(m.TenantId), wa.AgentID(m.AgentId))
	}
}

// ClockMoved tells every socket here the time, which has made a leap: ages, windows and
// what sleeps look otherwise now.
func (h *Hub) ClockMoved() {
	frame := encodeFrame(&frameOut{T: "clock", ServerTimeMS: h.now().UnixMilli()})
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.sockets {
		c.push(frame)
	}
}

// SessionsChanged makes the sockets of a person, here and at the other gateways,
// look up their sessions now. Where the word is lost they do it within a minute.
func (h *Hub) SessionsChanged(tenant wa.TenantID, agent wa.AgentID) {
	msg := &actorpb.SessionsChanged{TenantId: string(tenant), AgentId: string(agent)}
	for _, member := range h.cluster.Members() {
		h.cluster.TellMember(member.ID, hubEndpoint, msg)
	}
}

// TenantShut makes all sockets of a tenant here look up their sessions now.
func (h *Hub) TenantShut(tenant wa.TenantID) { h.recheck(tenant, "") }

// TenantGone is TenantShut for a tenant that will never be back: its live updates are
// followed no longer than its last socket lasts.
func (h *Hub) TenantGone(tenant wa.TenantID) {
	h.mu.Lock()
	if ts := h.tenants[tenant]; ts != nil {
		ts.gone = true
	}
	h.mu.Unlock()
	h.recheck(tenant, "")
}

// recheck never waits: a socket that already has the word needs no second one. An agent
// "" is all of the tenant.
func (h *Hub) recheck(tenant wa.TenantID, agent wa.AgentID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.sockets {
		if c.person.TenantID != tenant || agent != "" && c.person.ID != agent {
			continue
		}
		select {
		case c.recheck <- struct{}{}:
		default:
		}
	}
}

// stream is nil while nobody of the tenant is connected here.
func (h *Hub) stream(tenant wa.TenantID) *tenantStream {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tenants[tenant]
}

// join adds a socket, and starts the stream of its tenant if it is the first.
// It is nil, with the reason, once the hub closes, and for somebody who has too
// many: each costs memory and a share of every frame.
func (h *Hub) join(c *client) (*tenantStream, closeReason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, closeDraining()
	}
	who := personKey{c.person.TenantID, c.person.ID}
	if h.people[who] >= h.cfg.OfPerson {
		return nil, closeMany()
	}
	h.people[who]++
	h.sockets[c] = struct{}{}
	// Under the lock and after closed: whom Close does not see is not let in.
	h.wg.Add(1) // until the socket's serve returns
	tenant := c.person.TenantID
	ts := h.tenants[tenant]
	if ts == nil {
		ts = newTenantStream(h, tenant)
		h.tenants[tenant] = ts
		h.wg.Go(ts.follow)
	}
	ts.sockets++
	return ts, closeReason{}
}

// leave is the last of a socket. Its stream stays for a while: a page that is loaded anew
// finds its offsets there.
func (h *Hub) leave(c *client) {
	h.mu.Lock()
	delete(h.sockets, c)
	who := personKey{c.person.TenantID, c.person.ID}
	if h.people[who]--; h.people[who] == 0 {
		delete(h.people, who)
	}
	ts := h.tenants[c.person.TenantID]
	if ts != nil {
		ts.sockets--
		ts.idleSince = time.Now()
	}
	h.mu.Unlock()
	if ts != nil {
		ts.forgetClient(c)
	}
}

// retire removes a stream that has had no socket for long.
// Under the lock of join: a socket finds the stream with its goroutine, or makes another.
func (h *Hub) retire(ts *tenantStream) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ts.sockets > 0 || !ts.gone && time.Since(ts.idleSince) < streamIdle {
		return false
	}
	delete(h.tenants, ts.tenant)
	return true
}

// Close tells every socket to come back elsewhere and waits for them, until ctx
// ends. A second call does nothing more.
func (h *Hub) Close(ctx context.Context) {
	h.mu.Lock()
	// First nobody new comes in, then all are told why; streams and replays end after that.
	h.closed = true
	clients := make([]*client, 0, len(h.sockets))
	for c := range h.sockets {
		clients = append(clients, c)
	}
	h.mu.Unlock()
	for _, c := range clients {
		c.close(closeDraining())
	}
	h.stop()
	gone := make(chan struct{})
	go func() { h.wg.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
		for _, c := range clients {
			_ = c.conn.Close() // the last means
		}
		<-gone
	}
}

// enter takes a seat for a read of a journal; false once the hub closes.
// Few read at once: after a cut every open thread asks, and the database has to do the
// work of conversations as well.
func (h *Hub) enter() bool {
	select {
	case h.replays <- struct{}{}:
		return true
	case <-h.done:
		return false
	}
}

func (h *Hub) exit() { <-h.replays }

// Place is where the tenant's inbox streams of this gateway are; without an
// epoch when nobody follows them here.
func (h *Hub) Place(tenant wa.TenantID) (epoch string, offset uint64) {
	ts := h.stream(tenant)
	if ts == nil {
		return "", 0
	}
	epoch, at := ts.at()
	return epoch, *at
}
