package uploads

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Piece is the length of the pieces that a file is stored in, the last one apart.
const Piece = 1 << 20

// UnsentLife is how long an upload may be sent for the first time.
const UnsentLife = 24 * time.Hour

// sweepGrace is how much longer it is there: whoever has just looked at it may be about to
// commit that he sends it.
const sweepGrace = time.Hour

// What one party may have that it has not sent.
const (
	MaxUnsent      = 200
	MaxUnsentBytes = 2 << 30
)

// ErrTooMany says that the party has as much that it has not sent as it may have.
var ErrTooMany = errors.New("too many files wait to be sent")

// Uploads are the files of all tenants.
type Uploads struct{ pool *pgxpool.Pool }

// New reads and writes through the pool.
func New(pool *pgxpool.Pool) *Uploads { return &Uploads{pool} }

// Upload is one file.
type Upload struct {
	TenantID  wa.TenantID
	ID        wa.UploadID
	By        string // the party that uploaded it, as conversations name parties
	Name      string // cleaned; never a path
	Declared  string // the type that was said, untrusted
	MIME      string // the type that it is
	Size      int64  // bytes
	SHA256    []byte
	Width     int // of a picture; 0: not known
	Height    int
	Animated  bool
	Voice     bool     // it may leave as a voice message
	Barred    bool     // a picture or film that is coded as WhatsApp does not show it
	Kinds     []string // what it may be sent as (wa.Media.Type), the best first
	ExpiresAt time.Time
	CreatedAt time.Time
}

// Sent says whether a message has used it, or it is shared: it does not expire by itself.
func (u *Upload) Sent() bool { return u.ExpiresAt.IsZero() }

const (
	columns = `tenant_id, id, by_id, name, declared, mime, size, sha256, width, height, animated, voice, barred, kinds,
		coalesce(expires_at, '0001-01-01'), created_at`
	receiving, kept, dropped = 0, 1, 2
)

func scan(row pgx.Row) (u Upload, err error) {
	err = row.Scan(&u.TenantID, &u.ID, &u.By, &u.Name, &u.Declared, &u.MIME, &u.Size, &u.SHA256, &u.Width, &u.Height, &u.Animated,
		&u.Voice, &u.Barred, &u.Kinds, &u.ExpiresAt, &u.CreatedAt)
	return u, err
}

// Begin makes the row of an upload that is coming in, and names it. ErrTooMany: its party
// has too much that it has not sent.
func (s *Uploads) Begin(ctx context.Context, u *Upload) error {
	// 80 bits, in the alphabet of RFC 4648: ids stand in states, which each append writes.
	u.ID = wa.UploadID(strings.ToLower(rand.Text()[:16]))
	tag, err := s.pool.Exec(ctx, `
		INSERT INTO upload (tenant_id, id, by_id, name, declared, mime, expires_at)
		SELECT $1, $2, $3, $4, $5, '', now() + $6::interval
		WHERE (SELECT count(*) < $7 AND coalesce(sum(size), 0) < $8 FROM upload WHERE tenant_id = $1 AND by_id = $3 AND expires_at IS NOT NULL)`,
		u.TenantID, u.ID, u.By, u.Name, u.Declared, UnsentLife, MaxUnsent, int64(MaxUnsentBytes))
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrTooMany
	}
	if err != nil {
		return fmt.Errorf("begin upload: %w", persistence.Classed(err))
	}
	return nil
}

