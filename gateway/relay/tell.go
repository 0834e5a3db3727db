package relay

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/gateway/intake"
)

const (
	untoldLot  = 500
	tellAtOnce = 32
	// tellTries is how often a grain may fail at a telling by its own fault, some
	// half an hour of growing pauses; then it is for people.
	tellTries = 10
	tellPause = 4 * time.Second // after the first time, then doubled
)

// telling is the one command that tells a grain how something ended. The grain's
// own append ends the telling; until then it comes again.
type telling struct {
	kind, key string // of the grain
	command   proto.Message
	// forget ends the telling where the grain appends nothing: it had recorded this
	// already, or knows nothing of it.
	forget func(ctx context.Context) error
	// refused puts the telling off that the grain could not record; 0: for ever. nil:
	// it comes again as always.
	refused  func(ctx context.Context, pause time.Duration) error
	refusals int // before this time
	effect   ledger.EffectRef
	// answered is called when the grain has answered; nil: nothing is.
	answered func()
}

// tell tells a grain once. What does not arrive is told again, when it is found
// untold.
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

// notTold lets a telling come again: soon, if nobody is to blame; later and later,
// if the grain cannot record it, and in the end not before somebody has looked.
func (r *Relay) notTold(ctx context.Context, t *telling, err error) {
	if ctx.Err() != nil {
		return
	}
	name := string(t.command.ProtoReflect().Descriptor().Name())
	log := r.cfg.Logger.With("command", name, "grain", t.kind, "key", t.key, "error", err)
	if t.refused == nil || !intake.Blamed(err) {
		log.Warn("not recorded, it is told again")
		return
	}
	pause := tellPause << min(t.refusals, tellTries)
	if t.refusals+1 >= tellTries {
		if noted := r.noteUntold(ctx, t, name, err); noted != nil {
			log.Error("not recorded, and not noted as a problem", "reason", noted)
		} else {
			log.Error("not recorded, it stands in the list of problems")
			pause = 0
		}
	} else {
		log.Warn("cannot be recorded, it is told again later", "pause", pause)
	}
	if err := t.refused(ctx, pause); err != nil {
		log.Warn("pause of a telling not noted", "reason", err)
	}
}

func (r *Relay) noteUntold(ctx context.Context, t *telling, name string, cause error) error {
	command, err := actorpb.EncodeCommand(t.command)
	if err != nil {
		return err
	}
	return r.events.NoteUntold(ctx, &intake.Untold{Kind: t.kind, Key: t.key, Command: command, Effect: t.effect}, name, cause)
}
