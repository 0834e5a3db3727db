package effects

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
)

// timerPatience is how long a due alarm waits for its conversation before it
// rings again.
const timerPatience = 30 * time.Second

// DueTimer is an alarm that rings. It may ring early or twice: the conversation
// knows whether it is meant.
type DueTimer struct {
	Key   wa.ConversationKey
	Kind  string
	DueAt time.Time
	DBNow time.Time // the database's clock, which set DueAt's row off
}

// Timers are the alarm clocks of conversations. Appends set and remove them.
type Timers struct{ pool *pgxpool.Pool }

// NewTimers reads from the pool.
func NewTimers(pool *pgxpool.Pool) *Timers { return &Timers{pool} }

// Due takes up to limit due alarms, the longest due first. Each rings again in
// 30 s unless its conversation removes or moves it. Callers at the same time
// get different ones.
func (t *Timers) Due(ctx context.Context, limit int) ([]DueTimer, error) {
	rows, err := t.pool.Query(ctx, `
		UPDATE timer t SET next_try = now() + $2
		WHERE t.ctid = ANY (ARRAY(SELECT ctid FROM timer
			WHERE next_try <= now() ORDER BY next_try LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING t.phone_number_id, t.contact_id, t.kind, t.due_at, now()`, limit, timerPatience)
	if err != nil {
		return nil, fmt.Errorf("take due timers: %w", err)
	}
	due, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d DueTimer, err error) {
		err = row.Scan(&d.Key.PhoneNumberID, &d.Key.ContactID, &d.Kind, &d.DueAt, &d.DBNow)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("take due timers: %w", err)
	}
	return due, nil
}

// RingAll makes every alarm ring now, for conversations whose clock was moved:
// those that are not due yet ring every 30 s until they are. Only a demo does so.
func (t *Timers) RingAll(ctx context.Context) error {
	if _, err := t.pool.Exec(ctx, `UPDATE timer SET next_try = now()`); err != nil {
		return fmt.Errorf("ring all timers: %w", err)
	}
	return nil
}

// Remove ends an alarm that its conversation knows nothing of. One that was
// moved meanwhile stays.
func (t *Timers) Remove(ctx context.Context, d DueTimer) error {
	_, err := t.pool.Exec(ctx, `
		DELETE FROM timer WHERE phone_number_id = $1 AND contact_id = $2 AND kind = $3 AND due_at = $4`,
		d.Key.PhoneNumberID, d.Key.ContactID, d.Kind, d.DueAt)
	if err != nil {
		return fmt.Errorf("remove timer of %s: %w", d.Key, err)
	}
	return nil
}
