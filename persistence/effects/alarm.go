package effects

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
)

// alarmPatience is how long a due alarm waits for its grain before it rings again.
const alarmPatience = 30 * time.Second

// DueAlarm is an alarm that rings. It may ring early or twice: the grain knows what
// is due.
type DueAlarm struct {
	Grain   string    // kind:key
	Version uint64    // of the grain, that wanted it so
	Now     time.Time // business time, by the database's clock
}

// Rung is what a grain answered to its alarm.
type Rung struct {
	Grain   string
	Version uint64    // that answered: what a later one has armed stays
	Next    time.Time // when it is to ring next; zero: not at all
}

// Alarms are the alarm clocks of grains, one each. Appends set them, whoever rings
// moves or removes them.
type Alarms struct {
	pool  *pgxpool.Pool
	clock *persistence.Clock
}

// NewAlarms reads from the pool. The alarms ring by the clock's business time.
func NewAlarms(pool *pgxpool.Pool, clock *persistence.Clock) *Alarms { return &Alarms{pool, clock} }

// Due takes up to limit due alarms, the longest due first, and says how long it is
// until the next is due; 0 or less: now. Each rings again in 30 s unless Rung or an
// append moves it, or sooner if business time is moved meanwhile: the grain answers the
// same twice. Callers at the same time get different ones.
func (a *Alarms) Due(ctx context.Context, limit int) (due []DueAlarm, wait time.Duration, err error) {
	ahead, batch := a.clock.Ahead(), &pgx.Batch{}
	batch.Queue(`
		UPDATE alarm t SET next_try = now() + $3 + $2
		WHERE t.ctid = ANY (ARRAY(SELECT ctid FROM alarm
			WHERE next_try <= now() + $3 ORDER BY next_try LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING t.grain, t.version, now() + $3`, limit, alarmPatience, ahead).Query(func(rows pgx.Rows) (err error) {
		due, err = pgx.CollectRows(rows, pgx.RowToStructByPos[DueAlarm])
		return err
	})
	// Also where there is none at all.
	batch.Queue(`SELECT least(min(next_try) - (now() + $2), $1) FROM alarm`, alarmPatience, ahead).QueryRow(func(row pgx.Row) error {
		return row.Scan(&wait)
	})
	if err := a.pool.SendBatch(ctx, batch).Close(); err != nil {
		return nil, 0, fmt.Errorf("take due alarms: %w", persistence.Classed(err))
	}
	return due, wait, nil
}

// Rung writes when alarms ring next. One that a later version of its grain has set
// meanwhile stays as it is, and so does one that somebody else writes just now: it
// rings again, and its grain is asked again.
func (a *Alarms) Rung(ctx context.Context, list []Rung) error {
	grains, versions, next := make([]string, len(list)), make([]int64, len(list)), make([]pgtype.Timestamptz, len(list))
	for n, r := range list {
		grains[n], versions[n] = r.Grain, int64(r.Version)
		next[n] = pgtype.Timestamptz{Time: r.Next, Valid: !r.Next.IsZero()}
	}
	_, err := a.pool.Exec(ctx, `
		WITH held AS (
			SELECT t.grain, r.version, r.next
			FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS r(grain, version, next)
			JOIN alarm t ON t.grain = r.grain AND t.version <= r.version
			FOR UPDATE OF t SKIP LOCKED
		), over AS (
			DELETE FROM alarm t USING held h WHERE t.grain = h.grain AND h.next IS NULL
		)
		UPDATE alarm t SET version = h.version, due_at = h.next, next_try = h.next
		FROM held h WHERE t.grain = h.grain AND h.next IS NOT NULL`, grains, versions, next)
	if err != nil {
		return fmt.Errorf("move alarms: %w", persistence.Classed(err))
	}
	return nil
}
