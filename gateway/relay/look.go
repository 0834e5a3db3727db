package relay

import (
	"context"
	"errors"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
)

const (
	lookPoll    = 5 * time.Second // for numbers that are due to be looked at
	looksAtOnce = 8
	// codeToken stands for a look that was refused without a code of its own.
	codeToken = 190
)

// lookAtNumbers asks Meta about numbers that are stopped or paused: their people
// cannot write, so that no send would ever show that all is well again.
func (r *Relay) lookAtNumbers(ctx context.Context) {
	numbers, err := r.store.Outbox.DueLooks(ctx, looksAtOnce, r.cfg.Pauses.Look)
	if err != nil {
		if ctx.Err() == nil {
			r.cfg.Logger.Warn("numbers in trouble not found", "error", err)
		}
		return
	}
	inParallel(numbers, looksAtOnce, func(n int) { r.guarded("look", func() { r.look(ctx, numbers[n]) }) })
}

// look asks about one number and reports what it shows. A look that is not
// answered shows nothing.
func (r *Relay) look(ctx context.Context, id wa.PhoneNumberID) {
	r.store.Numbers.Forget(id) // the token may have been renewed elsewhere
	number, err := r.store.Numbers.Get(ctx, id)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) || number.Token == "" {
		return // Register ends the trouble of a number without a token
	}
	began := time.Now()
	info, err := r.cfg.Client.Number(ctx, id, number.Token)
	failure, refused := errors.AsType[*cloudapi.SendError](err)
	switch {
	case err == nil && info.Fit():
		r.report(id, healthy(began))
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
		code = codeToken
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Pauses.Ask)
	defer cancel()
	answer, err := r.cfg.Asker.Ask(ctx, wa.PhoneNumberKind, string(id), &actorpb.GetNumber{})
	state, known := answer.(*actorpb.NumberState)
	if err != nil || !known || state.Health == phone.HealthStopped && state.Code == int32(code) {
		return
	}
	r.report(id, healthOf(code, failure.Detail, time.Now()))
}
