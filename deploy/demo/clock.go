package demo

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// demoClock follows the simulator's clock: alarms ring by it, and the next start
// finds it where it was left. Going back to the present is not offered, as what
// happened since would then lie in the future.
type clock struct {
	memory *persistence.Demo
	log    *slog.Logger
	moved  chan struct{}

	mu   sync.Mutex           // makes the last move the one that is kept
	kept *simulator.Simulator // nil: the story is being told, and moves the clock
}

// move hears of every move, before whoever made it is answered.
func (c *clock) move() {
	select {
	case c.moved <- struct{}{}:
	default: // the next look sees this move too
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := c.memory.SetAhead(ctx, c.kept.Ahead()); err != nil {
		c.log.Warn("a restart will not find the clock where it is", "error", err)
	}
}

func (c *clock) keep(sim *simulator.Simulator) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = sim
}

// ring lets alarms ring that a moved clock has made due, until ctx ends: their
// rows wait for the database's clock, which nobody moves.
func (c *clock) ring(ctx context.Context, alarms *effects.Alarms) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.moved:
		}
		persistence.Guard(c.log, "ring alarms", func() {
			if err := alarms.RingAll(ctx); err != nil && ctx.Err() == nil {
				c.log.Warn("alarms do not follow the simulator's clock", "error", err)
			}
		})
	}
}
