package relay

import (
	"context"
	"errors"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// heir takes over the sources of processes that died and reads them to their
// end, one after the other. Only its own loop uses it.
type heir struct {
	relay  *Relay
	closes map[int64]struct{} // read to the end; closed when all of it is done
}

func newHeir(r *Relay) *heir { return &heir{relay: r, closes: make(map[int64]struct{})} }

func (h *heir) look(ctx context.Context) {
	for source := range h.closes {
		if closed, err := h.relay.store.Intake.Finished(ctx, source); closed || err == nil && !h.relay.store.Intake.Holds(source) {
			delete(h.closes, source)
		}
	}
	for ctx.Err() == nil {
		at, err := h.relay.store.Intake.TakeOver(ctx, h.relay.cfg.Lost())
		if err != nil {
			if !errors.Is(err, persistence.ErrNotFound) && ctx.Err() == nil {
				h.relay.cfg.Logger.Warn("sources of others not looked at", "error", err)
			}
			return
		}
		h.relay.cfg.Logger.Info("intake source taken over", "source", at.Source, "after", at.Seq)
		h.read(ctx, at)
		h.closes[at.Source] = struct{}{}
	}
}

// read feeds the rows of a source. If it is lost meanwhile, somebody else does.
func (h *heir) read(ctx context.Context, at intake.Position) {
	for h.relay.feed.waitForRoom(ctx) && h.relay.store.Intake.Holds(at.Source) {
		rows, err := h.relay.store.Intake.ReadBack(ctx, at, readBackRows)
		if err != nil {
			h.relay.complain("read a source of another to its end", persistence.FaultOf(err), err)
			if !h.relay.pause(h.relay.cfg.Pauses.Retry) {
				return
			}
			continue
		}
		if len(rows) == 0 {
			return
		}
		h.relay.metrics.readBack(len(rows))
		h.relay.feed.add(rows)
		last := rows[len(rows)-1]
		at.Day, at.Seq = last.Day, last.Seq
	}
}
