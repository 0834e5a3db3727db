package journal

import (
	"context"
	"fmt"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/media"
)

const mediaSQL = `, media AS (
	INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name)
	SELECT ok.phone_number_id, m.message_id, ok.contact_id, m.media_id, m.mime, m.sha256, m.file_name
	FROM unnest(%1::int[], %2::text[], %3::text[], %4::text[], %5::text[], %6::text[])
		AS m(i, message_id, media_id, mime, sha256, file_name)
	JOIN ok ON ok.i = m.i
)`

// toldSQL leaves a row alone that somebody wanted again meanwhile: its next
// outcome is to be told as well.
const toldSQL = `, told AS (
	UPDATE media m SET told = true
	FROM unnest(%1::int[], %2::text[]) AS t(i, message_id) JOIN ok ON ok.i = t.i
	WHERE m.phone_number_id = ok.phone_number_id AND m.message_id = t.message_id AND m.state <> 'wanted'
)`

type mediaColumns struct {
	i        []int32
	message  []string
	media    []string
	mime     []string
	sha256   []string
	fileName []string
}

func (c *mediaColumns) reset() {
	c.i = c.i[:0]
	c.message = c.message[:0]
	c.media = c.media[:0]
	c.mime = c.mime[:0]
	c.sha256 = c.sha256[:0]
	c.fileName = c.fileName[:0]
}

func (c *mediaColumns) add(i int32, m ledger.WantedMedia) {
	c.i = append(c.i, i)
	c.message = append(c.message, string(m.MessageID))
	c.media = append(c.media, m.MediaID)
	c.mime = append(c.mime, m.MIME)
	c.sha256 = append(c.sha256, m.SHA256)
	c.fileName = append(c.fileName, m.FileName)
}

func (c *mediaColumns) args() []any {
	return []any{c.i, c.message, c.media, c.mime, c.sha256, c.fileName}
}

type toldColumns struct {
	i       []int32
	message []string
}

func (c *toldColumns) reset() {
	c.i = c.i[:0]
	c.message = c.message[:0]
}

func (c *toldColumns) add(i int32, id wa.MessageID) {
	c.i = append(c.i, i)
	c.message = append(c.message, string(id))
}

func (c *toldColumns) args() []any { return []any{c.i, c.message} }

// Media tells of the file of a message. ErrNotFound: none was ever wanted.
func (j *Journal) Media(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (media.Status, error) {
	list, err := persistence.Collect(ctx, j.pool, "read media of "+string(id), media.ScanStatus,
		`SELECT `+media.StatusColumns+` FROM media WHERE phone_number_id = $2 AND message_id = $3`, wa.MediaLife, number, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("read media of %s: %w", id, persistence.ErrNotFound)
	}
	if err != nil {
		return media.Status{}, err
	}
	return list[0], nil
}
