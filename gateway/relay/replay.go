package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// Why a replay applied nothing.
var (
	errNothingToDo   = errors.New("nothing is done with this kind of event yet")
	errUnknownNumber = errors.New("the number is not registered")
)

// Replay applies a problem once more, now, and settles it: replayed, or failed
// again, which is the error. ErrNotFound: there is no such problem.
func (r *Relay) Replay(ctx context.Context, id int64) error {
	problem, err := r.store.Problems.Get(ctx, "", id)
	if err != nil {
		return err
	}
	return r.replay(ctx, &problem)
}

// nobodysFault says whether an error tells nothing of the event.
func nobodysFault(err error) bool {
	why := blameOf(err)
	return err != nil && why != blameEvent && why != blameData
}

func (r *Relay) replay(ctx context.Context, problem *intake.Problem) error {
	lane, err := r.applyAgain(ctx, problem)
	state, reason := intake.ProblemReplayed, ""
	switch {
	case errors.Is(err, errNothingToDo):
		state, reason = intake.ProblemStored, err.Error()
	case errors.Is(err, errUnknownNumber):
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
	if settled := r.store.Problems.Settle(ctx, problem.ID, state, lane, reason); settled != nil {
		return settled
	}
	if err != nil {
		return fmt.Errorf("replay problem %d: %w", problem.ID, err)
	}
	return nil
}

// applyAgain routes the events of a problem and asks their grains. It returns the
// lane that the last one belongs to.
func (r *Relay) applyAgain(ctx context.Context, problem *intake.Problem) (lane string, err error) {
	events, err := r.eventsOf(ctx, problem)
	if err != nil {
		return "", err
	}
	for n := range events {
		p := piece{nil, problem.ReceivedAt, &events[n]}
		if changesIdentity(p.event) {
			// Once, in the caller's time: it is he who tries again, not the relay.
			_, links := r.linking(p)
			if err := links.Run(ctx, []piece{p}); err != nil {
				return lane, stored(err)
			}
		}
		plan := newRouting(r, []piece{p})
		if err := plan.find(ctx); err != nil {
			return lane, stored(err)
		}
		notes, _ := plan.problems()
		for _, note := range notes {
			switch note.State {
			case intake.ProblemParked:
				return lane, errUnknownNumber
			case intake.ProblemStored:
				return lane, errNothingToDo
			default:
				return lane, errors.New(note.Reason)
			}
		}
		if it := plan.items[0]; it != nil {
			lane = it.key
			answer, err := r.ask(it)
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

// eventsOf reads the events of a problem. What could not be read is cut anew from
// the body, if that is still there: a newer release may understand it.
func (r *Relay) eventsOf(ctx context.Context, problem *intake.Problem) ([]cloudapi.Event, error) {
	if problem.EventIndex == intake.WholeBody {
		delivery, err := r.readBody(problem.Raw)
		return delivery.Events, err
	}
	var event cloudapi.Event
	if err := json.Unmarshal(problem.Raw, &event); err != nil {
		return nil, errors.New("the kept event cannot be read")
	}
	if event.Kind != cloudapi.KindBroken {
		return []cloudapi.Event{event}, nil
	}
	body, err := r.store.Intake.Body(ctx, problem.Day, problem.Source, problem.Seq)
	if errors.Is(err, persistence.ErrNotFound) {
		return []cloudapi.Event{event}, nil
	}
	if err != nil {
		return nil, stored(err)
	}
	delivery, err := r.readBody(body)
	if err != nil || int(problem.EventIndex) >= len(delivery.Events) {
		return []cloudapi.Event{event}, nil //nolint:nilerr // the kept event says why
	}
	return delivery.Events[problem.EventIndex:][:1], nil
}
