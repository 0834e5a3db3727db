package intake

import (
	"context"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

const (
	// maxTries is how often an event may fail by its own fault before it is a problem, and
	// a problem before it is left to people.
	maxTries = 5

	// What may wait, for logs, metrics and readiness.
	applying = "apply events"
	noting   = "note problems"
)

// process tries one item of a lane. The grain's answer comes after its commit; if it is
// lost, the same command goes there again, and a command that is decided twice decides
// nothing the second time. So every event is applied at least once, and counts once.
func (a *Applier) process(it *item) verdict {
	answer, err := a.cfg.Ask(it.kind, it.key, it.message)
	switch {
	case err == nil && answer.GetRefusal() != "" && it.row != nil:
		return a.refused(it, answer)
	case err == nil:
		a.passed.Add(1)
		a.work.Clear(applying)
		a.finished(it, true)
		return finishedItem
	}
	return a.notApplied(it, err)
}

// notApplied says what becomes of an event after a try that failed.
func (a *Applier) notApplied(it *item, err error) verdict {
	if a.work.Context().Err() != nil {
		return retryItem // the lanes are stopping
	}
	if it.tries++; it.since.IsZero() {
		it.since, it.passed = time.Now(), a.passed.Load()
	}
	// Only what is surely the event's own fault may end with it. What the store cannot do
	// now it cannot do for the next event either: noting them would empty the intake into
	// the list of problems, out of order, for a database that is away.
	it.reason = err.Error()
	switch blameOf(err) {
	case blameData:
		return a.noteAlone(it) // nothing else has to wait for it
	case blameBroken:
		a.work.Complain(applying, persistence.FaultBroken, err)
		return retryItem
	case blameNobody:
		a.work.Waits(applying, err)
		return retryItem
	// A grain that hangs at this event looks like a member that hangs for everybody. It
	// is the event's fault only if others were answered since it first failed.
	case blameHang:
		if a.passed.Load() == it.passed {
			return retryItem // nobody's passes: it is not this event
		}
	}
	if it.tries >= maxTries || time.Since(it.since) >= a.cfg.Pauses.GiveUp {
		a.cfg.Logger.Warn("event was not applied, it is kept as a problem", "conversation", it.key, "error", err)
		return failItem
	}
	return retryItem
}

// noteAlone makes a problem of one event and lets what stands behind it pass.
func (a *Applier) noteAlone(it *item) verdict {
	if a.noteItems([]*item{it}) {
		return finishedItem
	}
	return retryItem
}

// refused keeps an event that its grain refused, and blocks nobody: a status of
// a message that the conversation does not know is unmatched, all else is a
// problem to look at.
func (a *Applier) refused(it *item, answer *actorpb.Outcome) verdict {
	status, ok := it.message.(*actorpb.RecordStatus)
	if !ok || answer.Refusal != code.NotFound {
		it.reason = "refused: " + answer.Refusal + ": " + answer.Detail
		return a.noteAlone(it)
	}
	var guilty error
	statuses := persistence.Sieve[intake.UnmatchedStatus]{
		Do: a.store.Unmatched.Put, Canary: a.store.Unmatched.Canary, Pause: a.cfg.Pauses.Retry,
		Guilty: func(_ context.Context, _ intake.UnmatchedStatus, err error) error {
			guilty = err
			return nil
		},
	}
	// Kept first and finished then: a crash in between brings the status once more.
	err := a.work.Persist("keep unmatched statuses", func(ctx context.Context) error {
		return statuses.Run(ctx, []intake.UnmatchedStatus{{
			Number: it.number, WAMID: wa.MessageID(status.Wamid), Status: wa.Status(status.Status),
			At: time.UnixMilli(status.AtMs).UTC(), ErrorCode: status.ErrorCode, ErrorText: status.ErrorText,
		}})
	})
	switch {
	case err != nil:
		return retryItem // the process stops
	case guilty != nil:
		it.reason = "an unmatched status that cannot be kept: " + guilty.Error()
		return a.noteAlone(it)
	}
	a.metrics.unmatched()
	a.finished(it, true)
	return finishedItem
}

// finished is the last that happens to an event. Its row is done when all its events are,
// and the source's mark moves behind it: before that a crash brings the row again.
func (a *Applier) finished(it *item, delivered bool) {
	if it.row != nil {
		a.metrics.lag(time.Since(it.row.ReceivedAt))
	}
	if it.applied != nil {
		it.applied(delivered)
	}
	a.done(it.row)
}

// noteItems writes down, in order, events that were not applied. Those that
// were never tried stand behind the first.
func (a *Applier) noteItems(items []*item) bool {
	var problems []intake.Problem
	for _, it := range items {
		// A status from unmatched, where it stands still: nothing forgets it there.
		if it.row == nil {
			continue
		}
		reason := it.reason
		if reason == "" {
			reason = "stands behind another event of its conversation"
		}
		problem := problemOf(it.row.arrived(it.event), intake.ProblemFailed, string(it.event.Kind), reason)
		problem.TenantID, problem.Conversation = it.tenant, it.key
		problems = append(problems, problem)
	}
	if len(problems) > 0 {
		if err := a.note(a.work.Context(), problems); err != nil {
			a.work.Complain(noting, persistence.FaultOf(err), err)
			return false
		}
	}
	for n := range problems {
		a.metrics.noted(problems[n].State)
	}
	for _, it := range items {
		a.finished(it, false)
	}
	return true
}
