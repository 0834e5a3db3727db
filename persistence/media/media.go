package media

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Piece is the length of the pieces that a file is stored in, the last one
// apart.
const Piece = 1 << 20

// Media are the files of messages as they were fetched: kept in pieces, failed, or
// dropped. While one is being fetched it is an effect, and no row here.
type Media struct{ pool *pgxpool.Pool }

// New reads and writes through the pool.
func New(pool *pgxpool.Pool) *Media { return &Media{pool} }

// Ref names the file of a message.
type Ref struct {
	Key       wa.ConversationKey
	MessageID wa.MessageID
}

// Attempt is one attempt to fetch a file.
type Attempt struct {
	Ref
	ledger.File
	Attempt int32 // a later claim fences the earlier ones off
}

// PutPiece stores the nth piece of an attempt, from 0. Pieces count only once
// the attempt is kept.
func (m *Media) PutPiece(ctx context.Context, a *Attempt, n int, piece []byte) error {
	_, err := m.pool.Exec(ctx, `
		INSERT INTO media_chunk (phone_number_id, message_id, attempt, n, bytes) VALUES ($1, $2, $3, $4, $5)`,
		a.Key.PhoneNumberID, a.MessageID, a.Attempt, n, piece)
	if err != nil {
		return fmt.Errorf("store piece %d of the file of %s: %w", n, a.MessageID, persistence.Classed(err))
	}
	return nil
}

// Keep makes the pieces of an attempt, size bytes together, the file. It reports
// false, and keeps nothing, if the attempt is not the claimed one any more.
func (m *Media) Keep(ctx context.Context, a *Attempt, size int64) (bool, error) {
	return m.end(ctx, a, Kept, "", size)
}

// Fail makes a file one that could not be fetched, until a person wants it again. It
// reports false if the attempt is not the claimed one any more.
func (m *Media) Fail(ctx context.Context, a *Attempt, reason wa.MediaReason) (bool, error) {
	return m.end(ctx, a, Failed, reason, 0)
}

// end writes what a file is now, held by the row of its effect: who claims it anew
// waits, and finds the attempt over.
func (m *Media) end(ctx context.Context, a *Attempt, state State, reason wa.MediaReason, size int64) (ended bool, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`
		INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name, wanted_at, state, reason, size, attempt)
		SELECT $1, $2, $4, $5, $6, $7, $8, $9, $10, $11, $12, $3
		FROM (SELECT FROM effect_rest WHERE kind = 2 AND scope = $1 AND id = $2 AND attempt = $3 AND state = 1 FOR UPDATE) AS claimed
		ON CONFLICT (phone_number_id, message_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
			size = excluded.size, attempt = excluded.attempt, thumb = NULL, changed_at = now()`,
		a.Key.PhoneNumberID, a.MessageID, a.Attempt, a.Key.ContactID, a.MediaID, a.MIME, a.SHA256, a.Name, a.WantedAt, state, reason, size).
		Exec(func(tag pgconn.CommandTag) error { ended = tag.RowsAffected() == 1; return nil })
	batch.Queue(discard, a.Key.PhoneNumberID, a.MessageID, a.Attempt)
	if err := m.pool.SendBatch(ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("end fetch of the file of %s: %w", a.MessageID, persistence.Classed(err))
	}
	return ended, nil
}

// discard removes the pieces that count for nothing: those of attempts up to one,
// unless they are the file.
const discard = `DELETE FROM media_chunk WHERE phone_number_id = $1 AND message_id = $2 AND attempt <= $3
	AND attempt IS DISTINCT FROM (SELECT attempt FROM media WHERE phone_number_id = $1 AND message_id = $2 AND state = 'kept')`

// Discard removes what an attempt brought that is not kept.
func (m *Media) Discard(ctx context.Context, a *Attempt) error {
	if _, err := m.pool.Exec(ctx, discard, a.Key.PhoneNumberID, a.MessageID, a.Attempt); err != nil {
		return fmt.Errorf("discard pieces of the file of %s: %w", a.MessageID, persistence.Classed(err))
	}
	return nil
}

// Size is the length of a file that is kept; false: it is not.
func (m *Media) Size(ctx context.Context, ref Ref) (size int64, kept bool, err error) {
	err = m.pool.QueryRow(ctx, `SELECT size FROM media WHERE phone_number_id = $1 AND message_id = $2 AND state = 'kept'`,
		ref.Key.PhoneNumberID, ref.MessageID).Scan(&size)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look for the file of %s: %w", ref.MessageID, persistence.Classed(err))
	}
	return size, true, nil
}

