package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// Asker reaches grains; *cluster.Member is one. An answer is an
// *actorpb.Outcome or, from a PhoneNumber, an *actorpb.NumberState.
type Asker interface {
	Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error)
}

// Store is what the relay reads and writes.
type Store struct {
	Intake    *intake.Intake
	Problems  *intake.Problems
	Numbers   *numbers.Numbers
	Directory *contacts.Directory
	Outbox    *effects.Outbox
	Timers    *effects.Timers
	Unmatched *intake.Unmatched
	Templates *numbers.Templates
	Media     *media.Media
	Jobs      *jobs.Jobs
}

// Limits bounds what the relay holds. A zero field takes its default.
type Limits struct {
	Rows     int // intake rows in memory; 20,000
	Bytes    int // of their bodies; 64 MB
	InFlight int // commands from intake at once; 1,500
	Sends    int // calls to Meta at once for one number; 64
	Media    int // files fetched at once; 16, of one number a quarter
	// MediaBytes is the length of a file that is still kept; 100 MB, Meta's own limit.
	MediaBytes int64
}

// Pauses are the relay's rhythms. A zero field takes its default.
type Pauses struct {
	Ask      time.Duration // for one try of a command; 10 s
	Retry    time.Duration // after a first failure, then growing; 200 ms
	GiveUp   time.Duration // until an event becomes a problem; 30 s
	Problems time.Duration // between tries of failed lanes and parked events; 1 min
	TakeOver time.Duration // between looks for sources of the dead that no event announced; 2 s
	Poll     time.Duration // for sends and timers that are due; 500 ms
	Sweep    time.Duration // for outcomes that were not recorded and lists that are due; 1 s
	Media    time.Duration // after a first failed fetch of a file, then growing; 5 s
	Look     time.Duration // between looks at a number that is stopped or paused; 30 s
}

// Config wires a relay. Asker, Store, Client and Member are needed.
type Config struct {
	Asker  Asker
	Store  Store
	Client *cloudapi.Client
	Member string // of the cluster; claims carry it and end with its lease
	// LeaseValid says whether that lease runs: without it nothing is handed to Meta,
	// because others may have judged what we claimed; nil: always.
	LeaseValid func() bool
	// Lost names members that vanished without leaving; nil: none. What they hold is
	// taken over, at once after MembersChanged.
	Lost   func() []string
	Logger *slog.Logger
	Meter  metric.Meter
	Limits Limits
	Pauses Pauses
	// Unproven numbers are registered without asking Meta whose they are: for tests.
	Unproven bool
	// Ahead is how far the grains' clock is ahead of the database's, see
	// actors.Config; nil: not at all.
	Ahead func() time.Duration
	// MediaAge is how long files of messages are kept; 0: for ever.
	MediaAge time.Duration
}

// Relay moves events in and sends out. Make it with New, connect Offer to
// Intake.OnStored, then Start.
type Relay struct {
	cfg     Config
	store   Store
	metrics *metrics
	feed    *feed
	lanes   *lanes
	inbound *inboundCount
	known   *sentCache
	pumps   map[string]worker // by kind
	health  *healthReports
	stuck   stuck
	mender  mender
	passed  atomic.Int64 // events that grains answered
	hold    atomic.Bool  // nothing more is claimed: the relay stops
	finish  *batcher[finished]
	match   *batcher[effects.SentQuery]
	wakes   *batcher[templateWake]
	deaths  []chan struct{} // signalled when a member may have died; made by Start

	// ctx ends when nothing may go on; quit closes when nothing new is to begin.
	//nolint:containedctx // it is the relay's own life, not a caller's.
	ctx    context.Context
	cancel context.CancelFunc
	quit   chan struct{}
	work   sync.WaitGroup
	once   sync.Once

	stopping sync.Mutex // no background work begins while the relay ends
}

