package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

const (
	// unmatchedPatience is how long a status may wait for its message before
	// people are told.
	unmatchedPatience = 15 * time.Minute
	// unmatchedKeep is Meta's horizon of redelivery with a day to spare.
	unmatchedKeep = 8 * 24 * time.Hour
)

// UnmatchedStatus is a status of a message that is not known (yet).
type UnmatchedStatus struct {
	Number     wa.PhoneNumberID
	WAMID      wa.MessageID
	Status     wa.Status
	At         time.Time
	ErrorCode  int32
	ErrorText  string
	ReceivedAt time.Time
}

// Unmatched keeps statuses until an acceptance or an echo brings their wamid.
type Unmatched struct{ pool *pgxpool.Pool }

// NewUnmatched reads and writes through the pool.
func NewUnmatched(pool *pgxpool.Pool) *Unmatched { return &Unmatched{pool} }

// Put stores statuses, all or none; of one that is stored already the earlier
// time counts. Its errors are ErrRefused, ErrBroken, or transient.
func (u *Unmatched) Put(ctx context.Context, list []UnmatchedStatus) error {
	return persistence.Classed(putUnmatched(ctx, u.pool, list))
}

func putUnmatched(ctx context.Context, db persistence.Querier, list []UnmatchedStatus) error {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b UnmatchedStatus) int { // one order of locks
		if c := strings.Compare(string(a.Number)+"\x00"+string(a.WAMID)+"\x00"+string(a.Status),
			string(b.Number)+"\x00"+string(b.WAMID)+"\x00"+string(b.Status)); c != 0 {
			return c
		}
		return a.At.Compare(b.At)
	})
	list = slices.CompactFunc(list, func(a, b UnmatchedStatus) bool {
		return a.Number == b.Number && a.WAMID == b.WAMID && a.Status == b.Status
	})
	numbers, wamids, statuses := make([]string, len(list)), make([]string, len(list)), make([]string, len(list))
	ats, codes, texts := make([]time.Time, len(list)), make([]int32, len(list)), make([]string, len(list))
	for n, s := range list {
		numbers[n], wamids[n], statuses[n] = string(s.Number), string(s.WAMID), string(s.Status)
		ats[n], codes[n], texts[n] = s.At, s.ErrorCode, s.ErrorText
	}
	_, err := db.Exec(ctx, `
		INSERT INTO unmatched (phone_number_id, wamid, status, at, error_code, error_text)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::text[])
		ON CONFLICT (phone_number_id, wamid, status) DO UPDATE SET at = least(unmatched.at, excluded.at)`,
		numbers, wamids, statuses, ats, codes, texts)
	if err != nil {
		return fmt.Errorf("store unmatched statuses: %w", err)
	}
	return nil
}

const unmatchedColumns = `phone_number_id, wamid, status, at, error_code, error_text, received_at`

// Find reads the statuses of messages by number and wamid, the earliest first.
// They stay until Forget: whoever delivers them may die on the way.
func (u *Unmatched) Find(ctx context.Context, sent []effects.SentQuery) ([]UnmatchedStatus, error) {
	numbers, wamids := make([]string, len(sent)), make([]string, len(sent))
	for n, s := range sent {
		numbers[n], wamids[n] = string(s.Number), string(s.WAMID)
	}
	return u.list(ctx, "find unmatched statuses", `SELECT u.*
		FROM unnest($1::text[], $2::text[]) AS q (number, wamid)
		JOIN LATERAL (SELECT `+unmatchedColumns+` FROM unmatched
			WHERE phone_number_id = q.number AND wamid = q.wamid OFFSET 0) AS u ON true
		ORDER BY u.at`, numbers, wamids)
}

// Forget removes a status once it is delivered.
func (u *Unmatched) Forget(ctx context.Context, s UnmatchedStatus) error {
	_, err := u.pool.Exec(ctx, `DELETE FROM unmatched WHERE phone_number_id = $1 AND wamid = $2 AND status = $3`,
		s.Number, s.WAMID, s.Status)
	if err != nil {
		return fmt.Errorf("forget unmatched status: %w", err)
	}
	return nil
}

// List returns statuses that have waited for 15 minutes, the newest first. They
// are mostly of messages that other software sent on our numbers.
func (u *Unmatched) List(ctx context.Context, tenant wa.TenantID, limit int) ([]UnmatchedStatus, error) {
	return u.list(ctx, "list unmatched statuses", `SELECT `+unmatchedColumns+` FROM unmatched u
		WHERE received_at < now() - $3::interval
			AND EXISTS (SELECT FROM phone_number n WHERE n.id = u.phone_number_id AND n.tenant_id = $1)
		ORDER BY received_at DESC LIMIT $2`, tenant, limit, unmatchedPatience)
}

// Expire removes what nobody will match any more and returns how many.
func (u *Unmatched) Expire(ctx context.Context) (int64, error) {
	tag, err := u.pool.Exec(ctx, `DELETE FROM unmatched WHERE received_at < now() - $1::interval`, unmatchedKeep)
	if err != nil {
		return 0, fmt.Errorf("expire unmatched statuses: %w", err)
	}
	return tag.RowsAffected(), nil
}

func (u *Unmatched) list(ctx context.Context, what, query string, args ...any) ([]UnmatchedStatus, error) {
	return persistence.Collect(ctx, u.pool, what, pgx.RowToStructByPos[UnmatchedStatus], query, args...)
}

// Canary says whether statuses can be kept and found.
func (u *Unmatched) Canary(ctx context.Context) error {
	status := UnmatchedStatus{Number: persistence.CanaryName, WAMID: wa.MessageID(persistence.CanaryID()), Status: persistence.CanaryName, At: time.Unix(0, 0)}
	err := persistence.Rehearse(ctx, u.pool, func(tx pgx.Tx) error { return putUnmatched(ctx, tx, []UnmatchedStatus{status}) })
	if err != nil {
		return persistence.Classed(err)
	}
	_, err = u.Find(ctx, []effects.SentQuery{{Number: status.Number, WAMID: status.WAMID}})
	return err
}