// Again is a part of a statement that wants failed files again, those for which a
// condition holds: their rows give way to effects, named again. What a conversation
// was still to be told of the attempt before is not told any more.
func Again(where string) string {
	return `again AS (
		DELETE FROM media WHERE state = 'failed' AND ` + where + ` RETURNING *
	), untold AS (
		DELETE FROM effect_rest e USING again a
		WHERE e.kind = 2 AND e.scope = a.phone_number_id AND e.id = a.message_id AND e.attempt <= a.attempt AND e.state > 1
	), wanted AS (
		INSERT INTO effect_rest (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, body)
		SELECT 2, phone_number_id, contact_id, message_id, attempt + 1, 0, 0, 0, ` + persistence.BusinessNow + `, convert_to(json_build_object(
			'media_id', media_id, 'mime', mime, 'sha256', sha256, 'file_name', file_name, 'wanted_at', wanted_at)::text, 'UTF8')
		FROM again
	)`
}

// Resume wants again what failed of a number for a reason that may have passed: a
// new token may have been what it waited for.
func (m *Media) Resume(ctx context.Context, number wa.PhoneNumberID) error {
	_, err := m.pool.Exec(ctx, `WITH `+Again(`phone_number_id = $1 AND reason = ANY ($2) AND wanted_at > `+persistence.BusinessNow+` - $3::interval`)+`
		SELECT FROM again`, number, PassingReasons(), wa.MediaLife)
	if err != nil {
		return fmt.Errorf("resume media of %s: %w", number, persistence.Classed(err))
	}
	return nil
}

// PassingReasons are those of failures that another try may not meet.
func PassingReasons() []string {
	all := []wa.MediaReason{wa.MediaGone, wa.MediaTooLarge, wa.MediaForeign, wa.MediaExpired, wa.MediaDamaged, wa.MediaUnavailable}
	all = slices.DeleteFunc(all, func(r wa.MediaReason) bool { return !r.MayPass() })
	list := make([]string, len(all))
	for i, r := range all {
		list[i] = string(r)
	}
	return list
}

// Drop removes up to limit files of a tenant that were kept for longer than age, and
// says how many it were.
func (m *Media) Drop(ctx context.Context, tenant wa.TenantID, age time.Duration, limit int) (int, error) {
	tag, err := m.pool.Exec(ctx, `
		WITH old AS (
			UPDATE media u SET state = 'dropped', thumb = NULL, changed_at = now()
			WHERE u.ctid = ANY (ARRAY(SELECT o.ctid FROM phone_number n CROSS JOIN LATERAL (
					SELECT k.ctid FROM media k WHERE k.phone_number_id = n.id AND k.state = 'kept' AND k.changed_at < now() - $2::interval
					ORDER BY k.changed_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS o
				WHERE n.tenant_id = $1 LIMIT $3))
			RETURNING u.phone_number_id, u.message_id
		), pieces AS (
			DELETE FROM media_chunk p USING old WHERE p.phone_number_id = old.phone_number_id AND p.message_id = old.message_id
		)
		SELECT FROM old`, tenant, age, limit)
	if err != nil {
		return 0, fmt.Errorf("drop old media of %s: %w", tenant, persistence.Classed(err))
	}
	return int(tag.RowsAffected()), nil
}

// OldestWanted is how long the oldest wanted file has been waiting; 0: none is.
func (m *Media) OldestWanted(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := m.pool.QueryRow(ctx, `
		SELECT coalesce(extract(epoch FROM `+persistence.BusinessNow+` - min((convert_from(body, 'UTF8')::json->>'wanted_at')::timestamptz)), 0)::float8
		FROM effect_rest WHERE kind = 2 AND state < 2`).Scan(&seconds)
	if err != nil {
		return 0, fmt.Errorf("find oldest wanted media: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// State is what became of a file.
type State string

// States of a file.
const (
	Wanted  State = "wanted" // no row: it is being fetched
	Kept    State = "kept"
	Failed  State = "failed"
	Dropped State = "dropped" // was kept, and is no longer
)

// Status tells of the file of one message.
type Status struct {
	MessageID wa.MessageID
	ContactID wa.ContactID
	State     State
	Reason    wa.MediaReason // failed
	Size      int64          // bytes; kept
	Again     bool           // failed, and another try may succeed
}

// TriesMost bounds how often people may have a file fetched that fails: each
// wish is one try more.
const TriesMost = "50"

const StatusColumns = `message_id, contact_id, state, reason, size, wanted_at > ` + persistence.BusinessNow + ` - $1::interval AND attempt < ` + TriesMost

func ScanStatus(row pgx.CollectableRow) (s Status, err error) {
	var alive bool
	err = row.Scan(&s.MessageID, &s.ContactID, &s.State, &s.Reason, &s.Size, &alive)
	s.Again = s.State == Failed && s.Reason.MayPass() && alive
	return s, err
}