// New checks the configuration and starts nothing.
func New(cfg Config) (*Relay, error) {
	if cfg.Asker == nil || cfg.Client == nil || cfg.Member == "" || cfg.Store.Intake == nil {
		return nil, errors.New("a relay needs an asker, a client, a member and a store")
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	if cfg.Meter == nil {
		cfg.Meter = noop.Meter{}
	}
	if cfg.LeaseValid == nil {
		cfg.LeaseValid = func() bool { return true }
	}
	if cfg.Lost == nil {
		cfg.Lost = func() []string { return nil }
	}
	if cfg.Ahead == nil {
		cfg.Ahead = func() time.Duration { return 0 }
	}
	cfg.Limits = cfg.Limits.withDefaults()
	cfg.Pauses = cfg.Pauses.withDefaults()
	r := &Relay{
		cfg: cfg, store: cfg.Store, quit: make(chan struct{}),
		inbound: &inboundCount{}, known: newSentCache(100_000), health: &healthReports{},
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	var err error
	if r.metrics, err = newMetrics(cfg.Meter, r); err != nil {
		r.cancel()
		return nil, fmt.Errorf("make relay: %w", err)
	}
	r.feed = newFeed(cfg.Limits.Rows, cfg.Limits.Bytes)
	r.lanes = newLanes(cfg.Limits.InFlight, r.try, r.tryNote)
	r.pumps = make(map[string]worker)
	for _, w := range r.kinds() {
		r.pumps[w.name()] = w
	}
	r.finish = newBatcher(r.finishBatch)
	r.match = newBatcher(r.matchBatch)
	r.wakes = newBatcher(r.wakeBatch)
	return r, nil
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Rows: cmp.Or(l.Rows, 20_000), Bytes: cmp.Or(l.Bytes, 64<<20),
		InFlight: cmp.Or(l.InFlight, 1500), Sends: cmp.Or(l.Sends, 64),
		Media: cmp.Or(l.Media, 16), MediaBytes: cmp.Or(l.MediaBytes, 100<<20),
	}
}

func (p Pauses) withDefaults() Pauses {
	return Pauses{
		Ask: cmp.Or(p.Ask, 10*time.Second), Retry: cmp.Or(p.Retry, 200*time.Millisecond),
		GiveUp: cmp.Or(p.GiveUp, 30*time.Second), Problems: cmp.Or(p.Problems, time.Minute),
		TakeOver: cmp.Or(p.TakeOver, 2*time.Second), Poll: cmp.Or(p.Poll, 500*time.Millisecond),
		Sweep: cmp.Or(p.Sweep, time.Second), Media: cmp.Or(p.Media, 5*time.Second),
		Look: cmp.Or(p.Look, 30*time.Second),
	}
}

// Start begins all the work.
func (r *Relay) Start() {
	r.work.Go(r.kept("intake", r.cut))
	r.work.Go(r.kept("intake", r.readBack))
	r.inherit(r.cfg.Pauses.TakeOver, newHeir(r).look)
	for _, w := range r.pumps {
		w.start()
	}
	r.every(r.cfg.Pauses.Problems, r.retryProblems)
	r.every(inboundFlush, r.flushInbound)
	r.every(time.Hour, r.expireUnmatched)
	r.every(time.Hour, r.pruneJobs)
	r.every(time.Minute, r.templateAge)
	r.every(time.Hour, r.dropMedia)
	r.every(mediaMeasure, r.measureMedia)
	r.work.Go(r.kept("finish", func() { r.finish.loop(r.ctx) }))
	r.work.Go(r.kept("match", func() { r.match.loop(r.ctx) }))
	r.work.Go(r.kept("wakes", func() { r.wakes.loop(r.ctx) }))
}

// every does something now and after each pause, until the relay stops.
func (r *Relay) every(pause time.Duration, do func(context.Context)) { r.repeat(pause, nil, do) }

// inherit is every for what is to be done at once when a member has died.
func (r *Relay) inherit(pause time.Duration, do func(context.Context)) {
	died := make(chan struct{}, 1)
	r.deaths = append(r.deaths, died)
	r.repeat(pause, died, do)
}

func (r *Relay) repeat(pause time.Duration, now <-chan struct{}, do func(context.Context)) {
	r.work.Go(func() {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			r.guarded("periodic", func() { do(r.ctx) })
			select {
			case <-r.quit:
				return
			case <-tick.C:
			case <-now:
			}
		}
	})
}

// MembersChanged says that a member came or went. It never blocks, may be called
// after Start only, and a lost call costs a poll.
func (r *Relay) MembersChanged() {
	for _, died := range r.deaths {
		signal(died)
	}
}

// background does something once, unless the relay has stopped.
func (r *Relay) background(do func(context.Context)) {
	r.stopping.Lock()
	defer r.stopping.Unlock()
	if r.ctx.Err() == nil {
		r.work.Go(func() { r.guarded("background", func() { do(r.ctx) }) })
	}
}

// Stop takes nothing new, waits until what was taken is dealt with or ctx ends,
// and then stops everything. What is left is read back by another process, or by
// the next start. The intake is closed after it. Stopping twice does nothing.
func (r *Relay) Stop(ctx context.Context) {
	r.once.Do(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		r.hold.Store(true)
		for ctx.Err() == nil && !r.idle() {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
		close(r.quit)
		r.stopping.Lock()
		r.cancel()
		r.stopping.Unlock()
		r.lanes.stop()
		for _, w := range r.pumps {
			w.wait()
		}
		r.work.Wait()
		r.stopMending()
	})
}

// idle says that nothing taken in is unfinished and no send is under way.
func (r *Relay) idle() bool {
	for _, w := range r.pumps {
		if !w.idle() {
			return false
		}
	}
	rows, _ := r.feed.held()
	return rows == 0 && !r.feed.isBehind()
}

// Offer hands over a committed intake row. It never blocks.
func (r *Relay) Offer(row intake.Row) {
	if !r.feed.offer(row) {
		r.metrics.fellBehind()
	}
}

// Wake says that a number may have something to send. It never blocks, and a
// lost wake-up costs half a second.
func (r *Relay) Wake(number wa.PhoneNumberID) { r.wake(kindSends, string(number)) }

// pause waits, and reports false when the relay stops.
func (r *Relay) pause(d time.Duration) bool {
	select {
	case <-r.ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
