package relay

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/persistence"
)

// afterPanic is how long a loop that panicked rests before it begins anew.
const afterPanic = time.Second

// errPanicked is what came of work that panicked; the log has the rest.
var errPanicked = errors.New("a fault of ours, see the log: panicked")

// guarded runs a piece of work and says whether it came to its end. A panic is
// logged with its stack and counted; it ends that work and never the process,
// which does the work of all numbers.
func (r *Relay) guarded(name string, work func()) (ended bool) {
	defer func() {
		if v := recover(); v != nil {
			r.struck(name, &persistence.Panic{Value: v, Stack: debug.Stack()})
		}
	}()
	work()
	return true
}

// struck logs and counts a panic.
func (r *Relay) struck(name string, p *persistence.Panic) {
	r.metrics.panics.Add(context.Background(), 1, metric.WithAttributes(attribute.String("work", name)))
	r.cfg.Logger.Error("panicked", "work", name, "panic", p.Value, "stack", string(p.Stack))
}

// kept runs a loop until it returns, anew after each panic.
func (r *Relay) kept(name string, loop func()) func() {
	return func() {
		for !r.guarded(name, loop) && r.pause(afterPanic) {
		}
	}
}

// try is process for a lane. An event that panics is tried like one that is not
// answered, and then kept as a problem.
func (r *Relay) try(it *item) (result verdict) {
	if r.guarded("event", func() { result = r.process(it) }) {
		return result
	}
	return r.notApplied(it, errPanicked)
}

// tryNote is noteItems for a lane. What panics is not noted: it is tried again.
func (r *Relay) tryNote(items []*item) (noted bool) {
	r.guarded("note", func() { noted = r.noteItems(items) })
	return noted
}
