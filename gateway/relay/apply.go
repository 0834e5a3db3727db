package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
)

const (
	maxTries = 5
	// codeRefused is what a grain answers when the database refuses the data of
	// the command, now and always.
	codeRefused = "refused"
)

// process tries one item of a lane.
func (r *Relay) process(it *item) verdict {
	answer, err := r.ask(it)
	switch {
	case err == nil && answer.GetRefusal() != "" && it.row != nil:
		return r.refused(it, answer)
	case err == nil:
		r.finished(it, true)
		return finishedItem
	case r.ctx.Err() != nil:
		return retryItem // the lanes are stopping
	}
	if it.tries++; it.since.IsZero() {
		it.since = time.Now()
	}
	it.reason = err.Error()
	if errors.Is(err, &cluster.Error{Code: codeRefused}) {
		// Its own data are at fault: nothing else has to wait for it.
		if r.noteItems([]*item{it}) {
			return finishedItem
		}
		return retryItem
	}
	if it.tries >= maxTries || time.Since(it.since) >= r.cfg.Pauses.GiveUp {
		r.cfg.Logger.Warn("event was not applied, it is kept as a problem", "conversation", it.key, "error", err)
		return failItem
	}
	return retryItem
}

// refused keeps an event that its grain refused, and blocks nobody: a status of
// a message that the conversation does not know is unmatched, all else is a
// problem to look at.
func (r *Relay) refused(it *item, answer *actorpb.Outcome) verdict {
	status, ok := it.message.(*actorpb.RecordStatus)
	if !ok || answer.Refusal != "not_found" {
		it.reason = "refused: " + answer.Refusal + ": " + answer.Detail
		if r.noteItems([]*item{it}) {
			return finishedItem
		}
		return retryItem
	}
	err := r.store.Unmatched.Put(r.ctx, []persistence.UnmatchedStatus{{
		Number: it.number, WAMID: wa.MessageID(status.Wamid), Status: wa.Status(status.Status),
		At: time.UnixMilli(status.AtMs).UTC(), ErrorCode: status.ErrorCode, ErrorText: status.ErrorText,
	}})
	if err != nil {
		it.reason = err.Error()
		return retryItem
	}
	r.metrics.unmatched()
	r.finished(it, true)
	return finishedItem
}

// ask sends one command. An answer that refuses is an answer; a number has none
// but to its throughput.
func (r *Relay) ask(it *item) (*actorpb.Outcome, error) {
	ctx, cancel := context.WithTimeout(r.ctx, r.cfg.Pauses.Ask)
	defer cancel()
	answer, err := r.cfg.Asker.Ask(ctx, it.kind, it.key, it.message)
	if err != nil {
		r.metrics.event(it, "error")
		return nil, err
	}
	r.metrics.event(it, resultOf(answer))
	if _, ok := it.message.(*actorpb.RecordThroughput); ok {
		return r.keepRate(ctx, wa.PhoneNumberID(it.key), answer)
	}
	outcome, _ := answer.(*actorpb.Outcome)
	return outcome, nil
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
	return nil, r.SetRate(ctx, number, int(state.Rate))
}

// resultOf names what a grain did, for counting.
func resultOf(answer any) string {
	o, ok := answer.(*actorpb.Outcome)
	switch {
	case !ok:
		return "done"
	case o.Refusal != "":
		return "refused"
	case o.Already:
		return "already"
	}
	return "done"
}

func (r *Relay) finished(it *item, delivered bool) {
	if it.row != nil {
		r.metrics.lag(time.Since(it.row.ReceivedAt))
	}
	if it.applied != nil {
		it.applied(delivered)
	}
	r.done(it.row)
}

// noteItems writes down, in order, events that were not applied. Those that
// were never tried stand behind the first.
func (r *Relay) noteItems(items []*item) bool {
	var problems []persistence.Problem
	for _, it := range items {
		if it.row == nil {
			continue
		}
		reason := it.reason
		if reason == "" {
			reason = "stands behind another event of its conversation"
		}
		problem := problemOf(piece{it.row, it.row.ReceivedAt, it.event}, persistence.ProblemFailed, string(it.event.Kind), reason)
		problem.TenantID, problem.Conversation = it.tenant, it.key
		problems = append(problems, problem)
	}
	if len(problems) > 0 {
		if err := r.store.Problems.Note(r.ctx, problems); err != nil {
			r.cfg.Logger.Warn("intake problems not noted yet", "count", len(problems), "error", err)
			return false
		}
	}
	for n := range problems {
		r.metrics.noted(problems[n].State)
	}
	for _, it := range items {
		r.finished(it, false)
	}
	return true
}

// Why a replay applied nothing.
var (
	errNothingToDo   = errors.New("nothing is done with this kind of event yet")
	errUnknownNumber = errors.New("the number is not registered")
)

// Replay applies a problem once more, now, and settles it: replayed, or failed
// again, which is the error. ErrNotFound: there is no such problem.
func (r *Relay) Replay(ctx context.Context, id int64) error {
	problem, err := r.store.Problems.Get(ctx, id)
	if err != nil {
		return err
	}
	return r.replay(ctx, &problem)
}

