package intake

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// outcomeSource marks problems that are no events of a webhook: no process is that
// source.
const outcomeSource = 0

// Untold is a command that tells a grain how something ended, and that the grain
// cannot record: its data are refused, or the grain fails at it each time.
type Untold struct {
	Kind    string           `json:"kind"` // of the grain
	Key     string           `json:"key"`
	Command []byte           `json:"command"` // as actorpb.EncodeCommand writes it
	Effect  ledger.EffectRef `json:"effect"`
}

// Blamed says whether an error of a command is the command's own fault, or its
// grain's: nothing that passes by itself.
func Blamed(err error) bool { return err != nil && !nobodysFault(err) }

// NoteUntold puts a command into the list of problems, where people see it and may
// have it told again. It holds up nothing.
func (a *Applier) NoteUntold(ctx context.Context, u *Untold, name string, cause error) error {
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	number := wa.PhoneNumberID(u.Effect.Scope) // or a tenant, which is no number
	owner, err := a.store.Numbers.Get(ctx, number)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) {
		return err
	}
	// Its place is made of its content: noted twice on a day it is one problem.
	sum := fnv.New64a()
	_, _ = sum.Write(raw) // it never fails
	return a.note(ctx, []intake.Problem{{
		Day: time.Now().UTC().Truncate(24 * time.Hour), Source: outcomeSource, Seq: int64(sum.Sum64() >> 1),
		TenantID: owner.TenantID, Number: number, State: intake.ProblemFailed, Kind: name, Reason: cause.Error(),
		Raw: raw, ReceivedAt: time.Now(),
	}})
}

// tellAgain asks the grain of a noted command once more. Its append removes the
// effect; one that the grain had recorded, or refuses, is removed here.
func (a *Applier) tellAgain(ctx context.Context, problem *intake.Problem) error {
	var u Untold
	if err := json.Unmarshal(problem.Raw, &u); err != nil {
		return errors.New("the kept outcome cannot be read")
	}
	command, err := actorpb.DecodeCommand(u.Command)
	if err != nil {
		return err
	}
	answer, err := a.cfg.Ask(u.Kind, u.Key, command)
	if accepted, ok := command.(*actorpb.RecordAccepted); ok && err == nil && accepted.GetWamid() != "" {
		a.Accepted(wa.PhoneNumberID(u.Effect.Scope), wa.MessageID(accepted.GetWamid()))
	}
	if err == nil && (answer.GetAlready() || answer.GetRefusal() != "") {
		err = background.Stored(a.store.Effects.Queue(u.Effect.Kind).Forget(ctx, u.Effect))
	}
	return err
}
