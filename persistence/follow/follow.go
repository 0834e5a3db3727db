package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// How a follower goes about it, unless it is told otherwise.
const (
	tailEvery  = time.Second
	walkEvery  = 6 * time.Hour
	retryEvery = 5 * time.Second
	lotSize    = 100
	// burstRest is the pause after a lot that others wait behind, by its own time: in
	// a burst of messages their conversations come first, and what is derived later.
	burstRest  = 4
	stepBudget = 30 * time.Second // for one look or lot; what takes longer has failed
)

// Conversation is one of a walk.
type Conversation struct {
	Key     wa.ConversationKey
	Version uint64
}

// Handler derives something from conversations. Take is needed.
type Handler struct {
	// Take brings what is derived of some conversations up to date, all or nothing, in
	// a transaction. It returns those of which there is more than a lot should hold.
	// walked: they come of a walk. It may be asked again for what it has done.
	Take func(ctx context.Context, tx pgx.Tx, keys []wa.ConversationKey, walked bool) (more []wa.ConversationKey, err error)
	// Behind picks those of a page that are not derived as they are now; nil: all.
	Behind func(ctx context.Context, tx pgx.Tx, page []Conversation) ([]wa.ConversationKey, error)
	// Reset removes all that is derived, for a rebuild; nil: Take replaces it.
	Reset func(ctx context.Context, tx pgx.Tx) error
	// Canary goes through the statements of Take with data of its own, in a transaction
	// that is rolled back; nil: nobody is blamed for what may be the statement's fault.
	Canary func(ctx context.Context, tx pgx.Tx) error
}

// Config says who follows what. Pool, Name, Member and Handler are needed.
type Config struct {
	Pool    *pgxpool.Pool
	Name    string
	Member  string // this process in the cluster
	Handler Handler
	// Lost names members that vanished without leaving: their lead ends at once.
	Lost   func() []string
	Logger *slog.Logger
	Meter  metric.Meter
	// Every is how often the change log is read, Retry how often somebody who does
	// not lead asks to, Walk how often all is walked; 0 is 1 s, 5 s and 6 h.
	Every, Retry, Walk time.Duration
	// Lot is how many conversations are taken at a time; 0 is 100.
	Lot int
}

// Follower derives what its handler does, while it leads.
type Follower struct {
	cfg     Config
	metrics *metrics
	stop    context.CancelFunc
	done    chan struct{}
}

// New makes a follower, which Start runs.
func New(cfg Config) (*Follower, error) {
	if cfg.Pool == nil || cfg.Name == "" || cfg.Member == "" || cfg.Handler.Take == nil {
		return nil, errors.New("a follower needs a pool, a name, a member and a handler")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Meter == nil {
		cfg.Meter = noop.NewMeterProvider().Meter("")
	}
	if cfg.Lost == nil {
		cfg.Lost = func() []string { return nil }
	}
	if cfg.Lot <= 0 {
		cfg.Lot = lotSize
	}
	for given, otherwise := range map[*time.Duration]time.Duration{&cfg.Every: tailEvery, &cfg.Retry: retryEvery, &cfg.Walk: walkEvery} {
		if *given <= 0 {
			*given = otherwise
		}
	}
	m, err := newMetrics(cfg.Meter, cfg.Name)
	if err != nil {
		return nil, err
	}
	return &Follower{cfg: cfg, metrics: m, stop: func() {}, done: make(chan struct{})}, nil
}

// Start begins to follow. The caller ends it with Close.
func (f *Follower) Start() {
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	go func() {
		defer close(f.done)
		f.run(ctx)
	}()
}

// Close stops, gives the lead back and waits for both. It may be called twice, and
// not before Start.
func (f *Follower) Close() {
	f.stop()
	<-f.done
}

func (f *Follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := f.lead(ctx, func(l *leader) error { return l.follow(ctx) })
		if err != nil && ctx.Err() == nil {
			level := slog.LevelWarn
			if persistence.FaultOf(err) == persistence.FaultBroken {
				level = slog.LevelError
			}
			f.cfg.Logger.Log(ctx, level, "not followed, trying again", "follower", f.cfg.Name, "error", err)
		}
		pause(ctx, f.cfg.Retry)
	}
}

// CatchUp walks over everything once and returns, without Start: when it can lead,
// nothing is behind afterwards of what was committed before. ErrConflict: another
// living member leads.
func (f *Follower) CatchUp(ctx context.Context) error {
	led := false
	err := f.lead(ctx, func(l *leader) error {
		led = true
		err := l.begin(ctx)
		for l.walkFrom(wa.ConversationKey{}); err == nil && l.walking; {
			err = l.walk(ctx)
		}
		return err
	})
	if err == nil && !led {
		err = fmt.Errorf("follow %s: another member leads: %w", f.cfg.Name, persistence.ErrConflict)
	}
	return err
}

// lead does something as long as this process leads; nil, and nothing done, says
// that another one does.
func (f *Follower) lead(ctx context.Context, do func(*leader) error) (err error) {
	defer func() { // it begins anew
		if v := recover(); v != nil {
			err = fmt.Errorf("panicked: %v\n%s", v, debug.Stack())
		}
	}()
	l := &leader{cfg: &f.cfg, metrics: f.metrics}
	ok, err := l.takeLead(ctx)
	if err != nil || !ok {
		return err
	}
	defer l.release()
	f.cfg.Logger.Info("this process leads", "follower", f.cfg.Name)
	defer f.metrics.caughtUp(0)
	return do(l)
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
