package relay

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/cloudapi/standing"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
)

const (
	kindFleet  = "fleet"
	fleetFlush = 10 * time.Second // what was heard of numbers, and counted
	// fleetAtOnce lets one number that answers slowly not keep the others waiting.
	fleetAtOnce = 2
	fleetRetry  = 2 * time.Minute
)

// upgradedRate is what a number with high throughput may send and receive a second.
const upgradedRate = 1000

// fleetKind asks Meta how numbers fare that are due. Who does so at the same time, here
// or in another member, has another number.
func fleetKind(r *Relay) kind[fleet.Claim] {
	return kind[fleet.Claim]{
		name: kindFleet, slots: fleetAtOnce, pause: r.cfg.Pauses.Sweep,
		claim: func(ctx context.Context, _ string, _ int) (lot[fleet.Claim], error) {
			if r.store.Fleet == nil {
				return lot[fleet.Claim]{}, nil
			}
			claim, ok, err := r.store.Fleet.Claim(ctx)
			if err != nil || !ok {
				return lot[fleet.Claim]{}, err
			}
			return lot[fleet.Claim]{work: []fleet.Claim{claim}, more: true}, nil
		},
		run: func(ctx context.Context, claim *fleet.Claim) error {
			change, err := r.readNumber(ctx, *claim)
			switch {
			case err == nil:
				r.tellTroubles(change)
			case ctx.Err() == nil && !errors.Is(err, persistence.ErrConflict):
				r.cfg.Logger.Warn("how a number fares is not stored", "phone_number_id", claim.Number, "error", err)
			}
			return nil
		},
	}
}

// readNumber asks Meta about one number and its token, stores what it says, and tells
// the number what concerns it.
func (r *Relay) readNumber(ctx context.Context, claim fleet.Claim) (fleet.Change, error) {
	r.store.Numbers.Forget(claim.Number) // the token may have been renewed elsewhere
	number, err := r.store.Numbers.Get(ctx, claim.Number)
	if err != nil {
		return fleet.Change{}, err
	}
	if number.Token == "" {
		return r.store.Fleet.Failed(ctx, claim, "the number has no access token", fleet.TokenTold{State: fleet.TokenIsMissing}, fleetRetry)
	}
	ctx = r.by(ctx, &number)
	told, err := standing.Read(ctx, r.cfg.Client, claim.Number, number.Token)
	if failure, refused := errors.AsType[*cloudapi.SendError](err); err != nil {
		reason := "Meta could not be reached"
		var token fleet.TokenTold
		if refused && failure.HTTPStatus != 0 {
			reason = cmp.Or(failure.Detail, reason)
		}
		if refused && failure.Class == cloudapi.ClassAuthStop {
			token.State = fleet.TokenIsDead
			r.reportLook(ctx, claim.Number, failure)
		}
		return r.store.Fleet.Failed(ctx, claim, reason, token, max(fleetRetry, retryAfter(failure)))
	}
	r.tellNumber(ctx, claim.Number, told)
	token := fleet.TokenTold{State: fleet.TokenIsGood}
	if claim.AskToken {
		token = r.askToken(ctx, number.Token)
	}
	return r.store.Fleet.Told(ctx, claim, fleet.Reading(told), token)
}

func retryAfter(failure *cloudapi.SendError) time.Duration {
	if failure == nil {
		return 0
	}
	return failure.RetryAfter
}

// askToken asks what Meta knows of a token that has just worked: what it does not say
// takes nothing from that.
func (r *Relay) askToken(ctx context.Context, token string) fleet.TokenTold {
	told := fleet.TokenTold{State: fleet.TokenIsGood}
	known, err := onboarding.New(r.cfg.Client).Inspect(ctx, token, time.Now())
	if err == nil && !known.Closed {
		told.Asked = true
		if known.ExpiresAt != nil {
			told.ExpiresAt = *known.ExpiresAt
		}
	}
	return told
}

