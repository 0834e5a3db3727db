package telemetry

import (
	"context"
	"log/slog"
	"runtime/debug"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Guard keeps a panic within the work that it happened in. Every goroutine of the
// gateway runs under one: a fault in what belongs to one person, of one tenant,
// must not end the process for all others.
type Guard struct {
	log    *slog.Logger
	panics metric.Int64Counter
}

// Do runs work and says whether it came to its end. A panic is logged with its
// stack and counted; what it means for whoever waits is the caller's to say.
func (g Guard) Do(name string, work func()) (ended bool) {
	defer func() {
		if v := recover(); v != nil {
			g.Caught(context.Background(), name, v)
		}
	}()
	work()
	return true
}

// Caught reports a panic that was recovered.
func (g Guard) Caught(ctx context.Context, name string, v any, args ...any) {
	g.panics.Add(ctx, 1, metric.WithAttributes(attribute.String("work", name)))
	args = append([]any{"work", name, "panic", v, "stack", string(debug.Stack())}, args...)
	g.log.ErrorContext(ctx, "panicked", args...)
}

// NewGuard counts panics among the instruments of m.
func NewGuard(log *slog.Logger, m *Metrics) Guard { return Guard{log, m.panics} }
