package intake

import (
	"context"
	"errors"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// takeover takes over the sources of processes that died and reads them to their
// end, one after the other. Only its own loop uses it.
type takeover struct {
	applier *Applier
	closes  map[int64]struct{} // read to the end; closed when all of it is done
}

func newTakeover(a *Applier) *takeover {
	return &takeover{applier: a, closes: make(map[int64]struct{})}
}

// look first closes what is read and done, then takes over what is new. A source is only
// ever read from its mark, which its owner moved behind what was surely applied: some
// events come twice and none is left out. Taking over raises the term of the source, so
// an owner who is not dead, but frozen, stores and marks nothing there any more.
func (h *takeover) look(ctx context.Context) {
	for source := range h.closes {
		if closed, err := h.applier.store.Intake.Finished(ctx, source); closed || err == nil && !h.applier.store.Intake.Holds(source) {
			delete(h.closes, source)
		}
	}
	for ctx.Err() == nil {
		at, err := h.applier.store.Intake.TakeOver(ctx, h.applier.cfg.Lost())
		if err != nil {
			if !errors.Is(err, persistence.ErrNotFound) && ctx.Err() == nil {
				h.applier.cfg.Logger.Warn("sources of others not looked at", "error", err)
			}
			return
		}
		h.applier.cfg.Logger.Info("intake source taken over", "source", at.Source, "after", at.Seq)
		h.read(ctx, at)
		// At a later look: what was read is still on its way through the lanes.
		h.closes[at.Source] = struct{}{}
	}
}

// read feeds the rows of a source. If it is lost meanwhile, somebody else does.
func (h *takeover) read(ctx context.Context, at intake.Position) {
	for h.applier.feed.waitForRoom(ctx) && h.applier.store.Intake.Holds(at.Source) {
		rows, err := h.applier.store.Intake.ReadBack(ctx, at, readBackRows)
		if err != nil {
			h.applier.work.Complain("read a source of another to its end", persistence.FaultOf(err), err)
			if !h.applier.work.Pause(h.applier.cfg.Pauses.Retry) {
				return
			}
			continue
		}
		if len(rows) == 0 {
			return
		}
		h.applier.metrics.readBack(len(rows))
		h.applier.feed.add(rows)
		last := rows[len(rows)-1]
		// Its own place: that of the feed is of our source.
		at.Day, at.Seq = last.Day, last.Seq
	}
}
