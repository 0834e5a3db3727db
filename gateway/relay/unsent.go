package relay

import (
	"context"
	"time"
)

const (
	unsentSweep    = 10 * time.Minute
	unsentSweepLot = 100
)

// sweepUploads removes what people uploaded and did not send in time. Each member may do
// it at any time: none waits for another's rows.
func (r *Relay) sweepUploads(ctx context.Context) {
	for {
		swept, err := r.store.Uploads.Sweep(ctx, unsentSweepLot)
		if err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("unsent uploads not removed", "error", err)
		}
		if err != nil || swept < unsentSweepLot {
			return
		}
	}
}
