package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// ChangeLog is what feeds need of it; *inbox.ChangeLog is one.
type ChangeLog interface {
	Start(ctx context.Context, reader string) (inbox.TailPosition, error)
	Tail(ctx context.Context, tenants []wa.TenantID, p inbox.TailPosition) ([]inbox.Change, inbox.TailPosition, error)
	Rows(ctx context.Context, tenant wa.TenantID, keys []wa.ConversationKey) ([]*actorpb.InboxRow, error)
	Refresh(ctx context.Context, p inbox.TailPosition) error
	Prune(ctx context.Context, upto inbox.TailPosition) error
	Stop(ctx context.Context, p inbox.TailPosition) error
}

// Tail reads the change log for all Feeds of a member: one statement at a time,
// however many tenants there are, and none while no Feed is active.
type Tail struct {
	log    ChangeLog
	logger *slog.Logger
	every  time.Duration

	mu    sync.Mutex
	feeds map[*tailed]struct{}
	stop  context.CancelFunc // nil: nothing is read
	done  chan struct{}      // of the last goroutine; nil: there was none
}

// NewTail makes the tail of a member; every is how often the log is read, 0 is 500
// ms. It works while Feeds use it.
func NewTail(log ChangeLog, logger *slog.Logger, every time.Duration) *Tail {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	if every == 0 {
		every = feedTailEvery
	}
	return &Tail{log: log, logger: logger, every: every, feeds: make(map[*tailed]struct{})}
}

// tailed is the part of one Feed. The tail never waits for it: what the Feed has not
// taken adds up to one version of each conversation.
type tailed struct {
	tenant wa.TenantID
	news   chan struct{}

	mu      sync.Mutex
	changes map[wa.ConversationKey]uint64
	lost    bool // the log may have swallowed something
}

// join tells a Feed all of its tenant that commits from now on, until it leaves.
func (t *Tail) join(tenant wa.TenantID) *tailed {
	f := &tailed{tenant: tenant, news: make(chan struct{}, 1), changes: make(map[wa.ConversationKey]uint64)}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.feeds[f] = struct{}{}
	if t.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		before, done := t.done, make(chan struct{})
		t.stop, t.done = stop, done
		go func() {
			defer close(done)
			if before != nil {
				<-before
			}
			t.run(ctx)
		}()
	}
	return f
}

// leave ends a Feed's part. The last one waits until nothing is read any more.
func (t *Tail) leave(f *tailed) {
	t.mu.Lock()
	delete(t.feeds, f)
	if len(t.feeds) > 0 || t.stop == nil {
		t.mu.Unlock()
		return
	}
	t.stop()
	t.stop = nil
	done := t.done
	t.mu.Unlock()
	<-done
}

// parts are the Feeds and their tenants.
func (t *Tail) parts() (parts map[wa.TenantID][]*tailed, tenants []wa.TenantID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	parts = make(map[wa.TenantID][]*tailed, len(t.feeds))
	for f := range t.feeds {
		parts[f.tenant] = append(parts[f.tenant], f)
		if len(parts[f.tenant]) == 1 {
			tenants = append(tenants, f.tenant)
		}
	}
	slices.Sort(tenants)
	return parts, tenants
}

// joined says whether a Feed is here that is not among the parts.
func (t *Tail) joined(parts map[wa.TenantID][]*tailed) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for f := range t.feeds {
		if !slices.Contains(parts[f.tenant], f) {
			return true
		}
	}
	return false
}

func (f *tailed) tell(do func()) {
	f.mu.Lock()
	do()
	f.mu.Unlock()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// take returns what was told since it was last called.
func (f *tailed) take() (changes map[wa.ConversationKey]uint64, lost bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changes, lost = f.changes, f.lost
	f.changes, f.lost = make(map[wa.ConversationKey]uint64), false
	return changes, lost
}

// tailing is how far a tail has read.
type tailing struct {
	tail     *Tail
	started  bool
	missed   bool // started anew: the Feeds are to be told
	at       inbox.TailPosition
	since    time.Time // of the last look that succeeded
	prunable []datedPosition
	pruned   time.Time
}

type datedPosition struct {
	when time.Time
	at   inbox.TailPosition
}

func (t *Tail) run(ctx context.Context) {
	r := &tailing{tail: t, since: time.Now()}
	defer r.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			timer.Reset(r.step(ctx))
		}
	}
}

// step looks once, and says when the next look is due.
func (r *tailing) step(ctx context.Context) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, feedTailBudget)
	defer cancel()
	now := time.Now()
	err := r.guarded(ctx)
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return r.tail.every // the tail ends
	case errors.Is(err, persistence.ErrNotFound), err != nil && now.Sub(r.since) > feedDepth:
		// A log that was emptied, or could not be read for as long as updates are kept,
		// may have swallowed something: that is a new epoch, once it is read again.
		r.tail.logger.Warn("change log lost, new feed epochs", "error", err)
		r.started, r.missed, r.since = false, true, now
		return 0
	case err != nil:
		r.tail.logger.Warn("read change log", "error", err)
		return r.tail.every
	}
	r.since = now
	return r.tail.every
}

// guarded makes an error of a panic.
func (r *tailing) guarded(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panicked: %v\n%s", v, debug.Stack())
		}
	}()
	if !r.started {
		return r.start(ctx)
	}
	return r.look(ctx)
}

func (r *tailing) start(ctx context.Context) (err error) {
	if r.at, err = r.tail.log.Start(ctx, uuid.NewString()); err != nil {
		r.missed = true // by the Feeds that are here already
		return err
	}
	r.started, r.prunable = true, nil
	if !r.missed {
		return nil
	}
	r.missed = false
	parts, _ := r.tail.parts()
	for _, feeds := range parts {
		for _, f := range feeds {
			f.tell(func() { f.lost = true })
		}
	}
	return nil
}

// look gives each Feed its part of what has changed. A Feed that joined while the log
// was read may have missed what committed since: then the place stays, and the next
// look tells all of it again, which changes nothing for the others.
func (r *tailing) look(ctx context.Context) error {
	parts, tenants := r.tail.parts()
	if len(tenants) == 0 {
		return nil
	}
	changes, at, err := r.tail.log.Tail(ctx, tenants, r.at)
	if err != nil {
		return err
	}
	if r.tail.joined(parts) {
		at = r.at
	}
	r.at = at
	for _, c := range changes {
		for _, f := range parts[c.TenantID] {
			f.tell(func() { f.changes[c.Key] = max(f.changes[c.Key], c.Version) })
		}
	}
	r.prune(ctx)
	return nil
}

// prune shortens the log for everybody, by what this tail has read long ago.
func (r *tailing) prune(ctx context.Context) {
	now := time.Now()
	if now.Sub(r.pruned) < feedPruneEvery {
		return
	}
	r.pruned = now
	r.prunable = append(r.prunable, datedPosition{now, r.at})
	err := r.tail.log.Refresh(ctx, r.at)
	for len(r.prunable) > 0 && now.Sub(r.prunable[0].when) > feedLogAge {
		err = errors.Join(err, r.tail.log.Prune(ctx, r.prunable[0].at))
		r.prunable = r.prunable[1:]
	}
	if err != nil {
		r.tail.logger.Warn("prune change log", "error", err)
	}
}

// close takes the mark of this tail out of the log.
func (r *tailing) close() {
	if !r.started {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := r.tail.log.Stop(ctx, r.at); err != nil {
		r.tail.logger.Debug("unmark change log", "error", err)
	}
}
