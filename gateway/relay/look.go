package relay

import (
	"context"
	"errors"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/persistence"
)

const (
	lookPoll    = 5 * time.Second // for numbers that are due to be looked at
	looksAtOnce = 8
)

// lookKind asks Meta about numbers that are stopped or paused: their people
// cannot write, so that no send would ever show that all is well again.
func lookKind(r *Relay) kind[wa.PhoneNumberID] {
	return kind[wa.PhoneNumberID]{
		name: "look", slots: looksAtOnce, pause: min(r.cfg.Pauses.Look, lookPoll),
		claim: func(ctx context.Context, _ string, free int) (lot[wa.PhoneNumberID], error) {
			due, err := r.store.Sends.DueLooks(ctx, free, r.cfg.Pauses.Look)
			return lot[wa.PhoneNumberID]{work: due}, err
		},
		run: func(ctx context.Context, number *wa.PhoneNumberID) error {
			r.look(ctx, *number)
			return nil
		},
	}
}

// look asks about one number and reports what it shows. A look that is not
// answered shows nothing.
func (r *Relay) look(ctx context.Context, id wa.PhoneNumberID) {
	r.store.Numbers.Forget(id) // the token may have been renewed elsewhere
	number, err := r.store.Numbers.Get(ctx, id)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) || number.Token == "" {
		return // Register ends the trouble of a number without a token
	}
	began := r.cfg.Clock.Now()
	info, err := r.cfg.Client.Number(r.by(ctx, &number), id, number.Token)
	failure, refused := errors.AsType[*cloudapi.SendError](err)
	switch {
	case err == nil && info.Fit():
		r.report(id, healthy(began))
		r.readSoon(id)
	case err == nil || !refused || failure.HTTPStatus == 0:
	case failure.Class == cloudapi.ClassAuthStop, failure.Class == cloudapi.ClassNumberStop:
		r.reportLook(ctx, id, failure)
	}
}

// reportLook reports a refused look unless it shows what the number knows: its
// journal would grow with every look.
func (r *Relay) reportLook(ctx context.Context, id wa.PhoneNumberID, failure *cloudapi.SendError) {
	code := failure.Code
	if code == 0 {
		code = cloudapi.CodeToken
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Pauses.Ask)
	defer cancel()
	answer, err := r.cfg.Asker.Ask(ctx, wa.PhoneNumberKind, string(id), &actorpb.GetNumber{})
	state, known := answer.(*actorpb.NumberState)
	if err != nil || !known || state.Health == phone.HealthStopped && state.Code == int32(code) {
		return
	}
	r.report(id, intake.HealthOf(code, failure.Detail, r.cfg.Clock.Now()))
}
