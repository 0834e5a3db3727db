package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meaning"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// Why a replay applied nothing.
var (
	errNothingToDo   = errors.New("nothing is done with this kind of event yet")
	errUnknownNumber = errors.New("the number is not registered")
	// Whether another company has the number is not said.
	errForeignNumber = errors.New("the number is not registered in the company whose Meta app sent this; Meta's webhook of the number may point to the wrong app")
)

// Replay applies a problem once more, now, and ends it: replayed, or failed
// again, which is the error. ErrNotFound: there is no such problem.
func (a *Applier) Replay(ctx context.Context, id int64) error {
	problem, err := a.store.Problems.Get(ctx, "", id)
	if err != nil {
		return err
	}
	return a.replay(ctx, &problem)
}

// nobodysFault says whether an error tells nothing of the event.
func nobodysFault(err error) bool {
	why := blameOf(err)
	return err != nil && why != blameEvent && why != blameData
}

// replay counts as a try only if it says something of the event: what a store that is
// away, or a caller who went away, cut short leaves the problem as it was.
func (a *Applier) replay(ctx context.Context, problem *intake.Problem) error {
	lane, err := a.applyAgain(ctx, problem)
	state, reason := intake.ProblemReplayed, ""
	switch {
	case errors.Is(err, errNothingToDo):
		state, reason = intake.ProblemStored, err.Error()
	case errors.Is(err, errUnknownNumber), errors.Is(err, errForeignNumber):
		state, reason = intake.ProblemParked, err.Error()
	case err != nil:
		state, reason = intake.ProblemFailed, err.Error()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if nobodysFault(err) {
		return fmt.Errorf("replay problem %d: %w", problem.ID, err) // not a try
	}
	if ended := a.store.Problems.End(ctx, problem.ID, state, lane, reason); ended != nil {
		return ended
	}
	if err != nil {
		return fmt.Errorf("replay problem %d: %w", problem.ID, err)
	}
	return nil
}

// applyAgain routes the events of a problem and asks their grains. It returns the
// lane that the last one belongs to.
func (a *Applier) applyAgain(ctx context.Context, problem *intake.Problem) (lane string, err error) {
	if problem.Source == outcomeSource {
		return "", a.tellAgain(ctx, problem)
	}
	events, err := a.eventsOf(ctx, problem)
	if err != nil {
		return "", err
	}
	// All of them, though a try of before may have applied some: grains know those (I2).
	for n := range events {
		p := arrival{nil, problem.ReceivedAt, &events[n], problem.AppTenant}
		if changesIdentity(p.event) {
			// Once, in the caller's time: it is he who tries again, not the process.
			_, links := a.linking(p)
			if err := links.Run(ctx, []arrival{p}); err != nil {
				return lane, background.Stored(err)
			}
		}
		plan := newRouting(a, []arrival{p})
		if err := plan.find(ctx); err != nil {
			return lane, background.Stored(err)
		}
		notes, _ := plan.problems()
		for _, note := range notes {
			switch note.State {
			case intake.ProblemParked:
				if problem.AppTenant != "" {
					return lane, errForeignNumber
				}
				return lane, errUnknownNumber
			case intake.ProblemStored:
				return lane, errNothingToDo
			default:
				return lane, errors.New(note.Reason)
			}
		}
		// Without an item and a note it is a status that waits in unmatched: dealt with.
		if it := plan.items[0]; it != nil {
			lane = it.key
			answer, err := a.cfg.Ask(it.kind, it.key, it.message)
			if err == nil && answer.GetRefusal() != "" {
				err = fmt.Errorf("refused: %s: %s", answer.Refusal, answer.Detail)
			}
			if err != nil {
				return lane, err
			}
		}
	}
	return lane, nil
}

// eventsOf reads the events of a problem. What could not be read is read anew from
// the body, if that is still there: a newer release may understand it.
// Where the body is gone, or cannot be cut any more, the event as it was kept says why.
func (a *Applier) eventsOf(ctx context.Context, problem *intake.Problem) ([]cloudapi.Event, error) {
	if problem.EventIndex == intake.WholeBody {
		delivery, err := a.readBody(problem.Raw)
		return delivery.Events, err
	}
	var event cloudapi.Event
	if err := json.Unmarshal(problem.Raw, &event); err != nil {
		return nil, errors.New("the kept event cannot be read")
	}
	if event.Kind != cloudapi.KindBroken { // an older release may have kept a field whole
		return meaning.Spread([]cloudapi.Event{event}), nil
	}
	body, err := a.store.Intake.Body(ctx, problem.Day, problem.Source, problem.Seq)
	if errors.Is(err, persistence.ErrNotFound) {
		return []cloudapi.Event{event}, nil
	}
	if err != nil {
		return nil, background.Stored(err)
	}
	delivery, err := a.readBody(body)
	place := slices.IndexFunc(delivery.Events, func(e cloudapi.Event) bool { return e.Index == int(problem.EventIndex) })
	if err != nil || place < 0 {
		return []cloudapi.Event{event}, nil //nolint:nilerr // the kept event says why
	}
	// What was an erased tenant's may have left the body, and moved what stands behind it.
	if now := &delivery.Events[place]; now.PhoneNumberID != event.PhoneNumberID || now.AccountID != event.AccountID {
		return []cloudapi.Event{event}, nil
	}
	return delivery.Events[place:][:1], nil
}
