package inbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/media"
)

// Media tells of the files of messages of a conversation, customers' and ours, in no order. Messages
// without one are missing.
func (b *Inbox) Media(ctx context.Context, key wa.ConversationKey, ids []wa.MessageID) ([]media.Status, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return persistence.Collect(ctx, b.pool, "read media of "+key.String(), media.ScanStatus,
		`SELECT `+media.StatusColumns+` FROM media WHERE phone_number_id = $2 AND message_id = ANY ($3) AND contact_id = $4
		UNION ALL
		SELECT u.message_id, u.contact_id, CASE f.state WHEN 1 THEN 'kept' ELSE 'dropped' END, '', coalesce(f.size, 0), false
		FROM upload_use u LEFT JOIN upload f ON f.tenant_id = u.tenant_id AND f.id = u.upload_id
		WHERE u.phone_number_id = $2 AND u.message_id = ANY ($3) AND u.contact_id = $4`,
		wa.MediaLife, key.PhoneNumberID, ids, key.ContactID)
}

// MediaFile is a kept file. MIME and name are untrusted.
type MediaFile struct {
	media.Ref
	MIME    string
	Name    string
	Size    int64
	attempt int32
}

// OpenMedia finds the kept file of a message in a conversation of the scope.
// ErrNotFound: there is none, or it is not for this scope.
func (b *Inbox) OpenMedia(ctx context.Context, scope persistence.Scope, key wa.ConversationKey, id wa.MessageID) (MediaFile, error) {
	f := MediaFile{Ref: media.Ref{Key: key, MessageID: id}}
	err := b.pool.QueryRow(ctx, `
		SELECT m.mime, m.file_name, m.size, m.attempt
		FROM media m JOIN conversation c ON c.phone_number_id = m.phone_number_id AND c.contact_id = m.contact_id
		WHERE m.phone_number_id = @number AND m.message_id = @id AND m.contact_id = @contact AND m.state = 'kept' AND`+scope.ShownSQL(),
		scope.Args(pgx.NamedArgs{"number": key.PhoneNumberID, "id": id, "contact": key.ContactID})).
		Scan(&f.MIME, &f.Name, &f.Size, &f.attempt)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return MediaFile{}, fmt.Errorf("open file of %s: %w", id, err)
	}
	return f, nil
}

// MediaPart reads length bytes of the nth piece of an opened file, from an
// offset within it; fewer at its end. ErrNotFound: the file was dropped meanwhile.
func (b *Inbox) MediaPart(ctx context.Context, f *MediaFile, n, offset, length int) ([]byte, error) {
	var part []byte
	err := b.pool.QueryRow(ctx, `
		SELECT substring(bytes FROM $5 FOR $6) FROM media_chunk
		WHERE phone_number_id = $1 AND message_id = $2 AND attempt = $3 AND n = $4`,
		f.Key.PhoneNumberID, f.MessageID, f.attempt, n, offset+1, length).Scan(&part)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read piece %d of the file of %s: %w", n, f.MessageID, err)
	}
	return part, nil
}

// Thumb is the small picture of an opened file, empty where there can be none; false:
// nobody has made it yet.
func (b *Inbox) Thumb(ctx context.Context, f *MediaFile) (picture []byte, made bool, err error) {
	err = b.pool.QueryRow(ctx, `SELECT thumb, thumb IS NOT NULL FROM media WHERE phone_number_id = $1 AND message_id = $2 AND attempt = $3`,
		f.Key.PhoneNumberID, f.MessageID, f.attempt).Scan(&picture, &made)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, false, fmt.Errorf("read small picture of %s: %w", f.MessageID, err)
	}
	return picture, made, nil
}

// KeepThumb stores it; nil: there can be none.
func (b *Inbox) KeepThumb(ctx context.Context, f *MediaFile, picture []byte) error {
	_, err := b.pool.Exec(ctx, `UPDATE media SET thumb = coalesce($4::bytea, '')
		WHERE phone_number_id = $1 AND message_id = $2 AND attempt = $3 AND state = 'kept'`, f.Key.PhoneNumberID, f.MessageID, f.attempt, picture)
	if err != nil {
		return fmt.Errorf("keep small picture of %s: %w", f.MessageID, err)
	}
	return nil
}

// WantMediaAgain has a failed file fetched again, now. ErrNotFound: there is no such file
// for this scope; ErrRefused: it is not failed, or trying again is pointless.
func (b *Inbox) WantMediaAgain(ctx context.Context, scope persistence.Scope, key wa.ConversationKey, id wa.MessageID) error {
	if _, err := b.Get(ctx, scope, key); err != nil {
		return err
	}
	var again bool
	err := b.pool.QueryRow(ctx, `
		WITH `+media.Again(`phone_number_id = $1 AND message_id = $2 AND contact_id = $3
			AND reason = ANY ($4) AND wanted_at > `+persistence.BusinessNow+` - $5::interval AND attempt < `+media.TriesMost)+`
		SELECT EXISTS (SELECT FROM again)
		WHERE EXISTS (SELECT FROM media WHERE phone_number_id = $1 AND message_id = $2 AND contact_id = $3)
			OR EXISTS (SELECT FROM effect_rest WHERE kind = 2 AND scope = $1 AND id = $2 AND grain = $3)`,
		key.PhoneNumberID, id, key.ContactID, media.PassingReasons(), wa.MediaLife).Scan(&again)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		err = persistence.ErrNotFound
	case err == nil && !again:
		err = persistence.ErrRefused
	}
	if err != nil {
		return fmt.Errorf("want file of %s again: %w", id, err)
	}
	return nil
}

// Version tells one fetch of a file from another.
func (f *MediaFile) Version() string { return strconv.Itoa(int(f.attempt)) }
