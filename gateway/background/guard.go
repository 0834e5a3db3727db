package background

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

// ErrPanicked is what came of work that panicked; the log has the rest.
var ErrPanicked = errors.New("a fault of ours, see the log: panicked")

// Guard runs a piece of work and says whether it came to its end. A panic is
// logged with its stack and counted; it ends that work and never the process,
// which does the work of all numbers.
func (w *Work) Guard(name string, work func()) (ended bool) {
	defer func() {
		if v := recover(); v != nil {
			w.Struck(name, &persistence.Panic{Value: v, Stack: debug.Stack()})
		}
	}()
	work()
	return true
}

// Struck logs and counts a panic that somebody else caught.
func (w *Work) Struck(name string, p *persistence.Panic) {
	w.panics.Add(context.Background(), 1, metric.WithAttributes(attribute.String("work", name)))
	w.log.Error("panicked", "work", name, "panic", p.Value, "stack", string(p.Stack))
}

// Kept is a loop that begins anew after each panic, until it returns.
func (w *Work) Kept(name string, loop func()) func() {
	return func() {
		for !w.Guard(name, loop) && w.Pause(afterPanic) {
		}
	}
}
