package relay

import (
	"context"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// alarmsAtOnce is more than conversations answer in a moment, so that a claim
// takes many.
const alarmsAtOnce = 200

// alarmKind tells conversations that an alarm is due. One that does not answer
// is rung again in 30 s.
func alarmKind(r *Relay) kind[effects.DueTimer] {
	return kind[effects.DueTimer]{
		name: "alarm", slots: alarmsAtOnce, room: alarmsAtOnce / 2, pause: r.cfg.Pauses.Poll,
		claim: func(ctx context.Context, _ string, free int) (lot[effects.DueTimer], error) {
			due, err := r.store.Timers.Due(ctx, free)
			return lot[effects.DueTimer]{work: due, more: len(due) == free}, err
		},
		run: r.ring,
	}
}

// ring tells one conversation of its alarm.
func (r *Relay) ring(ctx context.Context, d *effects.DueTimer) error {
	r.tell(ctx, &telling{
		kind: wa.ConversationKind, key: d.Key.String(),
		command: &actorpb.TimerDue{Kind: d.Kind, DueAtMs: d.DueAt.UnixMilli(), DbNowMs: d.DBNow.UnixMilli()},
		forget:  func(ctx context.Context) error { return r.store.Timers.Remove(ctx, *d) },
	})
	return nil
}
