package effects

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Lanes of sends, actorpb.MessageClass.
const (
	laneCode  = 1
	laneAgent = 2
	laneCount = 5
	// firstSharing is the first of the lanes that share what codes and agents leave.
	firstSharing = 3
)

// How a number comes back from a penalty: as actors/phone/pace.go tells people,
// which is the law for its health. They change together.
const (
	slowest     = 1.0 / 16    // of the rate: a number never stops by throughput alone
	slowStep    = 1.0 / 16    // of the rate, given back
	slowStepGap = time.Second // after each step
)

// bucket is the token bucket of a number as its row has it. It and share are the
// law for what leaves: a claim grants by them in its own transaction, by the
// database's clock, so that two members cannot spend one token.
type bucket struct {
	Rate        float64
	Factor      float64
	Tokens      float64
	RefilledAt  time.Time
	SlowUntil   time.Time
	PausedUntil *time.Time
	Troubled    bool
	Served      []int32
}

// refill brings the bucket to now: the factor rises step by step after a
// penalty, the bucket holds one second of the rate.
func (b *bucket) refill(now time.Time) {
	for b.Factor < 1 && !b.SlowUntil.After(now) {
		b.Factor = min(1, b.Factor+slowStep)
		b.SlowUntil = b.SlowUntil.Add(slowStepGap)
	}
	rate := b.Rate * b.Factor
	if passed := now.Sub(b.RefilledAt); passed > 0 { // another claimer's clock reading may be newer
		b.Tokens += passed.Seconds() * rate
		b.RefilledAt = now
	}
	b.Tokens = min(b.Tokens, max(1, rate))
}

// wait is how long until a whole token is there.
func (b *bucket) wait() time.Duration {
	if b.Tokens >= 1 {
		return 0
	}
	return time.Duration((1 - b.Tokens) / (b.Rate * b.Factor) * float64(time.Second))
}

// share divides n grants over the lanes, of which each has some sends waiting:
// codes and agents first, strictly; assistant, utility and marketing by 6:3:1.
// served counts within the round of ten and is changed.
func share(n int, waiting [laneCount + 1]int, served []int32) (grants [laneCount + 1]int32) {
	for lane := laneCode; lane <= laneAgent; lane++ {
		take := min(n, waiting[lane])
		grants[lane], n = int32(take), n-take
	}
	for ; n > 0; n-- {
		best := -1
		for s, weight := range sharingWeights() {
			open := waiting[firstSharing+s] > int(grants[firstSharing+s])
			if open && (best < 0 || served[s]*sharingWeights()[best] < served[best]*weight) {
				best = s
			}
		}
		if best < 0 {
			return grants
		}
		grants[firstSharing+best]++
		served[best]++
		if served[0]+served[1]+served[2] >= 10 {
			clear(served)
		}
	}
	return grants
}

func sharingWeights() [3]int32 { return [3]int32{6, 3, 1} }

// CountInbound takes what came in off the budgets: Meta counts messages of both
// directions. Budgets may go below zero, by a second at most.
func (s *Sends) CountInbound(ctx context.Context, counts map[wa.PhoneNumberID]int) error {
	numbers, amounts := sortedCounts(counts)
	_, err := s.pool.Exec(ctx, `
		INSERT INTO pace AS p (phone_number_id, tokens)
		SELECT n, 80 - c FROM unnest($1::text[], $2::float8[]) AS t (n, c)
		ON CONFLICT (phone_number_id) DO UPDATE
			SET tokens = greatest(p.tokens + excluded.tokens - 80, -p.rate)`, numbers, amounts)
	if err != nil {
		return fmt.Errorf("count inbound: %w", err)
	}
	return nil
}

// Slow halves the pace of a number (or what factor says) until a time from now;
// after that it recovers by a sixteenth each second. Within that time it changes
// nothing more: one overload refuses everything that was on the wire.
func (s *Sends) Slow(ctx context.Context, number wa.PhoneNumberID, factor float64, lasting time.Duration) error {
	return s.setPace(ctx, `factor = CASE WHEN p.slow_until > now() THEN p.factor ELSE greatest(p.factor * $2, $3) END,
		slow_until = CASE WHEN p.slow_until > now() THEN p.slow_until ELSE now() + $4::interval END`,
		number, factor, slowest, lasting)
}

// Pause claims nothing of a number for a while. A pause is never shortened here.
func (s *Sends) Pause(ctx context.Context, number wa.PhoneNumberID, lasting time.Duration) error {
	return s.setPace(ctx, `paused_until = greatest(p.paused_until, now() + $2::interval)`, number, lasting)
}

// Resume ends a pause, a penalty and trouble.
func (s *Sends) Resume(ctx context.Context, number wa.PhoneNumberID) error {
	return s.setPace(ctx, `paused_until = NULL, factor = 1, look_at = NULL`, number)
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
