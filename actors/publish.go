package actors

import (
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Bounds of what travels in one message between members: well below its limit
// of 1 MB, whatever one update weighs.
const (
	publishEvery   = 10 * time.Millisecond
	publishUpdates = 256
	publishBytes   = 384 << 10
	publishBacklog = 8192 // updates of one tenant between two flushes; beyond it they are dropped
)

// Teller sends to a grain without waiting for an answer; *cluster.Member is one.
type Teller interface {
	Tell(kind, key string, msg proto.Message)
}

// Publisher hands what committed on this member to the Feeds, in lots. It is
// the fast path only: what it drops or loses, the Feed finds in the change log.
type Publisher struct {
	to   Teller
	log  *slog.Logger
	stop chan struct{}
	done chan struct{}
	once sync.Once

	mu      sync.Mutex
	pending map[wa.TenantID][]*actorpb.ConversationUpdate
	armed   chan struct{} // has a token while something is pending
}

// NewPublisher starts a publisher. The caller owns it and calls Close.
func NewPublisher(to Teller, log *slog.Logger) *Publisher {
	p := &Publisher{
		to: to, log: log, stop: make(chan struct{}), done: make(chan struct{}),
		pending: make(map[wa.TenantID][]*actorpb.ConversationUpdate), armed: make(chan struct{}, 1),
	}
	go p.run()
	return p
}

// Committed takes one update on its way. It never blocks; nobody may change the
// update any more.
func (p *Publisher) Committed(u *actorpb.ConversationUpdate) {
	tenant := wa.TenantID(u.GetRow().GetTenantId())
	p.mu.Lock()
	lot := p.pending[tenant]
	if len(lot) >= publishBacklog {
		p.mu.Unlock()
		return // left to the change log
	}
	p.pending[tenant] = append(lot, u)
	p.mu.Unlock()
	select {
	case p.armed <- struct{}{}:
	default:
	}
}

// Close sends what is pending and stops. Committed afterwards is lost to the
// fast path only. Closing twice does no harm.
func (p *Publisher) Close() {
	p.once.Do(func() { close(p.stop) })
	<-p.done
}

// run flushes at once after a pause, and else every publishEvery.
func (p *Publisher) run() {
	defer close(p.done)
	var flushed time.Time
	for {
		select {
		case <-p.armed:
		case <-p.stop:
			p.flush()
			return
		}
		wait := time.NewTimer(time.Until(flushed.Add(publishEvery)))
		select {
		case <-wait.C:
		case <-p.stop:
			wait.Stop()
		}
		p.flush()
		flushed = time.Now()
	}
}

func (p *Publisher) flush() {
	p.mu.Lock()
	pending := p.pending
	p.pending = make(map[wa.TenantID][]*actorpb.ConversationUpdate, len(pending))
	p.mu.Unlock()
	for tenant, updates := range pending {
		// What panics is lost to the fast path, and to one tenant only.
		persistence.Guard(p.log, "publish", func() { p.send(tenant, updates) })
	}
}

// send tells one feed.
func (p *Publisher) send(tenant wa.TenantID, updates []*actorpb.ConversationUpdate) {
	for len(updates) > 0 {
		n := lotSize(updates)
		p.to.Tell(wa.FeedKind, string(tenant), &actorpb.PublishUpdates{Updates: updates[:n:n]})
		updates = updates[n:]
	}
}

// lotSize is how many of the updates fit into one message, at least one.
func lotSize(updates []*actorpb.ConversationUpdate) int {
	size := 0
	for i, u := range updates {
		size += proto.Size(u)
		if i > 0 && (i >= publishUpdates || size > publishBytes) {
			return i
		}
	}
	return len(updates)
}
