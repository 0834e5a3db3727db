package effects

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// sendLease is how long a claim lasts at most. It ends with its member's lease,
// much sooner; this is for a claim that a living member does not know of, because
// the answer to it was lost, and is longer than the HTTP time-out.
const sendLease = 90 * time.Second

// Outbox is what is still to be sent. Appends put sends in, withdraw them and
// remove them with their outcome; senders claim them and note what happened.
type Outbox struct{ pool *pgxpool.Pool }

// NewOutbox reads and writes through the pool.
func NewOutbox(pool *pgxpool.Pool) *Outbox { return &Outbox{pool} }

// SendAttempt names one attempt to send, wherever it is.
type SendAttempt struct {
	Key       wa.ConversationKey
	MessageID wa.MessageID
	Attempt   int32
}

func (a SendAttempt) compare(b SendAttempt) int {
	return cmp.Or(a.Key.Compare(b.Key), cmp.Compare(a.MessageID, b.MessageID), cmp.Compare(a.Attempt, b.Attempt))
}

// ClaimedSend is what a sender needs for one attempt.
type ClaimedSend struct {
	SendAttempt
	Lane    int16
	Content []byte     // wa.Content as JSON; nil when the message is gone
	To      []wa.Alias // addresses of the contact, the best one first; may be empty
}

// Claim is the answer of Outbox.Claim.
type Claim struct {
	Sends []ClaimedSend
	// Closed sends were withdrawn because their window closes; the conversation is to be told.
	Closed []SendAttempt
	// Wait is how long until more may be claimed; 0: now, if there is more.
	Wait time.Duration
	// Troubled says that the number was stopped or paused when it was claimed.
	Troubled bool
	// More says that sends were left that could go once the budget allows.
	More bool
}

// Claim takes sends of a number that may leave within a second, up to limit, for
// this member. In one transaction: the number's budget by the database's clock,
// the lanes, the window of each. Claims at the same time share one budget and never
// a send. A claim lasts as long as its member's lease: a member without one gets
// nothing.
func (o *Outbox) Claim(ctx context.Context, number wa.PhoneNumberID, member string, limit int) (Claim, error) {
	var claim Claim
	err := pgx.BeginFunc(ctx, o.pool, func(tx pgx.Tx) (err error) {
		claim, err = claimSends(ctx, tx, number, member, limit)
		return err
	})
	if err != nil {
		return Claim{}, fmt.Errorf("claim sends of %s: %w", number, err)
	}
	return claim, nil
}

func claimSends(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID, member string, limit int) (Claim, error) {
	pace, waiting, now, err := lockPace(ctx, tx, number, limit)
	if err != nil {
		return Claim{}, err
	}
	pace.refill(now)
	claim := Claim{Wait: pace.wait(), Troubled: pace.Troubled}
	if pace.PausedUntil != nil && pace.PausedUntil.After(now) {
		return Claim{Wait: pace.PausedUntil.Sub(now)}, nil
	}
	budget := min(limit, max(0, int(pace.Tokens)))
	grants := share(budget, waiting, pace.Served)
	granted, left := 0, 0
	for lane := laneCode; lane <= laneCount; lane++ {
		granted += int(grants[lane])
		left += waiting[lane] - int(grants[lane])
	}
	claim.More = left > 0
	if granted > 0 {
		if err := take(ctx, tx, number, member, grants, &claim); err != nil {
			return Claim{}, err
		}
		pace.Tokens -= float64(len(claim.Sends))
	}
	claim.Wait = pace.wait()
	_, err = tx.Exec(ctx, `UPDATE pace SET factor = $2, tokens = $3, refilled_at = $4, slow_until = $5, served = $6
		WHERE phone_number_id = $1`, number, pace.Factor, pace.Tokens, pace.RefilledAt, pace.SlowUntil, pace.Served)
	return claim, err
}

// lockPace makes claimers of a number queue up and reads what waits in each lane.
func lockPace(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID, limit int) (b bucket, waiting [laneCount + 1]int, now time.Time, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`SELECT rate, factor, tokens, refilled_at, greatest(slow_until, '2000-01-01'), paused_until, served, look_at IS NOT NULL
		FROM pace WHERE phone_number_id = $1 FOR UPDATE`, number).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&b.Rate, &b.Factor, &b.Tokens, &b.RefilledAt, &b.SlowUntil, &b.PausedUntil, &b.Served, &b.Troubled)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // rate 0 tells
		}
		return err
	})
	// The clock is read after the lock was waited for. The order keeps the planner
	// on the index: with a long queue it would look for an empty lane row by row.
	batch.Queue(`
		SELECT lane, (SELECT count(*) FROM (SELECT FROM outbox WHERE phone_number_id = $1 AND state = 'queued'
			AND lane = l.lane AND not_before <= now() ORDER BY not_before LIMIT $2) AS w), clock_timestamp()
		FROM generate_series(1, 5) AS l (lane)`, number, limit).Query(func(rows pgx.Rows) error {
		var lane, count int
		_, err := pgx.ForEachRow(rows, []any{&lane, &count, &now}, func() error { waiting[lane] = count; return nil })
		return err
	})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return b, waiting, now, err
	}
	if b.Rate > 0 {
		return b, waiting, now, nil
	}
	if _, err := tx.Exec(ctx, insertPace, number); err != nil {
		return b, waiting, now, err
	}
	return lockPace(ctx, tx, number, limit)
}

