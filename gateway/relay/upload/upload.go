package upload

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sync/singleflight"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/mediaupload"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Limit is how long one attempt may take, however long the file is.
const Limit = 10 * time.Minute

// Carrier brings files to Meta. It is safe for concurrent use.
type Carrier struct {
	files  *uploads.Uploads
	client *cloudapi.Client
	log    *slog.Logger
	group  singleflight.Group // has those wait who want the same file there
	count  metric.Int64Counter
	bytes  metric.Int64Counter
	took   metric.Float64Histogram
}

// New makes one. Its error is of the instruments.
func New(files *uploads.Uploads, client *cloudapi.Client, log *slog.Logger, m metric.Meter) (*Carrier, error) {
	c := &Carrier{files: files, client: client, log: log}
	var errs [3]error
	c.count, errs[0] = m.Int64Counter("prosa.relay.uploads", metric.WithUnit("{file}"),
		metric.WithDescription("Attempts to bring a file of ours to Meta by outcome: uploaded, failed."))
	c.bytes, errs[1] = m.Int64Counter("prosa.relay.uploads.size", metric.WithUnit("By"), metric.WithDescription("Bytes of files brought to Meta."))
	c.took, errs[2] = m.Float64Histogram("prosa.relay.uploads.duration", metric.WithUnit("s"),
		metric.WithDescription("Time of bringing a file to Meta that succeeded."))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("make instruments: %w", err)
	}
	return c, nil
}

// Bring is Meta's id of a file for a number, other than one that is good no more. Many
// messages may send the same file at once: one of them brings it there. Its error is that
// of mediaupload.Upload, or of the store.
func (c *Carrier) Bring(ctx context.Context, number *numbers.Number, file *uploads.Upload, not string) (string, error) {
	key := string(number.ID) + " " + file.MIME + " " + hex.EncodeToString(file.SHA256) + " " + not
	id, err, _ := c.group.Do(key, func() (any, error) {
		held, err := c.files.Held(ctx, number.ID, file)
		if err != nil || held != "" && held != not {
			return held, err
		}
		return c.carry(ctx, number, file)
	})
	if err != nil {
		return "", err
	}
	return id.(string), nil
}

func (c *Carrier) carry(ctx context.Context, number *numbers.Number, file *uploads.Upload) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	began := time.Now()
	id, err := mediaupload.Upload(ctx, c.client, number.ID, number.Token, &mediaupload.File{
		MIME: file.MIME, Size: file.Size, Content: c.files.Content(ctx, file),
	})
	if err != nil {
		c.count.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", "failed")))
		return "", err
	}
	c.count.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", "uploaded")))
	c.bytes.Add(ctx, file.Size)
	c.took.Record(ctx, time.Since(began).Seconds())
	// Meta has it: that this cannot be noted costs another upload of it at worst.
	if err := c.files.Hold(ctx, number.ID, file, id); err != nil {
		c.log.WarnContext(ctx, "what Meta holds is not noted", "phone_number_id", number.ID, "error", err)
	}
	return id, nil
}