// tellNumber tells a number of its quality and throughput when they are news to it.
func (r *Relay) tellNumber(ctx context.Context, id wa.PhoneNumberID, told standing.Reading) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Pauses.Ask)
	defer cancel()
	answer, err := r.cfg.Asker.Ask(ctx, wa.PhoneNumberKind, string(id), &actorpb.GetNumber{})
	state, known := answer.(*actorpb.NumberState)
	if err != nil || !known {
		return // it is asked again with the next reading
	}
	if told.Quality != "" && told.Quality != state.Quality {
		r.report(id, &actorpb.RecordNumberHealth{Cause: actorpb.RecordNumberHealth_CAUSE_QUALITY, Quality: told.Quality})
	}
	if told.Throughput == "HIGH" && !state.Coexistence && state.Rate < upgradedRate {
		// One that was given a rate of its own keeps it: the number judges.
		if _, err := r.ask(wa.PhoneNumberKind, string(id), &actorpb.RecordThroughput{Rate: upgradedRate}); err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("throughput of a number not recorded", "phone_number_id", id, "error", err)
		}
	}
	if told.CanSend == "BLOCKED" && state.Health == phone.HealthOK {
		r.cfg.Logger.Warn("Meta lets a number send nothing", "phone_number_id", id)
	}
}

// heard applies what a webhook tells, beside the events: the next reading tells what
// gets lost.
func (r *Relay) heard(by wa.TenantID, account wa.AccountID, news standing.News) {
	if r.store.Fleet == nil {
		return
	}
	r.work.Once(func(ctx context.Context) {
		changes, err := r.store.Fleet.Heard(ctx, by, account, fleet.News(news))
		if err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("news of how numbers fare not applied", "account_id", account, "error", err)
		}
		r.tellTroubles(changes...)
		for _, c := range changes {
			r.restrict(ctx, c.Number, &news)
		}
		r.wake(kindFleet, "")
	})
}

// restrict stops what a restriction names and our own claim can tell apart: what a number
// begins. All else Meta refuses by itself, which stops the number by the code of its answer.
func (r *Relay) restrict(ctx context.Context, id wa.PhoneNumberID, news *standing.News) {
	lasting := time.Until(news.RestrictedUntil)
	if !strings.Contains(news.Restriction, "RESTRICTED_BIZ_INITIATED_MESSAGING") || lasting <= 0 {
		return // without an end a refusal says when to ask again
	}
	if err := r.store.Sends.StopCampaigns(ctx, id, lasting); err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("what a number begins is not stopped", "phone_number_id", id, "error", err)
	}
}

// readSoon has Meta asked about a number of which a send has shown that it stopped, or is
// well again: people see it and are told within seconds, not with the reading to come.
func (r *Relay) readSoon(id wa.PhoneNumberID) {
	if r.store.Fleet == nil {
		return
	}
	if err := r.store.Fleet.Due(r.work.Context(), id); err != nil {
		if r.work.Context().Err() == nil {
			r.cfg.Logger.Warn("a number is read later", "phone_number_id", id, "error", err)
		}
		return
	}
	r.wake(kindFleet, "")
}

// tellTroubles logs numbers that began or ceased to be in trouble. All that changes how
// a number is judged passes here.
func (r *Relay) tellTroubles(changes ...fleet.Change) {
	for _, c := range changes {
		switch {
		case len(c.Before) == 0 && len(c.After) > 0:
			r.cfg.Logger.Warn("a number is in trouble", "phone_number_id", c.Number, "troubles", c.After)
		case len(c.Before) > 0 && len(c.After) == 0:
			r.cfg.Logger.Info("a number is well again", "phone_number_id", c.Number)
		}
	}
}

func (r *Relay) flushFleet(ctx context.Context) {
	if r.store.Fleet == nil {
		return
	}
	if err := r.store.Fleet.Flush(ctx); err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("when numbers were heard of is not stored", "error", err)
	}
}

// judgeFleet judges what changes with time alone, adopts numbers that an older release
// registered, removes counts of long ago, and keeps what the gauge tells.
func (r *Relay) judgeFleet(ctx context.Context) {
	if r.store.Fleet == nil {
		return
	}
	err := r.store.Fleet.Adopt(ctx)
	if err == nil {
		err = r.store.Fleet.Prune(ctx)
	}
	if err == nil {
		var changes []fleet.Change
		changes, err = r.store.Fleet.Judge(ctx)
		r.tellTroubles(changes...)
	}
	if err == nil {
		var counts map[fleet.Trouble]int
		if counts, err = r.store.Fleet.Counts(ctx); err == nil {
			r.metrics.troubles.Store(&counts)
		}
	}
	if err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("numbers not judged", "error", err)
	}
}