// PutPiece stores the nth piece, from 0.
func (s *Uploads) PutPiece(ctx context.Context, u *Upload, n int, piece []byte) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO upload_chunk (tenant_id, upload_id, n, bytes) VALUES ($1, $2, $3, $4)`, u.TenantID, u.ID, n, piece)
	if err != nil {
		return fmt.Errorf("store piece %d of upload %s: %w", n, u.ID, persistence.Classed(err))
	}
	return nil
}

// Keep ends the coming in: what is known of the file now counts, and it may be sent.
func (s *Uploads) Keep(ctx context.Context, u *Upload) error {
	err := s.pool.QueryRow(ctx, `
		UPDATE upload SET state = 1, name = $3, declared = $4, mime = $5, size = $6, sha256 = $7, width = $8, height = $9, animated = $10,
			voice = $11, kinds = $12, barred = $13
		WHERE tenant_id = $1 AND id = $2 AND state = 0 RETURNING expires_at, created_at`,
		u.TenantID, u.ID, u.Name, u.Declared, u.MIME, u.Size, u.SHA256, u.Width, u.Height, u.Animated, u.Voice, u.Kinds, u.Barred).
		Scan(&u.ExpiresAt, &u.CreatedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound // swept: it came in for more than a day
	}
	if err != nil {
		return fmt.Errorf("keep upload %s: %w", u.ID, persistence.Classed(err))
	}
	return nil
}

// Get reads one that is kept. ErrNotFound: the tenant has none, it is not whole, or it
// has expired.
func (s *Uploads) Get(ctx context.Context, tenant wa.TenantID, id wa.UploadID) (Upload, error) {
	u, err := scan(s.pool.QueryRow(ctx, `SELECT `+columns+` FROM upload
		WHERE tenant_id = $1 AND id = $2 AND state = 1 AND (expires_at IS NULL OR expires_at > now())`, tenant, id))
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return Upload{}, fmt.Errorf("read upload: %w", persistence.Classed(err))
	}
	return u, nil
}

// UsedIn says whether a message of a conversation of the scope sends an upload.
func (s *Uploads) UsedIn(ctx context.Context, scope persistence.Scope, id wa.UploadID) (used bool, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM upload_use u JOIN conversation c ON c.phone_number_id = u.phone_number_id AND c.contact_id = u.contact_id
			WHERE u.tenant_id = @tenant AND u.upload_id = @id AND`+scope.ShownSQL()+`)`, scope.Args(pgx.NamedArgs{"id": id})).Scan(&used)
	if err != nil {
		return false, fmt.Errorf("look where upload %s is used: %w", id, persistence.Classed(err))
	}
	return used, nil
}

// Part reads length bytes of the nth piece, from an offset within it; fewer at its end.
// ErrNotFound: the file was removed meanwhile.
func (s *Uploads) Part(ctx context.Context, tenant wa.TenantID, id wa.UploadID, n, offset, length int) ([]byte, error) {
	var part []byte
	err := s.pool.QueryRow(ctx, `SELECT substring(bytes FROM $4 FOR $5) FROM upload_chunk WHERE tenant_id = $1 AND upload_id = $2 AND n = $3`,
		tenant, id, n, offset+1, length).Scan(&part)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read piece %d of upload %s: %w", n, id, persistence.Classed(err))
	}
	return part, nil
}

// Discard removes an upload of a party that no message sends, whole or not. ErrNotFound:
// there is none; ErrRefused: a message sends it, or it is shared.
func (s *Uploads) Discard(ctx context.Context, tenant wa.TenantID, by string, id wa.UploadID) error {
	var unsent bool
	err := s.pool.QueryRow(ctx, `
		WITH gone AS (
			DELETE FROM upload WHERE tenant_id = $1 AND id = $2 AND by_id = $3 AND expires_at IS NOT NULL RETURNING id
		), pieces AS (
			DELETE FROM upload_chunk WHERE tenant_id = $1 AND upload_id IN (SELECT id FROM gone)
		)
		SELECT EXISTS (SELECT FROM gone) FROM upload WHERE tenant_id = $1 AND id = $2 AND by_id = $3`, tenant, id, by).Scan(&unsent)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		err = persistence.ErrNotFound
	case err == nil && !unsent:
		err = persistence.ErrRefused
	}
	if err != nil {
		return fmt.Errorf("discard upload: %w", persistence.Classed(err))
	}
	return nil
}

// Share keeps an upload of a party for as long as something of the tenant's needs it, and
// lets everybody of the tenant send it. Unshare gives that up.
func (s *Uploads) Share(ctx context.Context, tenant wa.TenantID, by string, id wa.UploadID) error {
	return s.share(ctx, `UPDATE upload SET shared = true, expires_at = NULL WHERE tenant_id = $1 AND id = $2 AND state = 1 AND (by_id = $3 OR shared)`, tenant, id, by)
}

// Unshare lets an upload go once no message sends it.
func (s *Uploads) Unshare(ctx context.Context, tenant wa.TenantID, id wa.UploadID) error {
	return s.share(ctx, `UPDATE upload SET shared = false, expires_at = CASE WHEN EXISTS (SELECT FROM upload_use u
		WHERE u.tenant_id = upload.tenant_id AND u.upload_id = upload.id) THEN NULL ELSE now() END WHERE tenant_id = $1 AND id = $2 AND shared`, tenant, id)
}

func (s *Uploads) share(ctx context.Context, sql string, args ...any) error {
	tag, err := s.pool.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("share upload: %w", persistence.Classed(err))
	}
	return nil
}

