package relay

import (
	"context"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

const (
	maxTries = 5

	// What may wait, for logs, metrics and readiness.
	applying = "apply events"
	noting   = "note problems"
)

// process tries one item of a lane.
func (r *Relay) process(it *item) verdict {
	answer, err := r.ask(it)
	switch {
	case err == nil && answer.GetRefusal() != "" && it.row != nil:
		return r.refused(it, answer)
	case err == nil:
		r.passed.Add(1)
		r.stuck.clear(applying)
		r.finished(it, true)
		return finishedItem
	}
	return r.notApplied(it, err)
}

// notApplied says what becomes of an event after a try that failed.
func (r *Relay) notApplied(it *item, err error) verdict {
	if r.ctx.Err() != nil {
		return retryItem // the lanes are stopping
	}
	if it.tries++; it.since.IsZero() {
		it.since, it.passed = time.Now(), r.passed.Load()
	}
	it.reason = err.Error()
	switch blameOf(err) {
	case blameData:
		return r.noteAlone(it) // nothing else has to wait for it
	case blameBroken:
		r.complain(applying, persistence.FaultBroken, err)
		return retryItem
	case blameNobody:
		return retryItem
	case blameHang:
		if r.passed.Load() == it.passed {
			return retryItem // nobody's passes: it is not this event
		}
	}
	if it.tries >= maxTries || time.Since(it.since) >= r.cfg.Pauses.GiveUp {
		r.cfg.Logger.Warn("event was not applied, it is kept as a problem", "conversation", it.key, "error", err)
		return failItem
	}
	return retryItem
}

// noteAlone makes a problem of one event and lets what stands behind it pass.
func (r *Relay) noteAlone(it *item) verdict {
	if r.noteItems([]*item{it}) {
		return finishedItem
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
		return r.noteAlone(it)
	}
	var guilty error
	statuses := persistence.Sieve[intake.UnmatchedStatus]{
		Do: r.store.Unmatched.Put, Canary: r.store.Unmatched.Canary, Pause: r.cfg.Pauses.Retry,
		Guilty: func(_ context.Context, _ intake.UnmatchedStatus, err error) error {
			guilty = err
			return nil
		},
	}
	err := r.persist("keep unmatched statuses", func(ctx context.Context) error {
		return statuses.Run(ctx, []intake.UnmatchedStatus{{
			Number: it.number, WAMID: wa.MessageID(status.Wamid), Status: wa.Status(status.Status),
			At: time.UnixMilli(status.AtMs).UTC(), ErrorCode: status.ErrorCode, ErrorText: status.ErrorText,
		}})
	})
	switch {
	case err != nil:
		return retryItem // the relay stops
	case guilty != nil:
		it.reason = "an unmatched status that cannot be kept: " + guilty.Error()
		return r.noteAlone(it)
	}
	r.metrics.unmatched()
	r.finished(it, true)
	return finishedItem
}

// ask sends one command. An answer that refuses is an answer; a number has none
// but to its throughput and its health.
func (r *Relay) ask(it *item) (*actorpb.Outcome, error) {
	ctx, cancel := context.WithTimeout(r.ctx, r.cfg.Pauses.Ask)
	defer cancel()
	answer, err := r.cfg.Asker.Ask(ctx, it.kind, it.key, it.message)
	if err != nil {
		r.metrics.event(it, "error")
		return nil, err
	}
	r.metrics.event(it, resultOf(answer))
	switch told := it.message.(type) {
	case *actorpb.RecordThroughput:
		return r.keepRate(ctx, wa.PhoneNumberID(it.key), answer)
	case *actorpb.RecordNumberHealth:
		return r.keepHealth(ctx, wa.PhoneNumberID(it.key), told, answer)
	}
	outcome, _ := answer.(*actorpb.Outcome)
	return outcome, nil
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
	var problems []intake.Problem
	for _, it := range items {
		if it.row == nil {
			continue
		}
		reason := it.reason
		if reason == "" {
			reason = "stands behind another event of its conversation"
		}
		problem := problemOf(piece{it.row, it.row.ReceivedAt, it.event}, intake.ProblemFailed, string(it.event.Kind), reason)
		problem.TenantID, problem.Conversation = it.tenant, it.key
		problems = append(problems, problem)
	}
	if len(problems) > 0 {
		if err := r.note(r.ctx, problems); err != nil {
			r.complain(noting, persistence.FaultOf(err), err)
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