func (r *Relay) replay(ctx context.Context, problem *persistence.Problem) error {
	lane, err := r.applyAgain(ctx, problem)
	state, reason := persistence.ProblemReplayed, ""
	switch {
	case errors.Is(err, errNothingToDo):
		state, reason = persistence.ProblemStored, err.Error()
	case errors.Is(err, errUnknownNumber):
		state, reason = persistence.ProblemParked, err.Error()
	case err != nil:
		state, reason = persistence.ProblemFailed, err.Error()
	}
	if ctx.Err() != nil {
		return ctx.Err()
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
func (r *Relay) applyAgain(ctx context.Context, problem *persistence.Problem) (lane string, err error) {
	events, err := r.eventsOf(ctx, problem)
	if err != nil {
		return "", err
	}
	for n := range events {
		p := piece{nil, problem.ReceivedAt, &events[n]}
		if changesIdentity(p.event) {
			r.link(p)
		}
		plan := routing{relay: r, pieces: []piece{p}}
		if err := plan.find(ctx); err != nil {
			return lane, err
		}
		for _, note := range plan.notes {
			switch note.State {
			case persistence.ProblemParked:
				return lane, errUnknownNumber
			case persistence.ProblemStored:
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

// Register stores a number, new or again, and begins to apply what waited for it.
// Its errors are those of Numbers.Register.
func (r *Relay) Register(ctx context.Context, registration persistence.Registration) error {
	if err := r.store.Numbers.Register(ctx, registration); err != nil {
		return err
	}
	// A new token may have been what the number waited for.
	if err := r.store.Outbox.Resume(ctx, registration.ID); err != nil {
		r.cfg.Logger.Warn("pause of a number not ended", "phone_number_id", registration.ID, "error", err)
	}
	if err := r.store.Media.Resume(ctx, registration.ID); err != nil {
		r.cfg.Logger.Warn("media of a number not resumed", "phone_number_id", registration.ID, "error", err)
	}
	r.Wake(registration.ID)
	r.background(r.syncTemplates)
	r.background(func(ctx context.Context) {
		if err := r.ApplyParked(ctx, registration.ID); err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("parked events not applied", "phone_number_id", registration.ID, "error", err)
		}
	})
	return nil
}

// SetRate sets how many messages a second a number may send and receive.
func (r *Relay) SetRate(ctx context.Context, number wa.PhoneNumberID, rate int) error {
	return r.store.Outbox.SetRate(ctx, number, rate)
}

// ApplyParked applies what waited for a number that was registered now. What
// fails stands in the list of problems.
func (r *Relay) ApplyParked(ctx context.Context, number wa.PhoneNumberID) error {
	r.store.Numbers.Forget(number)
	for after := int64(0); ; {
		list, err := r.store.Problems.ParkedFor(ctx, number, after, 100)
		if err != nil || len(list) == 0 {
			return err
		}
		for n := range list {
			if err := r.replay(ctx, &list[n]); err != nil {
				r.cfg.Logger.Warn("parked event not applied", "phone_number_id", number, "error", err)
			}
			after = list[n].ID
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// retryProblems tries failed lanes again, head first, and parked events of
// numbers that another process registered. A head that failed five times stays
// in the list for people, and lets the others pass.
func (r *Relay) retryProblems(ctx context.Context) {
	lanes, err := r.store.Problems.FailedLanes(ctx, maxTries, 1000)
	if err != nil {
		return
	}
	for _, lane := range lanes {
		r.retryLane(ctx, lane)
	}
	for _, lane := range r.lanes.failedKeys() {
		if open, err := r.store.Problems.Lane(ctx, lane, 1000); err == nil && !anyToTry(open) {
			r.lanes.free(lane)
		}
	}
	numbers, err := r.store.Problems.ParkedKnown(ctx)
	if err != nil {
		return
	}
	for _, number := range numbers {
		_ = r.ApplyParked(ctx, number)
	}
}

func (r *Relay) retryLane(ctx context.Context, lane string) {
	list, err := r.store.Problems.Lane(ctx, lane, 1000)
	if err != nil {
		return
	}
	for n := range list {
		if list[n].Tries >= maxTries {
			continue
		}
		if err := r.replay(ctx, &list[n]); err != nil && list[n].Tries+1 < maxTries {
			return
		}
	}
}

func anyToTry(list []persistence.Problem) bool {
	for n := range list {
		if list[n].Tries < maxTries {
			return true
		}
	}
	return false
}

// eventsOf reads the events of a problem. What could not be read is cut anew from
// the body, if that is still there: a newer release may understand it.
func (r *Relay) eventsOf(ctx context.Context, problem *persistence.Problem) ([]cloudapi.Event, error) {
	if problem.EventIndex == persistence.WholeBody {
		delivery, err := cloudapi.Parse(problem.Raw)
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
		return nil, err
	}
	delivery, err := cloudapi.Parse(body)
	if err != nil || int(problem.EventIndex) >= len(delivery.Events) {
		return []cloudapi.Event{event}, nil //nolint:nilerr // the kept event says why
	}
	return delivery.Events[problem.EventIndex:][:1], nil
}
