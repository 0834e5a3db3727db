package relay

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

const (
	// stopGrace is how long an outcome may still be written after the relay was
	// told to stop: without it the send would be ambiguous for a person to judge.
	stopGrace = 2 * time.Second
)

// finished is an outcome on its way to its row.
type finished struct {
	outcome effects.SendOutcome
	tried   chan struct{} // closed when it was written, or could not be
}

// judge turns Meta's answer into an outcome and slows the number where it says so.
func (n sender) judge(e *cloudapi.SendError, outcome *effects.SendOutcome) {
	outcome.Code, outcome.Text, outcome.RetryAfter = int32(e.Code), e.Detail, e.RetryAfter
	store := n.relay.store.Outbox
	switch {
	case e.Outcome == cloudapi.Ambiguous:
		outcome.State = effects.SendAmbiguous
		return
	case e.Code == cloudapi.CodeThroughput:
		outcome.Retry = true
		n.slowDown(func(ctx context.Context) error { return store.Slow(ctx, n.number, 0.5, throughputPenalty) })
		n.report(intake.HealthOf(e.Code, e.Detail, time.Now()))
	case e.Code == cloudapi.CodeMaintenance || e.Code == cloudapi.CodeMaintenanceOfAccount:
		outcome.Retry, outcome.RetryAfter = true, max(e.RetryAfter, maintenancePause)
		n.slowDown(func(ctx context.Context) error { return store.Pause(ctx, n.number, maintenancePause) })
		n.report(intake.HealthOf(e.Code, e.Detail, time.Now()))
	case e.Class == cloudapi.ClassAuthStop && e.Code == 0:
		// This send waits; a look at the number says whether all of them must.
		outcome.Retry, outcome.RetryAfter = true, max(e.RetryAfter, stopPause)
		n.slowDown(func(ctx context.Context) error { return store.Trouble(ctx, n.number, 0) })
	case e.Class == cloudapi.ClassAuthStop || e.Class == cloudapi.ClassNumberStop:
		// Nothing is lost: an administrator acts and the queue goes on.
		outcome.Retry, outcome.RetryAfter = true, max(e.RetryAfter, stopPause)
		n.stopped(intake.CauseOf(e.Code), e.Code, e.Detail)
	case e.Code == cloudapi.CodePairRate:
		outcome.Retry, outcome.RetryAfter = true, pairRatePause(outcome.Attempt)
	default:
		outcome.Retry = e.Outcome == cloudapi.Retry
		if e.Class == cloudapi.ClassRetry {
			outcome.RetryAfter = 0 // the conversation's own back-off grows
		}
	}
}

// pairRatePause is 4^attempt seconds (Meta, pair rate), an hour at most.
func pairRatePause(attempt int32) time.Duration {
	return min(time.Second<<(2*min(max(attempt, 1), 6)), time.Hour)
}

// finishSend writes an outcome to its row and says whom to tell. If the writing
// fails the conversation hears it nevertheless; if that fails too, it is found
// untold. nil: the relay stops, and the outcome is told by another member.
func (r *Relay) finishSend(outcome effects.SendOutcome) *telling {
	f := finished{outcome, make(chan struct{})}
	if r.finish.Put(r.work.Context(), f) {
		select {
		case <-f.tried:
			told := r.sendTold(outcome)
			return &told
		case <-r.work.Context().Done():
		}
	}
	r.finishLate(outcome)
	return nil
}

// finishLate writes the outcome of a send that came back while the relay stopped.
func (r *Relay) finishLate(outcome effects.SendOutcome) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.work.Context()), stopGrace)
	defer cancel()
	if err := r.store.Outbox.Finish(ctx, r.cfg.Member, []effects.SendOutcome{outcome}); err != nil {
		r.cfg.Logger.Error("outcome of a send not written: it will be ambiguous", "outbox_id", outcome.MessageID, "error", err)
	}
}

func (r *Relay) finishBatch(batch []finished) {
	outcomes := make([]effects.SendOutcome, len(batch))
	for n := range batch {
		outcomes[n] = batch[n].outcome
	}
	finishes := persistence.Sieve[effects.SendOutcome]{Do: r.finishSome, Canary: r.store.Outbox.CanaryFinish, Guilty: r.finishBare}
	err := finishes.Run(r.work.Context(), outcomes)
	if err != nil && r.work.Context().Err() != nil {
		return // finishLate does it
	}
	if err != nil {
		r.work.Complain("write outcomes of sends", persistence.FaultOf(err), err)
	} else {
		r.work.Clear("write outcomes of sends")
	}
	for n := range batch {
		close(batch[n].tried)
	}
}

func (r *Relay) finishSome(ctx context.Context, some []effects.SendOutcome) error {
	return r.store.Outbox.Finish(ctx, r.cfg.Member, some)
}

// finishBare writes what became of a send without the words and ids that the
// database does not take: that it left is what matters.
func (r *Relay) finishBare(ctx context.Context, o effects.SendOutcome, cause error) error {
	r.cfg.Logger.Error("outcome of a send is written without its details", "outbox_id", o.MessageID, "error", cause)
	o.WAMID, o.Text, o.Reason = "", "", ""
	err := r.finishSome(ctx, []effects.SendOutcome{o})
	if err == nil || persistence.FaultOf(err) == persistence.FaultTransient {
		return err
	}
	r.cfg.Logger.Error("outcome of a send not written: it will be ambiguous", "outbox_id", o.MessageID, "error", err)
	return nil
}

// sendTold tells a conversation how an attempt ended. Of an accepted one statuses
// may have come before.
func (r *Relay) sendTold(o effects.SendOutcome) telling {
	told := telling{
		kind: wa.ConversationKind, key: o.Key.String(), command: recordOf(&o),
		forget: func(ctx context.Context) error { return r.store.Outbox.Forget(ctx, o.SendAttempt) },
	}
	if o.State == effects.SendAccepted && o.WAMID != "" {
		told.answered = func() { r.events.Accepted(o.Key.PhoneNumberID, o.WAMID) }
	}
	return told
}

// recordOf is the command for an outcome.
func recordOf(o *effects.SendOutcome) proto.Message {
	id := string(o.MessageID)
	switch o.State {
	case effects.SendAccepted:
		return &actorpb.RecordAccepted{MessageId: id, Attempt: o.Attempt, Wamid: string(o.WAMID)}
	case effects.SendRejected:
		return &actorpb.RecordRejected{
			MessageId: id, Attempt: o.Attempt, Code: o.Code, Text: o.Text, Retry: o.Retry, RetryAfterMs: o.RetryAfter.Milliseconds(),
		}
	case effects.SendWithdrawn:
		return &actorpb.RecordWithdrawn{MessageId: id, Attempt: o.Attempt, Reason: o.Reason}
	}
	return &actorpb.RecordAmbiguous{MessageId: id, Attempt: o.Attempt}
}

// untoldSends makes sends of dead members ambiguous, and lists the outcomes that
// conversations have not recorded.
func (r *Relay) untoldSends(ctx context.Context, limit int) ([]telling, error) {
	outcomes, err := r.store.Outbox.Sweep(ctx, r.cfg.Lost(), limit)
	list := make([]telling, len(outcomes))
	for n, o := range outcomes {
		list[n] = r.sendTold(o)
	}
	return list, err
}
