package journal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// File is an upload that may be sent, and what Meta holds of the same content for a
// number, in one statement. ErrNotFound: the tenant has none, or it has expired.
func (j *Journal) File(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, id wa.UploadID) (ledger.UploadedFile, error) {
	const find = `
SELECT u.mime, u.size, u.width, u.height, u.animated, u.voice, u.barred, u.by_id, u.shared, u.name, u.sha256,
	coalesce(m.media_id, ''), coalesce(m.until, '0001-01-01')
FROM upload u LEFT JOIN upload_media m ON m.phone_number_id = $2 AND m.sha256 = u.sha256 AND m.mime = u.mime
WHERE u.tenant_id = $1 AND u.id = $3 AND u.state = 1 AND (u.expires_at IS NULL OR u.expires_at > now())`
	var f ledger.UploadedFile
	var sum []byte
	err := j.pool.QueryRow(ctx, find, tenant, number, id).Scan(&f.MIME, &f.Size, &f.Width, &f.Height, &f.Animated, &f.Voice, &f.Barred,
		&f.By, &f.Shared, &f.Name, &sum, &f.MediaID, &f.Until)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return ledger.UploadedFile{}, fmt.Errorf("read upload: %w", persistence.Classed(err))
	}
	f.SHA256 = hex.EncodeToString(sum)
	return f, nil
}

// usesSQL notes which uploads messages send, and that these live with them from now on.
// One that is gone meanwhile is noted all the same: whoever is to bring it to Meta says so.
const usesSQL = `, uses AS (
	INSERT INTO upload_use (phone_number_id, message_id, contact_id, tenant_id, upload_id)
	SELECT ok.phone_number_id, u.message_id, ok.contact_id, ok.tenant_id, u.upload_id
	FROM unnest(%1::int[], %2::text[], %3::text[]) AS u(i, message_id, upload_id) JOIN ok ON ok.i = u.i
	RETURNING tenant_id, upload_id
), used AS (
	UPDATE upload f SET expires_at = NULL FROM (SELECT DISTINCT * FROM uses) AS u
	WHERE f.tenant_id = u.tenant_id AND f.id = u.upload_id AND f.expires_at IS NOT NULL
)`

type useColumns struct {
	i       []int32
	message []string
	file    []string
}

func (c *useColumns) reset() { c.i, c.message, c.file = c.i[:0], c.message[:0], c.file[:0] }

func (c *useColumns) add(i int32, u ledger.FileUse) {
	c.i, c.message, c.file = append(c.i, i), append(c.message, string(u.MessageID)), append(c.file, string(u.File))
}

func (c *useColumns) args() []any { return []any{c.i, c.message, c.file} }
