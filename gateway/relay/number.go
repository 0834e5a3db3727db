package relay

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// Register stores a number, new or again, and begins to apply what waited for it,
// once Meta has confirmed with the number's token whose it is. Its errors are
// those of Client.Prove and of Numbers.Register.
func (r *Relay) Register(ctx context.Context, registration numbers.Registration) error {
	if registration.Through != nil {
		if err := r.store.Numbers.MayConnect(ctx, registration.TenantID, *registration.Through); err != nil {
			return err
		}
	}
	if err := r.prove(ctx, &registration.Number, registration.Through); err != nil {
		return err
	}
	if err := r.store.Numbers.Register(ctx, registration); err != nil {
		return err
	}
	r.goOn(ctx, registration.ID, registration.Token != "")
	r.work.Once(func(ctx context.Context) {
		if err := r.events.ApplyParked(ctx, registration.ID); err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("parked events not applied", "phone_number_id", registration.ID, "error", err)
		}
	})
	return nil
}

// ReplaceToken stores another token of a tenant's number and has go on what waited for
// it. Whether it is good for the number is not asked here.
func (r *Relay) ReplaceToken(ctx context.Context, tenant wa.TenantID, id wa.PhoneNumberID, token string) error {
	if err := r.store.Numbers.ReplaceToken(ctx, tenant, id, token); err != nil {
		return err
	}
	r.goOn(ctx, id, true)
	return nil
}

// goOn ends what a number waited for: a new token may have been that. What fails here
// is mended when the number is looked at next.
func (r *Relay) goOn(ctx context.Context, id wa.PhoneNumberID, token bool) {
	if err := r.store.Sends.Resume(ctx, id); err != nil {
		r.cfg.Logger.Warn("pause of a number not ended", "phone_number_id", id, "error", err)
	}
	if err := r.store.Effects.Queue(ledger.EffectFile).Hurry(ctx, string(id)); err != nil {
		r.cfg.Logger.Warn("files of a number not fetched at once", "phone_number_id", id, "error", err)
	}
	if err := r.store.Media.Resume(ctx, id); err != nil {
		r.cfg.Logger.Warn("media of a number not resumed", "phone_number_id", id, "error", err)
	}
	if token {
		r.report(id, healthy(r.cfg.Clock.Now()))
	}
	r.wake(kindFleet, "")
	r.Wake(id)
	r.wake(kindLists, "")
}

// prove asks Meta whether a registration is true. One that names what is stored
// for its tenant and brings no token claims nothing new: a number with a dead
// token can still be renamed.
func (r *Relay) prove(ctx context.Context, number *numbers.Number, through *string) error {
	if r.cfg.Unproven {
		return nil
	}
	r.store.Numbers.Forget(number.ID)
	stored, err := r.store.Numbers.Get(ctx, number.ID)
	ours := err == nil && stored.TenantID == number.TenantID
	switch {
	case err != nil && !errors.Is(err, persistence.ErrNotFound):
		return err
	case err == nil && !ours: // of somebody else, whatever Meta says
		return fmt.Errorf("register number %s: %w", number.ID, persistence.ErrNotFound)
	case ours && number.Token == "" && stored.AccountID == number.AccountID && stored.PortfolioID == number.PortfolioID &&
		(through == nil || *through == stored.App):
		return nil
	}
	token := number.Token
	if token == "" && ours {
		token = stored.Token
	}
	number.App = stored.App
	if through != nil {
		number.App = *through
	}
	ctx = r.by(ctx, number)
	claim := cloudapi.Claim{Number: number.ID, Account: number.AccountID, Portfolio: number.PortfolioID}
	return r.cfg.Client.Prove(ctx, claim, token)
}

// by has calls to Meta proved with the secret of the app by which a number is connected.
func (r *Relay) by(ctx context.Context, number *numbers.Number) context.Context {
	if number.App == "" || r.cfg.AppSecret == nil {
		return ctx
	}
	return cloudapi.ProvedBy(ctx, r.cfg.AppSecret(number.App))
}

// keepHealth notes on the number's pace, which every claim of every member reads,
// whether the number is stopped or paused by its own judgement. If that fails the
// event is applied again, which decides nothing and answers the same.
func (r *Relay) keepHealth(
	ctx context.Context, number wa.PhoneNumberID, told *actorpb.RecordNumberHealth, answer proto.Message,
) (*actorpb.Outcome, error) {
	state, ok := answer.(*actorpb.NumberState)
	switch {
	case !ok:
		return nil, fmt.Errorf("number %s answers with %T", number, answer)
	case state.Refusal != "":
		return &actorpb.Outcome{Refusal: state.Refusal, Detail: state.Detail}, nil
	case state.Health == phone.HealthStopped || state.Health == phone.HealthPaused:
		return nil, background.Stored(r.store.Sends.Trouble(ctx, number, r.cfg.Pauses.Look))
	case told.Cause == actorpb.RecordNumberHealth_CAUSE_RECOVERED:
		if err := r.store.Sends.Recover(ctx, number); err != nil {
			return nil, background.Stored(err)
		}
		r.Wake(number)
	}
	return nil, nil
}

// SetRate sets how many messages a second a number may send and receive.
func (r *Relay) SetRate(ctx context.Context, number wa.PhoneNumberID, rate int) error {
	return r.store.Sends.SetRate(ctx, number, rate)
}

// SetTeam lets new conversations on some numbers begin in a team; see numbers.SetTeam.
func (r *Relay) SetTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID, ids []wa.PhoneNumberID) error {
	return r.store.Numbers.SetTeam(ctx, tenant, team, ids)
}

// keepRate gives a number the pace that it has committed to. If that fails the
// event is applied again, which decides nothing and answers the same.
func (r *Relay) keepRate(ctx context.Context, number wa.PhoneNumberID, answer proto.Message) (*actorpb.Outcome, error) {
	state, ok := answer.(*actorpb.NumberState)
	switch {
	case !ok:
		return nil, fmt.Errorf("number %s answers with %T", number, answer)
	case state.Refusal != "":
		return &actorpb.Outcome{Refusal: state.Refusal, Detail: state.Detail}, nil
	}
	return nil, background.Stored(r.SetRate(ctx, number, phone.RateOf(state)))
}

// keepHold notes on the number's pace, which every claim of every member reads, what it
// holds back. If that fails the order is given again, which decides nothing and answers
// the same.
func (r *Relay) keepHold(ctx context.Context, number wa.PhoneNumberID, answer proto.Message) (*actorpb.Outcome, error) {
	state, ok := answer.(*actorpb.NumberState)
	switch {
	case !ok:
		return nil, fmt.Errorf("number %s answers with %T", number, answer)
	case state.Refusal != "":
		return &actorpb.Outcome{Refusal: state.Refusal, Detail: state.Detail}, nil
	}
	if err := r.store.Sends.Hold(ctx, number, phone.HoldOf(state), state.Version); err != nil {
		return nil, background.Stored(err)
	}
	if err := r.SetRate(ctx, number, phone.RateOf(state)); err != nil {
		return nil, background.Stored(err)
	}
	r.Wake(number)
	return nil, nil
}
