package media

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Piece is the length of the pieces that a file is stored in, the last one
// apart.
const Piece = 1 << 20

// mediaTellAgain is how long a conversation may take to record what became of a
// file before it is told again.
const mediaTellAgain = 2 * time.Second

// Media are the files of messages: wanted, fetched by the relay, kept in pieces.
// Appends put rows in and note that their outcome was recorded.
type Media struct{ pool *pgxpool.Pool }

// New reads and writes through the pool.
func New(pool *pgxpool.Pool) *Media { return &Media{pool} }

// Ref names the file of a message.
type Ref struct {
	Key       wa.ConversationKey
	MessageID wa.MessageID
}

// Claimed is what one attempt to fetch a file needs.
type Claimed struct {
	Ref
	MediaID string
	MIME    string
	SHA256  string
	Attempt int32         // 1 at first; a later claim fences the earlier ones off
	Age     time.Duration // since the file was wanted
}

// Claim takes up to limit wanted files that are due for a member, at most perNumber
// of one number counting those in busy, the longest due of each number first. A
// claim ends with its member, see Release; one that a living member does not know
// of, because the answer to it was lost, ends with the lease. Callers at the same
// time get different ones.
func (m *Media) Claim(
	ctx context.Context, member string, limit, perNumber int, lease time.Duration, busy map[wa.PhoneNumberID]int,
) ([]Claimed, error) {
	var numbers []string
	var counts []int32
	for number, count := range busy {
		numbers, counts = append(numbers, string(number)), append(counts, int32(count))
	}
	// The numbers are few; of each only the head of the index is read.
	return persistence.Collect(ctx, m.pool, "claim media", scanClaimedMedia, `
		UPDATE media u SET tries = u.tries + 1, next_try = now() + $3::interval, claimed_by = $6
		WHERE u.ctid = ANY (ARRAY(
			SELECT w.ctid FROM phone_number n LEFT JOIN unnest($4::text[], $5::int[]) AS b (id, n) ON b.id = n.id,
				LATERAL (SELECT ctid, next_try FROM media
					WHERE phone_number_id = n.id AND state = 'wanted' AND next_try <= now()
					ORDER BY next_try LIMIT greatest(0, $2 - coalesce(b.n, 0)) FOR UPDATE SKIP LOCKED) AS w
			ORDER BY w.next_try LIMIT $1))
		RETURNING u.phone_number_id, u.contact_id, u.message_id, u.media_id, u.mime, u.sha256, u.tries,
			extract(epoch FROM now() - u.wanted_at)::float8`,
		limit, perNumber, lease, numbers, counts, member)
}

