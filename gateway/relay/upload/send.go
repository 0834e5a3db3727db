package upload

import (
	"context"
	"errors"
	"time"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Name names the file of a send as Meta does and no more as we do, by the body of its
// effect, if it is one that was uploaded to us.
func Name(body []byte, content *wa.Content) (own bool, err error) {
	file := content.Attachment()
	if file == nil || file.File == "" {
		return false, nil
	}
	of, err := ledger.ReadSend(body)
	if err == nil && of.MediaID == "" {
		err = errors.New("no media id")
	}
	file.ID, file.File = of.MediaID, ""
	return true, err
}

// SweepPause is between two sweeps.
const SweepPause = 10 * time.Minute

// Sweep removes what people uploaded and did not send in time. Each member may do it at
// any time: none waits for another's rows.
func (c *Carrier) Sweep(ctx context.Context) {
	if err := c.files.SweepAll(ctx); err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "unsent uploads not removed", "error", err)
	}
}
