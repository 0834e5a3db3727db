package persistence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrBackwards refuses to move business time back.
var ErrBackwards = errors.New("business time does not go back")

// BusinessNow is business time in a statement that runs seldom. What runs often takes
// Clock.Ahead as a parameter and adds it to now(): that costs no look at a table.
const BusinessNow = `(now() + (SELECT ahead FROM installation))`

// clockPoll is how old the offset of a member may be.
const clockPoll = time.Second

// Clock tells business time: the machine's, or in a statement the database's, and the
// offset that the whole database has. A nil Clock is never moved. It is safe for
// concurrent use.
//
// Business time is when windows close, alarms ring and what waits is due, and what
// journals, rows and people are told. Machine time, which nobody moves, is for leases,
// claims, pace, time-outs and sessions: a moved clock must not end a member's life.
type Clock struct {
	pool  *pgxpool.Pool
	ahead atomic.Int64
	set   chan struct{} // wakes Run after Set

	mu sync.Mutex // from a statement to what it says: else an old answer outlives a Set
}

// OpenClock reads the offset of a migrated database.
func OpenClock(ctx context.Context, pool *pgxpool.Pool) (*Clock, error) {
	c := &Clock{pool: pool, set: make(chan struct{}, 1)}
	return c, c.read(ctx)
}

// Now is business time by the machine's clock, as all times are that a member takes
// itself. By how much that differs from the database's counts where both meet: alarms.
func (c *Clock) Now() time.Time { return c.Of(time.Now()) }

// Of is the business time of a moment of machine time.
func (c *Clock) Of(machine time.Time) time.Time { return machine.Add(c.Ahead()) }

// Ahead is how far business time is ahead of the database's clock: 0, except in a demo.
func (c *Clock) Ahead() time.Duration {
	if c == nil {
		return 0
	}
	return time.Duration(c.ahead.Load())
}

// Set moves business time for the whole database. This member knows it at once, the
// others within a second. It goes forward only: what has happened since would else lie
// in the future. ErrBackwards says so.
func (c *Clock) Set(ctx context.Context, ahead time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	tag, err := c.pool.Exec(ctx, `UPDATE installation SET ahead = $1 WHERE ahead <= $1`, ahead)
	if err != nil {
		return fmt.Errorf("move business time: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("%w: %s ahead would be before what has happened\nremedy: move it forward, or begin anew with make db/reset", ErrBackwards, ahead)
	}
	c.ahead.Store(int64(ahead))
	select {
	case c.set <- struct{}{}:
	default: // Run looks anyway
	}
	return nil
}

// Run follows the offset until ctx ends, and calls moved after each move. While the
// database is away, time goes on as it was.
func (c *Clock) Run(ctx context.Context, log *slog.Logger, moved func()) {
	tick := time.NewTicker(clockPoll)
	defer tick.Stop()
	for known := c.Ahead(); ; {
		select {
		case <-ctx.Done():
			return
		case <-c.set:
		case <-tick.C:
			if err := c.read(ctx); err != nil && ctx.Err() == nil {
				log.Debug("business time goes on as it was", "error", err)
			}
		}
		if now := c.Ahead(); now != known {
			known = now
			Guard(log, "tell of moved time", moved)
		}
	}
}

func (c *Clock) read(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ahead time.Duration
	if err := c.pool.QueryRow(ctx, `SELECT ahead FROM installation`).Scan(&ahead); err != nil {
		return fmt.Errorf("read business time: %w", err)
	}
	c.ahead.Store(int64(ahead))
	return nil
}