// Release makes up to limit files due now that dead members had claimed, and says
// how many it were. Dead is who has no lease, or is among the lost and was not heard
// since. What such a member still ends counts for nothing once another has claimed.
func (m *Media) Release(ctx context.Context, lost []string, limit int) (int, error) {
	tag, err := m.pool.Exec(ctx, `UPDATE media SET next_try = now(), claimed_by = NULL
		WHERE ctid = ANY (ARRAY(SELECT c.ctid FROM media c
			WHERE c.claimed_by IS NOT NULL AND NOT `+persistence.MemberLives("c.claimed_by", "$1")+`
			LIMIT $2 FOR UPDATE OF c SKIP LOCKED))`, lost, limit)
	if err != nil {
		return 0, fmt.Errorf("release media of dead members: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

func scanClaimedMedia(row pgx.CollectableRow) (c Claimed, err error) {
	var age float64
	err = row.Scan(&c.Key.PhoneNumberID, &c.Key.ContactID, &c.MessageID, &c.MediaID, &c.MIME, &c.SHA256, &c.Attempt, &age)
	c.Age = time.Duration(age * float64(time.Second))
	return c, err
}

// PutPiece stores the nth piece of an attempt, from 0. Pieces count only once
// the attempt is kept.
func (m *Media) PutPiece(ctx context.Context, c *Claimed, n int, piece []byte) error {
	_, err := m.pool.Exec(ctx, `
		INSERT INTO media_chunk (phone_number_id, message_id, attempt, n, bytes) VALUES ($1, $2, $3, $4, $5)`,
		c.Key.PhoneNumberID, c.MessageID, c.Attempt, n, piece)
	if err != nil {
		return fmt.Errorf("store piece %d of the file of %s: %w", n, c.MessageID, err)
	}
	return nil
}

// Keep ends an attempt: its pieces, size bytes together, are the file. It
// reports false, and keeps nothing, if a later claim was made.
func (m *Media) Keep(ctx context.Context, c *Claimed, size int64) (bool, error) {
	return m.end(ctx, c, `UPDATE media SET state = 'kept', attempt = tries, size = $4, reason = '', told = false, claimed_by = NULL,
			changed_at = now(), next_try = now() + $5::interval
		WHERE phone_number_id = $1 AND message_id = $2 AND tries = $3 AND state = 'wanted'`, size, mediaTellAgain)
}

// Fail ends an attempt and the file with it, until a person wants it again. It
// reports false if a later claim was made.
func (m *Media) Fail(ctx context.Context, c *Claimed, reason wa.MediaReason) (bool, error) {
	return m.end(ctx, c, `UPDATE media SET state = 'failed', reason = $4, told = false, claimed_by = NULL,
			changed_at = now(), next_try = now() + $5::interval
		WHERE phone_number_id = $1 AND message_id = $2 AND tries = $3 AND state = 'wanted'`, reason, mediaTellAgain)
}

// Later ends an attempt; the file is due again after a pause.
func (m *Media) Later(ctx context.Context, c *Claimed, pause time.Duration) error {
	_, err := m.end(ctx, c, `UPDATE media SET next_try = now() + $4::interval, claimed_by = NULL
		WHERE phone_number_id = $1 AND message_id = $2 AND tries = $3 AND state = 'wanted'`, pause)
	return err
}

// end updates the row of an attempt and removes the pieces that count for
// nothing: those of earlier attempts, and of this one unless it was kept.
func (m *Media) end(ctx context.Context, c *Claimed, update string, args ...any) (ended bool, err error) {
	batch := &pgx.Batch{}
	batch.Queue(update, append([]any{c.Key.PhoneNumberID, c.MessageID, c.Attempt}, args...)...).
		Exec(func(tag pgconn.CommandTag) error { ended = tag.RowsAffected() == 1; return nil })
	batch.Queue(`DELETE FROM media_chunk p USING media m
		WHERE p.phone_number_id = $1 AND p.message_id = $2 AND p.attempt <= $3
			AND m.phone_number_id = p.phone_number_id AND m.message_id = p.message_id AND p.attempt <> m.attempt`,
		c.Key.PhoneNumberID, c.MessageID, c.Attempt)
	if err := m.pool.SendBatch(ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("end fetch of the file of %s: %w", c.MessageID, err)
	}
	return ended, nil
}

// Untold takes up to limit files whose conversations have not recorded what
// became of them. Each comes again in 2 s if it still is so then.
func (m *Media) Untold(ctx context.Context, limit int) ([]Ref, error) {
	return persistence.Collect(ctx, m.pool, "find untold media", scanMediaRef, `
		UPDATE media u SET next_try = now() + $2::interval
		WHERE u.ctid = ANY (ARRAY(SELECT ctid FROM media WHERE NOT told AND state <> 'wanted' AND next_try <= now()
			ORDER BY next_try LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING u.phone_number_id, u.contact_id, u.message_id`, limit, mediaTellAgain)
}

func scanMediaRef(row pgx.CollectableRow) (r Ref, err error) {
	err = row.Scan(&r.Key.PhoneNumberID, &r.Key.ContactID, &r.MessageID)
	return r, err
}

// Forget ends the telling of a file that its conversation knows nothing of, or
// has recorded already.
func (m *Media) Forget(ctx context.Context, r Ref) error {
	_, err := m.pool.Exec(ctx, `UPDATE media SET told = true
		WHERE phone_number_id = $1 AND message_id = $2 AND state <> 'wanted'`, r.Key.PhoneNumberID, r.MessageID)
	if err != nil {
		return fmt.Errorf("forget to tell of the file of %s: %w", r.MessageID, err)
	}
	return nil
}

// Resume makes what is wanted of a number due now, and wants again what failed
// for a reason that may have passed: a new token may have been what it waited for.
func (m *Media) Resume(ctx context.Context, number wa.PhoneNumberID) error {
	_, err := m.pool.Exec(ctx, `UPDATE media SET state = 'wanted', next_try = now(), told = false
		WHERE phone_number_id = $1 AND (state = 'wanted' AND next_try > now()
			OR state = 'failed' AND reason = ANY ($2) AND wanted_at > now() - $3::interval)`,
		number, PassingReasons(), wa.MediaLife)
	if err != nil {
		return fmt.Errorf("resume media of %s: %w", number, err)
	}
	return nil
}

func PassingReasons() []string {
	all := []wa.MediaReason{wa.MediaGone, wa.MediaTooLarge, wa.MediaForeign, wa.MediaExpired, wa.MediaDamaged, wa.MediaUnavailable}
	all = slices.DeleteFunc(all, func(r wa.MediaReason) bool { return !r.MayPass() })
	list := make([]string, len(all))
	for i, r := range all {
		list[i] = string(r)
	}
	return list
}

// Drop removes up to limit files that were kept for longer than age, and says
// how many it were.
func (m *Media) Drop(ctx context.Context, age time.Duration, limit int) (int, error) {
	tag, err := m.pool.Exec(ctx, `
		WITH old AS (
			UPDATE media u SET state = 'dropped', told = true, changed_at = now()
			WHERE u.ctid = ANY (ARRAY(SELECT ctid FROM media WHERE state = 'kept' AND changed_at < now() - $1::interval
				ORDER BY changed_at LIMIT $2 FOR UPDATE SKIP LOCKED))
			RETURNING u.phone_number_id, u.message_id
		), pieces AS (
			DELETE FROM media_chunk p USING old WHERE p.phone_number_id = old.phone_number_id AND p.message_id = old.message_id
		)
		SELECT FROM old`, age, limit)
	if err != nil {
		return 0, fmt.Errorf("drop old media: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

// OldestWanted is how long the oldest wanted file has been waiting; 0: none is.
func (m *Media) OldestWanted(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := m.pool.QueryRow(ctx, `
		SELECT coalesce(extract(epoch FROM now() - min(wanted_at)), 0)::float8 FROM media WHERE state = 'wanted'`).Scan(&seconds)
	if err != nil {
		return 0, fmt.Errorf("find oldest wanted media: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// State is what became of a file.
type State string

// States of a file.
const (
	MediaWanted  State = "wanted"
	MediaKept    State = "kept"
	MediaFailed  State = "failed"
	MediaDropped State = "dropped" // was kept, and is no longer
)

// Status tells of the file of one message.
type Status struct {
	MessageID wa.MessageID
	ContactID wa.ContactID
	State     State
	Reason    wa.MediaReason // failed
	Size      int64          // bytes; kept
	Told      bool           // its conversation has recorded it
	Again     bool           // failed, and another try may succeed
}

// TriesMost bounds how often people may have a file fetched that fails: each
// wish is one try more.
const TriesMost = "50"

const StatusColumns = `message_id, contact_id, state, reason, size, told, wanted_at > now() - $1::interval AND tries < ` + TriesMost

func ScanStatus(row pgx.CollectableRow) (s Status, err error) {
	var alive bool
	err = row.Scan(&s.MessageID, &s.ContactID, &s.State, &s.Reason, &s.Size, &s.Told, &alive)
	s.Again = s.State == MediaFailed && s.Reason.MayPass() && alive
	return s, err
}
