package effects

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// sweepAfter is how long an outcome may wait to be recorded by its conversation
// before somebody asks again.
const sweepAfter = 2 * time.Second

// SendState is what became of an attempt.
type SendState string

// States of an attempt whose outcome is known, in as far as it can be.
const (
	SendAccepted  SendState = "accepted"
	SendRejected  SendState = "rejected"
	SendAmbiguous SendState = "ambiguous"
	SendWithdrawn SendState = "withdrawn"
)

// SendOutcome is how an attempt ended, as its sender saw it.
type SendOutcome struct {
	SendAttempt
	State      SendState
	WAMID      wa.MessageID // accepted
	Code       int32        // rejected
	Text       string       // Meta's words
	Retry      bool         // rejected: the same message may be tried again
	RetryAfter time.Duration
	Reason     string // withdrawn
}

// Finish notes outcomes on claimed sends of this member, so that they survive it
// until the conversation has recorded them. An answer that comes after the lease
// still counts over "ambiguous". Rows that are gone or of others are skipped.
func (o *Outbox) Finish(ctx context.Context, member string, list []SendOutcome) error {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b SendOutcome) int { return a.compare(b.SendAttempt) })
	n := len(list)
	numbers, messages, attempts := make([]string, n), make([]string, n), make([]int32, n)
	states, wamids, codes, texts := make([]string, n), make([]string, n), make([]int32, n), make([]string, n)
	retries, afters, reasons := make([]bool, n), make([]float64, n), make([]string, n)
	for i, s := range list {
		numbers[i], messages[i], attempts[i] = string(s.Key.PhoneNumberID), string(s.MessageID), s.Attempt
		states[i], wamids[i], codes[i], texts[i] = string(s.State), string(s.WAMID), s.Code, wa.CleanText(s.Text)
		retries[i], afters[i], reasons[i] = s.Retry, s.RetryAfter.Seconds(), s.Reason
	}
	_, err := o.pool.Exec(ctx, `
		UPDATE outbox u SET state = s.state, wamid = nullif(s.wamid, ''), error_code = s.code, error_text = s.text,
			retry = s.retry, retry_after = make_interval(secs => s.after), reason = s.reason, changed_at = now()
		FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[], $8::text[], $9::bool[], $10::float8[], $11::text[])
			AS s (number, message, attempt, state, wamid, code, text, retry, after, reason)
		WHERE u.phone_number_id = s.number AND u.message_id = s.message AND u.attempt = s.attempt
			AND u.claimed_by = $1 AND u.state IN ('claimed', 'ambiguous')`,
		member, numbers, messages, attempts, states, wamids, codes, texts, retries, afters, reasons)
	if err != nil {
		return fmt.Errorf("finish sends: %w", persistence.Classed(err))
	}
	return nil
}

// GiveBack queues claimed sends again that were surely not handed to the network,
// and returns their budget.
func (o *Outbox) GiveBack(ctx context.Context, member string, list []SendAttempt) error {
	list = slices.Clone(list)
	slices.SortFunc(list, SendAttempt.compare)
	n := len(list)
	numbers, messages, attempts := make([]string, n), make([]string, n), make([]int32, n)
	for i, a := range list {
		numbers[i], messages[i], attempts[i] = string(a.Key.PhoneNumberID), string(a.MessageID), a.Attempt
	}
	_, err := o.pool.Exec(ctx, `
		WITH back AS (
			UPDATE outbox u SET state = 'queued', claimed_by = NULL, claimed_until = NULL, changed_at = now()
			FROM unnest($2::text[], $3::text[], $4::int[]) AS s (number, message, attempt)
			WHERE u.phone_number_id = s.number AND u.message_id = s.message AND u.attempt = s.attempt
				AND u.claimed_by = $1 AND u.state = 'claimed'
			RETURNING u.phone_number_id
		)
		UPDATE pace p SET tokens = tokens + b.n
		FROM (SELECT phone_number_id, count(*) AS n FROM back GROUP BY 1 ORDER BY 1) AS b
		WHERE p.phone_number_id = b.phone_number_id`, member, numbers, messages, attempts)
	if err != nil {
		return fmt.Errorf("give sends back: %w", err)
	}
	return nil
}

// Sweep makes the claimed sends of dead members ambiguous, never queued again: they
// may have left. Dead is who has no lease, or is among the lost and was not heard
// since. It returns up to limit outcomes that their conversations have not recorded
// for 2 s, those of the dead at once. Each comes again in 2 s if it still stands
// then.
func (o *Outbox) Sweep(ctx context.Context, lost []string, limit int) ([]SendOutcome, error) {
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE outbox SET state = 'ambiguous', changed_at = now() - $2::interval
		WHERE ctid = ANY (ARRAY(SELECT o.ctid FROM outbox o WHERE o.state = 'claimed'
			AND (o.claimed_until < now() OR NOT `+persistence.MemberLives("o.claimed_by", "$3")+`)
			LIMIT $1 FOR UPDATE OF o SKIP LOCKED))`,
		limit, sweepAfter, lost)
	var list []SendOutcome
	batch.Queue(`UPDATE outbox u SET changed_at = now()
		WHERE u.ctid = ANY (ARRAY(SELECT ctid FROM outbox
			WHERE state IN ('accepted', 'rejected', 'ambiguous', 'withdrawn') AND changed_at <= now() - $2::interval
			LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING u.phone_number_id, u.contact_id, u.message_id, u.attempt, u.state, coalesce(u.wamid, ''),
			u.error_code, u.error_text, u.retry, coalesce(extract(epoch FROM u.retry_after), 0)::float8, u.reason`,
		limit, sweepAfter).Query(func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, scanOutcome)
		return err
	})
	if err := o.pool.SendBatch(ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("sweep outbox: %w", err)
	}
	return list, nil
}

func scanOutcome(row pgx.CollectableRow) (s SendOutcome, err error) {
	var after float64
	err = row.Scan(&s.Key.PhoneNumberID, &s.Key.ContactID, &s.MessageID, &s.Attempt, &s.State, &s.WAMID,
		&s.Code, &s.Text, &s.Retry, &after, &s.Reason)
	s.RetryAfter = time.Duration(after * float64(time.Second))
	return s, err
}
