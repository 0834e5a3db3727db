package relay

import (
	"context"

	"google.golang.org/protobuf/proto"
)

const (
	untoldLot  = 500
	tellAtOnce = 32
)

// telling is the one command that tells a grain how something ended. The grain's
// own append ends the telling; until then it comes again.
type telling struct {
	kind, key string // of the grain
	command   proto.Message
	// forget ends the telling where the grain appends nothing: it had recorded this
	// already, or knows nothing of it.
	forget func(ctx context.Context) error
	// answered is called when the grain has answered; nil: nothing is.
	answered func()
}

// tell tells a grain once. What does not arrive is told again, when it is found
// untold or, an alarm, when it rings again.
func (r *Relay) tell(ctx context.Context, t *telling) {
	answer, err := r.ask(t.kind, t.key, t.command)
	if err != nil {
		r.notTold(ctx, t, err)
		return
	}
	if answer.GetAlready() || answer.GetRefusal() != "" {
		if err := t.forget(ctx); err != nil {
			r.notTold(ctx, t, err)
		}
	}
	if t.answered != nil {
		t.answered()
	}
}

func (r *Relay) notTold(ctx context.Context, t *telling, err error) {
	if ctx.Err() == nil {
		r.cfg.Logger.Warn("not recorded, it is told again",
			"command", string(t.command.ProtoReflect().Descriptor().Name()), "conversation", t.key, "error", err)
	}
}
