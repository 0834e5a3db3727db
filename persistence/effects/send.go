package effects

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// SendLease is how long a claim of a send lasts at most: longer than the HTTP
// time-out. See Queue.
const SendLease = 90 * time.Second

// Sends are the messages for Meta, and the pace of each number by which they leave.
type Sends struct{ *Queue }

// NewSends reads and writes through the pool. Sends are due, and their windows close, by
// the clock's business time; the pace is of machine time.
func NewSends(pool *pgxpool.Pool, clock *persistence.Clock) *Sends {
	return &Sends{NewQueue(pool, ledger.EffectSend, clock)}
}

// NumbersWithWork names numbers that have a send that may leave now.
func (s *Sends) NumbersWithWork(ctx context.Context) ([]wa.PhoneNumberID, error) {
	return persistence.Collect(ctx, s.pool, "find numbers with work", pgx.RowTo[wa.PhoneNumberID], `
		SELECT n.id FROM phone_number n
		WHERE (SELECT true FROM effect_send e WHERE e.scope = n.id AND e.state = 0 AND e.not_before <= now() + $1
				ORDER BY e.class, e.not_before LIMIT 1)
			AND NOT EXISTS (SELECT FROM pace p WHERE p.phone_number_id = n.id AND p.paused_until > now())`, s.clock.Ahead())
}

// GiveBack queues a claimed send again that was surely not handed to the network,
// as the same attempt, and returns its budget. One that a takeover meant to withdraw
// while it was claimed is withdrawn now.
func (s *Sends) GiveBack(ctx context.Context, member string, ref ledger.EffectRef) error {
	_, err := s.pool.Exec(ctx, `
		WITH back AS (
			UPDATE effect_send u SET state = CASE u.not_before WHEN 'infinity' THEN 4 ELSE 0 END,
				claimed_by = NULL, changed_at = now()
			WHERE u.kind = $2 AND u.scope = $3 AND u.id = $4 AND u.attempt = $5 AND u.claimed_by = $1 AND u.state = 1
			RETURNING u.scope
		)
		UPDATE pace p SET tokens = tokens + 1 FROM back b WHERE p.phone_number_id = b.scope`,
		member, ref.Kind, ref.Scope, ref.ID, ref.Attempt)
	if err != nil {
		return fmt.Errorf("give send back: %w", persistence.Classed(err))
	}
	return nil
}

// PausedFor is how long a number sends nothing; 0: it is not paused.
func (s *Sends) PausedFor(ctx context.Context, number wa.PhoneNumberID) (time.Duration, error) {
	var seconds float64
	err := s.pool.QueryRow(ctx, `SELECT coalesce(max(greatest(extract(epoch FROM paused_until - now()), 0)), 0)::float8 FROM pace WHERE phone_number_id = $1`,
		number).Scan(&seconds)
	if err != nil {
		return 0, fmt.Errorf("read pause of a number: %w", persistence.Classed(err))
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func sortedCounts(counts map[wa.PhoneNumberID]int) (numbers []string, amounts []float64) {
	for number := range counts {
		numbers = append(numbers, string(number))
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		amounts = append(amounts, float64(counts[wa.PhoneNumberID(number)]))
	}
	return numbers, amounts
}
