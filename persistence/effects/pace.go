package effects

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

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
}

// lockBudget reads the row of a number, which is made if there is none, and keeps it
// from others until the transaction ends: claimers of a number queue up. Of each lane
// it counts up to limit sends.
func lockBudget(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID, limit int) (b locked, err error) {
	found := false
	batch := &pgx.Batch{}
	batch.Queue(`SELECT rate, factor, tokens, refilled_at, greatest(slow_until, '2000-01-01'), coalesce(paused_until, '2000-01-01'), served,
			look_at IS NOT NULL
		FROM pace WHERE phone_number_id = $1 FOR UPDATE`, number).QueryRow(func(row pgx.Row) error {
		var served []int32
		err := row.Scan(&b.Rate, &b.Factor, &b.Tokens, &b.RefilledAt, &b.SlowUntil, &b.PausedUntil, &served, &b.troubled)
		copy(b.Served[:], served)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	// The order keeps the planner on the index: with a long queue it would look for
	// an empty lane row by row.
	batch.Queue(`
		SELECT lane, (SELECT count(*) FROM (SELECT FROM effect_send WHERE scope = $1 AND state = 0
			AND class = l.lane AND not_before <= now() ORDER BY not_before LIMIT $2) AS w), clock_timestamp()
		FROM generate_series(1, $3) AS l (lane)`, number, limit, len(b.waiting)-1).Query(func(rows pgx.Rows) error {
		var lane, count int
		_, err := pgx.ForEachRow(rows, []any{&lane, &count, &b.now}, func() error { b.waiting[lane] = count; return nil })
		return err
	})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return b, err
	}
	if found {
		return b, nil
	}
	if _, err := tx.Exec(ctx, insertPace, number); err != nil {
		return b, err
	}
	return lockBudget(ctx, tx, number, limit)
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

// Resume ends a pause, a penalty and trouble.
func (s *Sends) Resume(ctx context.Context, number wa.PhoneNumberID) error {
	return s.setPace(ctx, `factor = 1, slow_until = '-infinity', paused_until = NULL, look_at = NULL`, number)
}

// changeBudget reckons with a number's row under its lock. It takes some round trips
// more than a statement would, and is for what happens seldom.
func (s *Sends) changeBudget(ctx context.Context, number wa.PhoneNumberID, change func(*phone.Budget, time.Time)) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		b, err := lockBudget(ctx, tx, number, 0)
		if err != nil {
			return err
		}
		change(&b.Budget, b.now)
		_, err = tx.Exec(ctx, `UPDATE pace SET factor = $2, slow_until = $3, paused_until = $4 WHERE phone_number_id = $1`,
			number, b.Factor, b.SlowUntil, b.PausedUntil)
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
	return s.setPace(ctx, `paused_until = NULL, look_at = NULL`, number)
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
