package uploads

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// heldFor is for how long a media id is used. Meta keeps it for 30 days; what is about to
// go is not begun with.
const heldFor = 29 * 24 * time.Hour

// Held is Meta's id of a content of a type, for a number; "": Meta has none, or is about
// to forget it.
func (s *Uploads) Held(ctx context.Context, number wa.PhoneNumberID, u *Upload) (mediaID string, err error) {
	err = s.pool.QueryRow(ctx, `SELECT media_id FROM upload_media WHERE phone_number_id = $1 AND sha256 = $2 AND mime = $3
		AND until > `+persistence.BusinessNow, number, u.SHA256, u.MIME).Scan(&mediaID)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("read what Meta holds: %w", persistence.Classed(err))
	}
	return mediaID, nil
}

// Hold notes that Meta holds a content under an id since a moment ago. The newest counts.
func (s *Uploads) Hold(ctx context.Context, number wa.PhoneNumberID, u *Upload, mediaID string) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO upload_media AS m (phone_number_id, sha256, mime, media_id, until)
		VALUES ($1, $2, $3, $4, `+persistence.BusinessNow+` + $5::interval)
		ON CONFLICT (phone_number_id, sha256, mime) DO UPDATE SET media_id = excluded.media_id, until = excluded.until`,
		number, u.SHA256, u.MIME, mediaID, heldFor)
	if err != nil {
		return fmt.Errorf("note what Meta holds: %w", persistence.Classed(err))
	}
	return nil
}
