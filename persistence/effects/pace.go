package effects

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// locked is a number's budget under the lock of its row, with what goes with it.
type locked struct {
	phone.Budget
	waiting  phone.Lanes // sends that may leave by their own time
	troubled bool
	now      time.Time // the database's, read after the lock was waited for
	held     bool      // the lock is ours; else nothing here was read
}

// The budget of a number, as locked.scan reads it. One whose tenant is not active is
// paused each time that it is looked at, for as long as nobody need hear of the end.
const (
	budgetSQL = `SELECT rate, factor, tokens, refilled_at, greatest(slow_until, '2000-01-01') AS slow_until,
		CASE WHEN closed THEN clock_timestamp() + interval '2 s' ELSE coalesce(paused_until, '2000-01-01') END AS paused_until, served, look_at IS NOT NULL AS troubled, hold,
		coalesce(campaigns_until, '2000-01-01') AS campaigns_until
		FROM pace WHERE phone_number_id = `
	lockSQL = `SELECT q.i, p.* FROM unnest($1::text[]) WITH ORDINALITY AS q (number, i),
		LATERAL (` + budgetSQL + `q.number OFFSET 0 FOR UPDATE) AS p`
	tryLockSQL = `SELECT q.i, p.* FROM unnest($1::text[]) WITH ORDINALITY AS q (number, i),
		LATERAL (` + budgetSQL + `q.number OFFSET 0 FOR UPDATE SKIP LOCKED) AS p`
)

// countSQL counts what waits in each lane, no more than could be claimed, and reads
// the clock. The order keeps the planner on the index: with a long queue it would look
// for an empty lane row by row.
const countSQL = `
	SELECT q.i, l.lane, (SELECT count(*) FROM (SELECT FROM effect_send WHERE scope = q.number AND state = 0
		AND class = l.lane AND not_before <= now() + $3 ORDER BY not_before LIMIT q.n) AS w), clock_timestamp()
	FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS q (number, n, i), unnest('{1,2,3,4,5}'::smallint[]) AS l (lane)`

// planSQL has the statements of a claim planned once and by indexes, until its
// transaction ends. Else the planner, seeing how short the arrays are, plans anew each
// time, which costs more than to carry it out; and a plan that is made while hardly
// anything waits reads the whole table, and is kept when much does. It also ends the
// transaction of a host that vanished: the rows of its numbers' budgets are waited for.
const planSQL = `SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
	set_config('enable_bitmapscan', 'off', true), set_config('idle_in_transaction_session_timeout', '10s', true)`

func (b *locked) scan(row pgx.CollectableRow, i *int) error {
	var served []int32
	err := row.Scan(i, &b.Rate, &b.Factor, &b.Tokens, &b.RefilledAt, &b.SlowUntil, &b.PausedUntil, &served, &b.troubled, &b.Hold, &b.CampaignsUntil)
	copy(b.Served[:], served)
	b.held = err == nil
	return err
}

// lockBudgets begins a transaction and reads the rows of numbers, which it keeps from
// others until that ends: claimers of a number queue up. Alone there is one number,
// whose row is waited for, and made if there is none. Of several none is waited for:
// what somebody else holds is not held, and keeps up no other number. Ahead is that of
// business time, by which sends wait.
func lockBudgets(ctx context.Context, conn *pgxpool.Conn, wanted []Wanted, alone bool, ahead time.Duration) ([]locked, error) {
	budgets, numbers, limits := make([]locked, len(wanted)), make([]string, len(wanted)), make([]int32, len(wanted))
	for n, w := range wanted {
		numbers[n], limits[n] = string(w.Number), int32(w.Limit)
	}
	batch := &pgx.Batch{}
	batch.Queue(`BEGIN`)
	batch.Queue(planSQL)
	lock := tryLockSQL
	if alone {
		lock = lockSQL
		batch.Queue(insertPace, numbers[0])
	}
	batch.Queue(lock, numbers).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var b locked
			var i int
			if err := b.scan(rows, &i); err != nil {
				return err
			}
			budgets[i-1] = b
		}
		return rows.Err()
	})
	batch.Queue(countSQL, numbers, limits, ahead).Query(func(rows pgx.Rows) error {
		var i, lane, count int
		var now time.Time
		_, err := pgx.ForEachRow(rows, []any{&i, &lane, &count, &now}, func() error {
			budgets[i-1].waiting[lane], budgets[i-1].now = count, now
			return nil
		})
		return err
	})
	return budgets, conn.SendBatch(ctx, batch).Close()
}

// CountInbound takes what came in off the budgets: Meta counts messages of both
// directions. It only subtracts, without a reading before, because intake does it for
// every lot; phone.Budget says how far below zero counts.
func (s *Sends) CountInbound(ctx context.Context, counts map[wa.PhoneNumberID]int) error {
	numbers, amounts := sortedCounts(counts)
	_, err := s.pool.Exec(ctx, `
		INSERT INTO pace AS p (phone_number_id, tokens)
		SELECT n, $3 - c FROM unnest($1::text[], $2::float8[]) AS t (n, c)
		ON CONFLICT (phone_number_id) DO UPDATE SET tokens = p.tokens - ($3 - excluded.tokens)`,
		numbers, amounts, phone.FullBudget().Tokens)
	if err != nil {
		return fmt.Errorf("count inbound: %w", err)
	}
	return nil
}

