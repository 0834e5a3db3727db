package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// How the follower goes about it.
const (
	tailEvery  = time.Second
	passEvery  = 6 * time.Hour
	retryEvery = 5 * time.Second
	passPage   = 500 // conversations compared at a time
	lotSize    = 100 // conversations indexed at a time
	lotEvents  = 200 // events of one conversation in a lot
	// burstRest is the pause after a lot that others wait behind, by its own time: in
	// a burst of messages their conversations come first, and search later.
	burstRest  = 4
	stepBudget = 30 * time.Second // for one look or lot; what takes longer has failed
	tailTooOld = 5 * time.Minute  // the change log forgets after 15: then a pass is due
)

// FollowerConfig says what to follow. Pool is required.
type FollowerConfig struct {
	Pool   *pgxpool.Pool
	Logger *slog.Logger
	Meter  metric.Meter
	// Every is how often the change log is read, and Retry how often somebody
	// who does not lead asks to; 0 is 1 s and 5 s.
	Every, Retry time.Duration
}

// Follower keeps the search index up to date while it leads. Any number may run;
// the database lets one lead.
type Follower struct {
	cfg     FollowerConfig
	metrics *metrics
	stop    context.CancelFunc
	done    chan struct{}
}

// StartFollower begins to follow. The caller closes it.
func StartFollower(cfg FollowerConfig) (*Follower, error) {
	if cfg.Pool == nil {
		return nil, errors.New("a search follower needs a pool")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Meter == nil {
		cfg.Meter = noop.NewMeterProvider().Meter("")
	}
	if cfg.Every <= 0 {
		cfg.Every = tailEvery
	}
	if cfg.Retry <= 0 {
		cfg.Retry = retryEvery
	}
	m, err := newMetrics(cfg.Meter)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	f := &Follower{cfg: cfg, metrics: m, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.run(ctx)
	}()
	return f, nil
}

// Close stops, gives the lead back and waits for both. It may be called twice.
func (f *Follower) Close() {
	f.stop()
	<-f.done
}

func (f *Follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := f.lead(ctx); err != nil && ctx.Err() == nil {
			level := slog.LevelWarn
			if persistence.FaultOf(err) == persistence.FaultBroken {
				level = slog.LevelError
			}
			f.cfg.Logger.Log(ctx, level, "search index not followed, trying again", "error", err)
		}
		pause(ctx, f.cfg.Retry)
	}
}

// lead follows as long as this process may; nil says that another one does.
func (f *Follower) lead(ctx context.Context) (err error) {
	defer func() { // it begins anew
		if v := recover(); v != nil {
			err = fmt.Errorf("panicked: %v\n%s", v, debug.Stack())
		}
	}()
	lead, ok, err := searchindex.TakeLead(ctx, f.cfg.Pool)
	if err != nil || !ok {
		return err
	}
	defer lead.Close()
	f.cfg.Logger.Info("this process keeps the search index")
	l := &leader{lead: lead, log: f.cfg.Logger, metrics: f.metrics}
	defer f.metrics.caughtUp(0)
	return l.follow(ctx, f.cfg.Every)
}

// leader is the work of one lead.
type leader struct {
	lead    *searchindex.Lead
	log     *slog.Logger
	metrics *metrics

	at     uint64 // place in the change log
	looked time.Time

	passing  bool
	passAt   wa.ConversationKey // compared up to it
	compared bool               // compared to the end
	behind   []wa.ConversationKey
	passed   time.Time
}

// follow reads the tail, and beside it passes over all conversations. The place
// in the log is taken before the first pass: what the pass is too early for
// comes with the tail.
func (l *leader) follow(ctx context.Context, every time.Duration) error {
	var err error
	if l.at, err = l.lead.Position(ctx); err != nil {
		return err
	}
	l.looked, l.passing = time.Now(), true
	for ctx.Err() == nil {
		if err := l.tail(ctx); err != nil {
			return err
		}
		wait := every
		if l.passing {
			began := time.Now()
			if err := l.pass(ctx); err != nil {
				return err
			}
			// As long a pause as the work: half of a processor at most.
			wait = min(every, time.Since(began))
		}
		pause(ctx, wait)
	}
	return nil
}

func (l *leader) tail(ctx context.Context) error {
	now := time.Now()
	if !l.passing && (now.Sub(l.looked) > tailTooOld || now.Sub(l.passed) > passEvery) {
		l.passing, l.passAt, l.compared = true, wa.ConversationKey{}, false
	}
	tail, err := l.look(ctx)
	if err != nil {
		return err
	}
	l.metrics.caughtUp(tail.Lag)
	for keys := tail.Keys; len(keys) > 0; {
		began := time.Now()
		if keys, err = l.indexSome(ctx, keys, false); err != nil {
			return err
		}
		if len(keys) > 0 {
			pause(ctx, burstRest*time.Since(began))
		}
	}
	l.at, l.looked = tail.Next, now
	return nil
}

func (l *leader) look(ctx context.Context) (searchindex.Tail, error) {
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	return l.lead.Tail(ctx, l.at)
}

// pass does one step: compares a page of conversations, or indexes some that
// are behind.
func (l *leader) pass(ctx context.Context) (err error) {
	if len(l.behind) > 0 {
		l.behind, err = l.indexSome(ctx, l.behind, true)
	} else {
		err = l.compare(ctx)
	}
	if err != nil {
		return err
	}
	if l.compared && len(l.behind) == 0 {
		l.passing, l.passed = false, time.Now()
		l.metrics.passDone()
	}
	return nil
}

func (l *leader) compare(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	l.behind, l.passAt, err = l.lead.Behind(ctx, l.passAt, passPage)
	l.compared = l.passAt == wa.ConversationKey{}
	return err
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
