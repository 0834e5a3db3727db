package actors

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// How often a Feed does what.
const (
	feedFlushEvery  = 10 * time.Millisecond
	feedTailEvery   = 500 * time.Millisecond
	feedPruneEvery  = time.Minute
	feedForgetEvery = time.Minute
	feedLease       = 2 * time.Second  // of a gateway's subscription
	feedDepth       = 10 * time.Minute // what a gateway may resume
	feedSize        = 100_000          // updates within that
	feedLogAge      = 15 * time.Minute // what the change log keeps
	feedTailBudget  = 5 * time.Second  // of one look at the change log
	// feedGrace is how long what the log tells may still be on its way by the
	// fast path, with its events, before the Feed publishes the bare row: who
	// gained or lost a conversation is told by the events alone, and a busy member
	// pauses for longer than a blink between its commit and the publishing.
	feedGrace = 500 * time.Millisecond
)

// Sender sends to a named endpoint of a member, never blocks and may lose;
// *cluster.Member is one.
type Sender interface {
	TellMember(memberID, name string, msg proto.Message)
}

// FeedConfig is what all Feeds of a member share.
type FeedConfig struct {
	Sender Sender
	// Tail reads the change log for all of them.
	Tail   *Tail
	Logger *slog.Logger
}

// Feed is the grain that puts the live updates of one tenant in order and hands
// them to the gateways that listen. It journals nothing: a new activation is a
// new epoch, and whoever followed the old one fetches anew.
//
// Publishing is a hint. What no member published, or what got lost, the Feed
// finds in the change log and publishes as a row without events; readers that
// want the events too see the gap in the versions and read the journal.
//
// One goroutine owns the state; Receive, the tail and repairs talk to it by channels,
// so that neither a slow database nor a burst of updates holds up the other.
type Feed struct {
	asks chan feedAsk
	stop context.CancelFunc
	done chan struct{}
}

type feedAsk struct {
	msg    proto.Message
	answer chan *actorpb.FeedPosition // nil: nobody waits
}

// NewFeed activates the Feed of a tenant.
func NewFeed(cfg FeedConfig, tenant wa.TenantID) *Feed {
	ctx, cancel := context.WithCancel(context.Background())
	f := &Feed{asks: make(chan feedAsk), stop: cancel, done: make(chan struct{})}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	go func() {
		defer close(f.done)
		for ctx.Err() == nil {
			runFeed(ctx, cfg, tenant, f.asks)
		}
	}()
	return f
}

// runFeed runs a feed until ctx ends or it panics. The next one has another epoch,
// so that whoever followed this one reads anew.
func runFeed(ctx context.Context, cfg FeedConfig, tenant wa.TenantID, asks <-chan feedAsk) {
	defer func() {
		if v := recover(); v != nil {
			cfg.Logger.Error("feed panicked", "tenant", tenant, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	state := newFeedState(cfg, tenant, time.Now())
	part := cfg.Tail.join(tenant)
	defer cfg.Tail.leave(part)
	state.run(ctx, asks, part)
}

// Receive takes PublishUpdates, which it answers with nothing, and
// SubscribeFeed, which it answers with a FeedPosition.
func (f *Feed) Receive(ctx context.Context, msg proto.Message) (proto.Message, error) {
	ask := feedAsk{msg: msg}
	switch msg.(type) {
	case *actorpb.PublishUpdates:
	case *actorpb.SubscribeFeed:
		ask.answer = make(chan *actorpb.FeedPosition, 1)
	default:
		return nil, fmt.Errorf("feed: unknown message %T", msg)
	}
	select {
	case f.asks <- ask:
	case <-ctx.Done():
		return nil, fmt.Errorf("hand to feed: %w", ctx.Err())
	}
	if ask.answer == nil {
		return nil, nil
	}
	select {
	case position := <-ask.answer:
		return position, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("subscribe to feed: %w", ctx.Err())
	}
}

// Passivate ends the goroutine of the Feed and waits for it.
func (f *Feed) Passivate() {
	f.stop()
	<-f.done
}

// run is the one goroutine that touches the state.
func (s *feedState) run(ctx context.Context, asks <-chan feedAsk, part *tailed) {
	// Each is nil while there is nothing to do.
	var flush, repair, forget <-chan time.Time
	var flushed time.Time
	results := make(chan repaired, 1)
	repairing := false
	for {
		if flush == nil && s.behind() {
			flush = time.After(time.Until(flushed.Add(feedFlushEvery)))
		}
		if repair == nil && !repairing && len(s.missing) > 0 {
			repair = time.After(s.grace())
		}
		if forget == nil && len(s.ring) > 0 {
			forget = time.After(feedForgetEvery)
		}
		select {
		case <-ctx.Done():
			if repairing {
				<-results
			}
			return
		case ask := <-asks:
			s.take(ask, time.Now())
		case flushed = <-flush:
			flush = nil
			s.flush(time.Now())
		case now := <-forget:
			forget = nil
			s.forget(now)
		case <-part.news:
			changes, lost := part.take()
			s.hear(changes, lost, time.Now())
		case <-repair:
			repair = nil
			if job := s.nextRepair(); len(job.missing) > 0 {
				repairing = true
				go func() { results <- job.run(ctx) }()
			}
		case result := <-results:
			repairing = false
			s.apply(result, time.Now())
		}
	}
}

func (s *feedState) take(ask feedAsk, now time.Time) {
	switch m := ask.msg.(type) {
	case *actorpb.PublishUpdates:
		for _, u := range m.Updates {
			s.publish(u, now)
		}
	case *actorpb.SubscribeFeed:
		ask.answer <- s.subscribe(m, now)
	}
}
