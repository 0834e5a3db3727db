package background

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/metric"
)

// Work is all the background work of one part of a process. It begins with the
// first call and ends with End and Wait.
type Work struct {
	log    *slog.Logger
	panics metric.Int64Counter
	waits  metric.Int64Counter
	stuck  stuck

	// ctx ends when nothing may go on; quit closes when nothing new is to begin.
	//nolint:containedctx // it is the work's own life, not a caller's.
	ctx    context.Context
	cancel context.CancelFunc
	quit   chan struct{}
	group  sync.WaitGroup

	ending sync.Mutex // nothing begins while the work ends
	deaths []chan struct{}
}

// New makes the work of the part whose metrics have the prefix, such as
// "prosa.relay.".
func New(prefix string, log *slog.Logger, m metric.Meter) (*Work, error) {
	w := &Work{log: log, quit: make(chan struct{})}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	var errs [4]error
	w.panics, errs[0] = m.Int64Counter(prefix+"panics", metric.WithUnit("{panic}"),
		metric.WithDescription("Panics that ended one piece of work and nothing else; any is a bug."))
	w.waits, errs[1] = m.Int64Counter(prefix+"waits", metric.WithUnit("{time}"),
		metric.WithDescription("Times that the store did not take something, which waits; fault broken asks for somebody."))
	stuck, err := m.Int64ObservableGauge(prefix+"stuck", metric.WithUnit("{thing}"),
		metric.WithDescription("What waits for a statement that the database carries out for nobody."))
	errs[2] = err
	_, errs[3] = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(stuck, int64(len(w.stuck.list(time.Now()))))
		return nil
	}, stuck)
	if err := errors.Join(errs[:]...); err != nil {
		w.cancel()
		return nil, err
	}
	return w, nil
}

// Context ends when nothing may go on.
func (w *Work) Context() context.Context { return w.ctx }

// Quit closes when nothing new is to begin, right before Context ends.
func (w *Work) Quit() <-chan struct{} { return w.quit }

// Loop runs a loop beside everything else, anew after each panic. It returns once
// Quit is closed.
func (w *Work) Loop(name string, loop func()) { w.group.Go(w.Kept(name, loop)) }

// Every does something now and after each pause, until the work ends.
func (w *Work) Every(pause time.Duration, do func(context.Context)) { w.repeat(pause, nil, do) }

// Inherit is Every for what is to be done at once when a member has died. It is
// called before MembersChanged can be.
func (w *Work) Inherit(pause time.Duration, do func(context.Context)) {
	died := make(chan struct{}, 1)
	w.deaths = append(w.deaths, died)
	w.repeat(pause, died, do)
}

func (w *Work) repeat(pause time.Duration, now <-chan struct{}, do func(context.Context)) {
	w.group.Go(func() {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			w.Guard("periodic", func() { do(w.ctx) })
			select {
			case <-w.quit:
				return
			case <-tick.C:
			case <-now:
			}
		}
	})
}

// MembersChanged says that a member came or went. It never blocks, and a lost call
// costs a pause.
func (w *Work) MembersChanged() {
	for _, died := range w.deaths {
		Signal(died)
	}
}

// Once does something beside everything else, unless the work has ended.
func (w *Work) Once(do func(context.Context)) {
	w.ending.Lock()
	defer w.ending.Unlock()
	if w.ctx.Err() == nil {
		w.group.Go(func() { w.Guard("background", func() { do(w.ctx) }) })
	}
}

// End cuts everything off. It waits for nothing; see Wait.
func (w *Work) End() {
	close(w.quit)
	w.ending.Lock()
	w.cancel()
	w.ending.Unlock()
}

// Wait returns when everything has come to its end, after End.
func (w *Work) Wait() { w.group.Wait() }

// Pause waits, and reports false when the work ends.
func (w *Work) Pause(d time.Duration) bool {
	select {
	case <-w.ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Signal wakes one waiter now or later; signals add up to one.
func Signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// InParallel does something for each element, at most limit at once.
func InParallel[T any](list []T, limit int, do func(n int)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, limit)
	for n := range list {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			do(n)
		})
	}
	group.Wait()
}
