package engine

import (
	"context"
	"log/slog"
	"testing"
)

// Housekeeping that panics ends that round and not the process.
func TestHousekeepingOutlivesAPanic(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	e := &Engine{} // without a store to prune
	e.chores.Go(func() { e.pruneSessions(ctx, slog.New(slog.DiscardHandler)) })
	e.chores.Wait()
}
