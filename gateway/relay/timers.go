package relay

import (
	"context"
	"sync"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
)

const (
	timerLot     = 200
	timersAtOnce = 64
)

// ringTimers tells conversations that an alarm is due. One that does not answer
// is rung again in 30 s.
func (r *Relay) ringTimers(ctx context.Context) {
	for ctx.Err() == nil {
		due, err := r.store.Timers.Due(ctx, timerLot)
		if err != nil {
			if ctx.Err() == nil {
				r.cfg.Logger.Warn("due timers not taken", "error", err)
			}
			return
		}
		inParallel(due, timersAtOnce, func(n int) { r.guarded("alarm", func() { r.ring(ctx, &due[n]) }) })
		if len(due) < timerLot {
			return
		}
	}
}

// ring tells one conversation of its alarm.
func (r *Relay) ring(ctx context.Context, d *effects.DueTimer) {
	answer, err := r.ask(&item{kind: wa.ConversationKind, key: d.Key.String(), message: &actorpb.TimerDue{
		Kind: d.Kind, DueAtMs: d.DueAt.UnixMilli(), DbNowMs: d.DBNow.UnixMilli(),
	}})
	if err == nil && (answer.GetAlready() || answer.GetRefusal() != "") {
		err = r.store.Timers.Remove(ctx, *d) // it is over, and nobody else would say so
	}
	if err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("timer not delivered", "conversation", d.Key.String(), "error", err)
	}
}

// inParallel does something for each element, at most limit at once.
func inParallel[T any](list []T, limit int, do func(n int)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, limit)
	for n := range list {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			do(n)
		})
	}
	group.Wait()
}

// expireUnmatched removes statuses that nobody will ask for any more.
func (r *Relay) expireUnmatched(ctx context.Context) {
	if _, err := r.store.Unmatched.Expire(ctx); err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("old unmatched statuses not removed", "error", err)
	}
}