// take claims the granted number of sends in each lane. A free-form send whose
// window closes within wa.ClaimMargin is withdrawn instead.
func take(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID, member string, grants [laneCount + 1]int32, claim *Claim) error {
	// Joined by place (ctid) and with OFFSET 0: with a long queue the planner would
	// otherwise hash the whole table for a few rows.
	rows, err := tx.Query(ctx, `
		WITH claimed AS (
			UPDATE outbox u SET claimed_by = $3, claimed_until = now() + $4::interval, changed_at = now(),
				state = CASE WHEN u.window_closes_at <= now() + $5::interval THEN 'withdrawn' ELSE 'claimed' END,
				reason = CASE WHEN u.window_closes_at <= now() + $5::interval THEN 'window_closed' ELSE '' END
			WHERE u.ctid = ANY (ARRAY(
				SELECT o.ctid FROM (SELECT FROM member WHERE id = $3 AND lease_until > now() LIMIT 1) AS living,
					unnest($2::int[]) WITH ORDINALITY AS q (n, lane),
					LATERAL (SELECT ctid FROM outbox
						WHERE phone_number_id = $1 AND state = 'queued' AND lane = q.lane AND not_before <= now()
						ORDER BY not_before LIMIT q.n FOR UPDATE SKIP LOCKED) AS o))
			RETURNING u.message_id, u.attempt, u.contact_id, u.lane, u.state, u.not_before
		)
		SELECT c.message_id, c.attempt, c.contact_id, c.lane, c.state = 'withdrawn', m.content::text,
			(SELECT array_agg(kind || ' ' || value ORDER BY kind DESC, created_at DESC) FROM alias
				WHERE portfolio_id = (SELECT a.portfolio_id FROM phone_number n JOIN account a ON a.id = n.account_id WHERE n.id = $1)
					AND contact_id = c.contact_id AND NOT variant)
		FROM claimed c LEFT JOIN LATERAL (SELECT content FROM message WHERE phone_number_id = $1 AND id = c.message_id OFFSET 0) AS m ON true
		ORDER BY c.lane, c.not_before`,
		number, grants[1:], member, sendLease, wa.ClaimMargin)
	if err != nil {
		return err
	}
	var send ClaimedSend
	var closed bool
	var content *string
	var addresses []string
	into := []any{&send.MessageID, &send.Attempt, &send.Key.ContactID, &send.Lane, &closed, &content, &addresses}
	_, err = pgx.ForEachRow(rows, into, func() error {
		send.Key.PhoneNumberID = number
		if closed {
			claim.Closed = append(claim.Closed, send.SendAttempt)
			return nil
		}
		one := send
		if content != nil {
			one.Content = []byte(*content)
		}
		one.To = readAddresses(addresses)
		claim.Sends = append(claim.Sends, one)
		return nil
	})
	return err
}

// readAddresses sorts the kinds that can be sent to: phone, BSUID, parent BSUID.
func readAddresses(list []string) []wa.Alias {
	var aliases []wa.Alias
	for _, kind := range []wa.AliasKind{wa.AliasPhone, wa.AliasBSUID, wa.AliasParentBSUID, wa.AliasGroup} {
		for _, text := range list {
			if k, value, _ := strings.Cut(text, " "); k == string(kind) {
				aliases = append(aliases, wa.Alias{Kind: kind, Value: value})
			}
		}
	}
	return aliases
}

// NumbersWithWork names numbers that have a send that may leave now.
func (o *Outbox) NumbersWithWork(ctx context.Context) ([]wa.PhoneNumberID, error) {
	return persistence.Collect(ctx, o.pool, "find numbers with work", pgx.RowTo[wa.PhoneNumberID], `
		SELECT n.id FROM phone_number n
		WHERE (SELECT true FROM outbox o WHERE o.phone_number_id = n.id AND o.state = 'queued' AND o.not_before <= now()
				ORDER BY o.lane, o.not_before LIMIT 1)
			AND NOT EXISTS (SELECT FROM pace p WHERE p.phone_number_id = n.id AND p.paused_until > now())`)
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
