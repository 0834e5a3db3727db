// Package quiet lets a library log whose messages at Info hold messages of people.
package quiet

import (
	"context"
	"log/slog"
)

// Handler demotes what the actor library logs to Debug and drops the attributes that
// may hold messages.
type Handler struct{ next slog.Handler }

// New hands on to next.
func New(next slog.Handler) Handler { return Handler{next} }

// Enabled implements slog.Handler, as do the others.
func (h Handler) Enabled(ctx context.Context, _ slog.Level) bool {
	return h.next.Enabled(ctx, slog.LevelDebug)
}

// Handle hands a demoted record on.
func (h Handler) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, slog.LevelDebug, "actors: "+r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "message", "exception", "reason":
		default:
			out.AddAttrs(a)
		}
		return true
	})
	return h.next.Handle(ctx, out)
}

// WithAttrs implements slog.Handler.
func (h Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return Handler{h.next.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h Handler) WithGroup(name string) slog.Handler {
	return Handler{h.next.WithGroup(name)}
}
