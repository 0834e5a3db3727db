package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// problemsLock is the key of the advisory lock that makes one process the one that
// tries failed events again.
const problemsLock = 7_318_005

// Lead is the right to try failed events again, held by one session of the
// database at a time. Not safe for concurrent use.
type Lead struct{ conn *pgx.Conn }

// Lead takes the lead; ok is false while another process has it. The caller closes
// what it gets.
func (p *Problems) Lead(ctx context.Context) (lead *Lead, ok bool, err error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("lead problems: %w", err)
	}
	if err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(problemsLock)).Scan(&ok); err != nil {
		err = fmt.Errorf("lead problems: %w", err)
	}
	if !ok {
		conn.Release()
		return nil, false, err
	}
	// Out of the pool: closing that must not wait for the lead to end.
	return &Lead{conn.Hijack()}, true, nil
}

// Holds says whether the lead is still ours: it ends with its session.
func (l *Lead) Holds(ctx context.Context) bool { return l.conn.Ping(ctx) == nil }

// Close gives the lead back, by ending its session. It waits for that a second at most.
func (l *Lead) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = l.conn.Close(ctx) // closed in either case
}
