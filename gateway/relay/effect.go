package relay

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// stopGrace is how long an outcome may still be written after the relay was told to
// stop: without it the effect would be lost, or done twice.
const stopGrace = 2 * time.Second

// ends sees to how effects of one kind end: the outcome is written to the row, and
// the grain is told it until an append of it has removed the row.
// late is counted by the runs and read by the loops that claim.
type ends struct {
	relay *Relay
	name  string
	queue *effects.Queue
	lease time.Duration // of a claim that nobody knows of
	// unsaid is the command for one that ended without its executor; nil: none does.
	unsaid func(*effects.Untold) proto.Message
	// heard is called when the grain has answered; nil: nothing is.
	heard  func(ref ledger.EffectRef, command proto.Message)
	finish *persistence.Group[effects.Ended]
	late   atomic.Int64 // outcomes that the store has not taken yet
}

// Pauses between two tries to write an outcome while the store is away.
const (
	firstWait   = 50 * time.Millisecond
	longestWait = 2 * time.Second
)

// notUnderstoodPause is how long an outcome rests that this release cannot read, so
// that it takes no place from others in every sweep.
const notUnderstoodPause = time.Minute

// lotsThatWait bounds what is to be written, in full lots: whoever has more waits.
const lotsThatWait = 4

func newEnds(r *Relay, e *ends) *ends {
	e.relay = r
	e.finish = e.writes()
	return e
}

func (e *ends) start() {
	e.relay.work.Loop("finish "+e.name, func() { e.finish.Run(e.relay.work.Context()) })
}

// end writes an outcome to its row and says whom to tell. While the store is away or
// broken it waits: nobody else knows what Meta said, and a row that is swept says
// "unknown". If the store takes only this one not, the grain hears it nevertheless.
// nil: the relay stops, and the outcome is told by another member.
func (e *ends) end(ref ledger.EffectRef, grain string, command proto.Message) *telling {
	outcome, err := actorpb.EncodeCommand(command)
	if err != nil { // it cannot be told either; its executor must clean what it was told
		e.relay.cfg.Logger.Error("outcome cannot be encoded", "work", e.name, "effect", ref.ID, "error", err)
		return nil
	}
	ended := effects.Ended{EffectRef: ref, Outcome: outcome}
	_, err = e.finish.Do(e.relay.work.Context(), ended)
	if err != nil {
		e.late.Add(1)
		defer e.late.Add(-1)
	}
	for wait := firstWait; err != nil; wait = min(2*wait, longestWait) {
		if e.relay.work.Context().Err() != nil {
			e.writeLate(ended)
			return nil
		}
		// Alone it may be to blame for what is everybody's, where the canary meets no row.
		if persistence.FaultOf(err) == persistence.FaultData && wait >= longestWait {
			break
		}
		e.relay.work.Pause(wait)
		_, err = e.finish.Do(e.relay.work.Context(), ended)
	}
	return e.telling(ref, grain, command)
}

// writeLate writes the outcome of what came back while the relay stopped.
func (e *ends) writeLate(ended effects.Ended) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(e.relay.work.Context()), stopGrace)
	defer cancel()
	if err := e.queue.Finish(ctx, e.relay.cfg.Member, []effects.Ended{ended}); err != nil {
		e.relay.cfg.Logger.Error("outcome not written: the claim ends with this member", "work", e.name, "effect", ended.ID, "error", err)
	}
}

// writes makes one statement of the outcomes of many effects.
func (e *ends) writes() *persistence.Group[effects.Ended] {
	work, what := e.relay.work, "write outcomes of "+e.name
	type asked = persistence.Ask[effects.Ended]
	return persistence.NewGroup(persistence.GroupConfig[effects.Ended]{
		Lots: lotsThatWait,
		Do: func(ctx context.Context, some []*asked) error {
			list := make([]effects.Ended, len(some))
			for n, one := range some {
				list[n] = one.Of
			}
			return e.queue.Finish(ctx, e.relay.cfg.Member, list)
		},
		Canary: func(ctx context.Context, _ []*asked) error { return e.queue.CanaryFinish(ctx) },
		Guilty: func(_ context.Context, one *asked, cause error) error {
			e.relay.cfg.Logger.Error("outcome not written", "work", e.name, "effect", one.Of.ID, "error", cause)
			return cause // whoever asked tries again
		},
		Observe: func(_ int, _ time.Duration, err error) {
			if err == nil {
				work.Clear(what)
				return
			}
			work.Complain(what, persistence.FaultOf(err), err) // silent once the work has ended
		},
		Struck: func(p *persistence.Panic) { work.Struck("finish "+e.name, p) },
	})
}

func (e *ends) telling(ref ledger.EffectRef, grain string, command proto.Message) *telling {
	t := &telling{
		command: command, effect: ref,
		forget:  func(ctx context.Context) error { return e.queue.Forget(ctx, ref) },
		refused: func(ctx context.Context, pause time.Duration) error { return e.queue.Refused(ctx, ref, pause) },
	}
	t.kind, t.key = ledger.GrainOf(grain, ref.Scope)
	if e.heard != nil {
		t.answered = func() { e.heard(ref, command) }
	}
	return t
}

// told is the telling of one that was swept.
func (e *ends) told(u *effects.Untold) (*telling, error) {
	command, err := e.commandOf(u)
	if err != nil {
		return nil, err
	}
	t := e.telling(u.EffectRef, u.Grain, command)
	t.refusals = int(u.Refusals)
	return t, nil
}

// commandOf is the outcome as it was written, or what the row's state says by itself.
func (e *ends) commandOf(u *effects.Untold) (proto.Message, error) {
	switch {
	case u.State == ledger.EffectEnded:
		return actorpb.DecodeCommand(u.Outcome)
	case e.unsaid == nil:
		return nil, fmt.Errorf("a %s in state %d", e.name, u.State)
	}
	return e.unsaid(u), nil
}

// untold ends the claims of dead members, and lists what grains have not recorded.
func (e *ends) untold(ctx context.Context, limit int) ([]telling, error) {
	released, untold, err := e.queue.Sweep(ctx, e.relay.cfg.Lost(), e.lease, limit)
	if released > 0 {
		e.relay.wake(e.name, "")
	}
	list := make([]telling, 0, len(untold))
	for n := range untold {
		t, err := e.told(&untold[n])
		if err != nil { // a newer release wrote it, and one of that tells it
			e.relay.cfg.Logger.Error("outcome not understood", "work", e.name, "effect", untold[n].ID, "error", err)
			if err := e.queue.Refused(ctx, untold[n].EffectRef, notUnderstoodPause); err != nil && ctx.Err() == nil {
				e.relay.cfg.Logger.Warn("outcome not put off", "work", e.name, "effect", untold[n].ID, "error", err)
			}
			continue
		}
		list = append(list, *t)
	}
	return list, err
}