// Slow halves the pace of a number after an overload, as phone.Budget says.
func (s *Sends) Slow(ctx context.Context, number wa.PhoneNumberID) error {
	return s.changeBudget(ctx, number, (*phone.Budget).Slow)
}

// Pause claims nothing of a number for a while. A pause is never shortened here.
func (s *Sends) Pause(ctx context.Context, number wa.PhoneNumberID, lasting time.Duration) error {
	return s.changeBudget(ctx, number, func(b *phone.Budget, now time.Time) { b.Pause(now, lasting) })
}

// StopCampaigns claims nothing of what a number begins for a while; answers go on.
func (s *Sends) StopCampaigns(ctx context.Context, number wa.PhoneNumberID, lasting time.Duration) error {
	return s.changeBudget(ctx, number, func(b *phone.Budget, now time.Time) { b.StopCampaigns(now, lasting) })
}

// Resume ends a pause, a penalty and trouble.
func (s *Sends) Resume(ctx context.Context, number wa.PhoneNumberID) error {
	return s.setPace(ctx, `factor = 1, slow_until = '-infinity', paused_until = NULL, look_at = NULL,
		refilled_at = least(p.refilled_at, now()), campaigns_until = NULL`, number)
}

// changeBudget reckons with a number's row under its lock. It takes some round trips
// more than a statement would, and is for what happens seldom.
func (s *Sends) changeBudget(ctx context.Context, number wa.PhoneNumberID, change func(*phone.Budget, time.Time)) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, insertPace, number); err != nil {
			return err
		}
		var b locked
		var now time.Time
		rows, err := tx.Query(ctx, lockSQL, []string{string(number)})
		if err != nil {
			return err
		}
		if _, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (i int, err error) { return i, b.scan(row, &i) }); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&now); err != nil {
			return err
		}
		change(&b.Budget, now)
		_, err = tx.Exec(ctx, `UPDATE pace SET factor = $2, slow_until = $3, paused_until = $4, tokens = $5, refilled_at = $6,
			campaigns_until = $7 WHERE phone_number_id = $1`,
			number, b.Factor, b.SlowUntil, b.PausedUntil, b.Tokens, b.RefilledAt, b.CampaignsUntil)
		return err
	})
	if err != nil {
		return fmt.Errorf("set pace of %s: %w", number, err)
	}
	return nil
}

// Trouble notes that a number is stopped or paused: claims of every member say
// so, and DueLooks names it after a pause from now, or earlier if that was set.
func (s *Sends) Trouble(ctx context.Context, number wa.PhoneNumberID, pause time.Duration) error {
	return s.setPace(ctx, `look_at = least(p.look_at, now() + $2::interval)`, number, pause)
}

// Recover ends trouble and a pause.
func (s *Sends) Recover(ctx context.Context, number wa.PhoneNumberID) error {
	return s.setPace(ctx, `paused_until = NULL, look_at = NULL, refilled_at = least(p.refilled_at, now())`, number)
}

// DueLooks names up to limit numbers in trouble that Meta should be asked about.
// Each comes again after the pause if it is in trouble still; callers at the same
// time get different ones.
func (s *Sends) DueLooks(ctx context.Context, limit int, pause time.Duration) ([]wa.PhoneNumberID, error) {
	return persistence.Collect(ctx, s.pool, "find numbers to look at", pgx.RowTo[wa.PhoneNumberID], `
		UPDATE pace u SET look_at = now() + $2::interval
		WHERE u.phone_number_id = ANY (ARRAY(SELECT phone_number_id FROM pace WHERE look_at <= now()
			ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING u.phone_number_id`, limit, pause)
}

// SetRate sets the messages a second, in and out, that Meta grants the number.
func (s *Sends) SetRate(ctx context.Context, number wa.PhoneNumberID, rate int) error {
	return s.setPace(ctx, `rate = $2`, number, rate)
}

// Hold keeps what an administrator holds back of a number, as its version says: what an
// older version said is not written any more.
func (s *Sends) Hold(ctx context.Context, number wa.PhoneNumberID, hold phone.Hold, version uint64) error {
	return s.setPace(ctx, `hold = CASE WHEN p.hold_version <= $3 THEN $2 ELSE p.hold END,
		hold_version = greatest(p.hold_version, $3)`, number, int16(hold), int64(version))
}

func (s *Sends) setPace(ctx context.Context, set string, number wa.PhoneNumberID, args ...any) error {
	batch := &pgx.Batch{}
	batch.Queue(insertPace, number)
	batch.Queue(`UPDATE pace p SET `+set+` WHERE phone_number_id = $1`, append([]any{number}, args...)...)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("set pace of %s: %w", number, err)
	}
	return nil
}

const insertPace = `INSERT INTO pace (phone_number_id) VALUES ($1) ON CONFLICT DO NOTHING`