// SweepAll removes, in lots, what nobody has sent in time.
func (s *Uploads) SweepAll(ctx context.Context) error {
	const lot = 100
	for {
		if n, err := s.Sweep(ctx, lot); n < lot || err != nil {
			return err
		}
	}
}

// Sweep removes up to limit uploads that nobody has sent in time, with what Meta holds no
// longer, and says how many it were.
func (s *Uploads) Sweep(ctx context.Context, limit int) (int, error) {
	tag, err := s.pool.Exec(ctx, `
		WITH old AS (
			DELETE FROM upload WHERE ctid = ANY (ARRAY(SELECT ctid FROM upload WHERE expires_at < now() - $1::interval
				ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING tenant_id, id
		), pieces AS (
			DELETE FROM upload_chunk p USING old WHERE p.tenant_id = old.tenant_id AND p.upload_id = old.id
		), forgotten AS (
			DELETE FROM upload_media WHERE ctid = ANY (ARRAY(SELECT ctid FROM upload_media WHERE until < `+persistence.BusinessNow+` LIMIT $2))
		)
		SELECT FROM old`, sweepGrace, limit)
	if err != nil {
		return 0, fmt.Errorf("sweep uploads: %w", persistence.Classed(err))
	}
	return int(tag.RowsAffected()), nil
}

// Drop removes up to limit files of a tenant that were sent and kept for longer than age,
// and says how many it were. What is shared stays.
func (s *Uploads) Drop(ctx context.Context, tenant wa.TenantID, age time.Duration, limit int) (int, error) {
	tag, err := s.pool.Exec(ctx, `
		WITH old AS (
			UPDATE upload SET state = 2, thumb = NULL WHERE ctid = ANY (ARRAY(SELECT ctid FROM upload
				WHERE tenant_id = $1 AND state = 1 AND expires_at IS NULL AND NOT shared AND created_at < now() - $2::interval
				ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING tenant_id, id
		), pieces AS (
			DELETE FROM upload_chunk p USING old WHERE p.tenant_id = old.tenant_id AND p.upload_id = old.id
		)
		SELECT FROM old`, tenant, age, limit)
	if err != nil {
		return 0, fmt.Errorf("drop old uploads of %s: %w", tenant, persistence.Classed(err))
	}
	return int(tag.RowsAffected()), nil
}

// OfMessage is the file that a message of ours sends, in a conversation of the scope.
// ErrNotFound: it sends none, it is no longer kept, or it is not for this scope.
func (s *Uploads) OfMessage(ctx context.Context, scope persistence.Scope, key wa.ConversationKey, id wa.MessageID) (Upload, error) {
	u, err := scan(s.pool.QueryRow(ctx, `SELECT `+columns+` FROM upload
		WHERE state = 1 AND (tenant_id, id) = (SELECT u.tenant_id, u.upload_id
			FROM upload_use u JOIN conversation c ON c.phone_number_id = u.phone_number_id AND c.contact_id = u.contact_id
			WHERE u.phone_number_id = @number AND u.message_id = @id AND u.contact_id = @contact AND u.tenant_id = @tenant AND`+scope.ShownSQL()+`)`,
		scope.Args(pgx.NamedArgs{"number": key.PhoneNumberID, "id": id, "contact": key.ContactID})))
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return Upload{}, fmt.Errorf("open file of %s: %w", id, persistence.Classed(err))
	}
	return u, nil
}

// Thumb is the small picture of an upload, empty where there can be none; false: nobody
// has made it yet.
func (s *Uploads) Thumb(ctx context.Context, tenant wa.TenantID, id wa.UploadID) (picture []byte, made bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT thumb, thumb IS NOT NULL FROM upload WHERE tenant_id = $1 AND id = $2`, tenant, id).Scan(&picture, &made)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, false, fmt.Errorf("read small picture: %w", persistence.Classed(err))
	}
	return picture, made, nil
}

// KeepThumb stores it; nil: there can be none.
func (s *Uploads) KeepThumb(ctx context.Context, tenant wa.TenantID, id wa.UploadID, picture []byte) error {
	_, err := s.pool.Exec(ctx, `UPDATE upload SET thumb = coalesce($3::bytea, '') WHERE tenant_id = $1 AND id = $2 AND state = 1`, tenant, id, picture)
	if err != nil {
		return fmt.Errorf("keep small picture: %w", persistence.Classed(err))
	}
	return nil
}
