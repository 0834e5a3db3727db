package relay

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// judge turns Meta's answer into an outcome and slows the number where it says so.
func (n sender) judge(e *cloudapi.SendError, rejected *actorpb.RecordRejected) proto.Message {
	if e.Outcome == cloudapi.Ambiguous {
		return &actorpb.RecordAmbiguous{MessageId: rejected.MessageId, Attempt: rejected.Attempt}
	}
	rejected.Code, rejected.Text = int32(e.Code), wa.CleanText(e.Detail)
	again, after := n.again(e, rejected.Attempt)
	rejected.Retry, rejected.RetryAfterMs = again, after.Milliseconds()
	return rejected
}

// again says whether the same message may be tried again, and after how long; 0: by
// the conversation's own back-off, which grows.
func (n sender) again(e *cloudapi.SendError, attempt int32) (bool, time.Duration) {
	store := n.relay.store.Sends
	switch {
	case e.Code == cloudapi.CodeThroughput:
		n.slowDown(func(ctx context.Context) error { return store.Slow(ctx, n.number) })
		n.report(intake.HealthOf(e.Code, e.Detail, time.Now()))
		return true, e.RetryAfter
	case e.Code == cloudapi.CodeMaintenance || e.Code == cloudapi.CodeMaintenanceOfAccount:
		n.slowDown(func(ctx context.Context) error { return store.Pause(ctx, n.number, maintenancePause) })
		n.report(intake.HealthOf(e.Code, e.Detail, time.Now()))
		return true, max(e.RetryAfter, maintenancePause)
	case e.Class == cloudapi.ClassAuthStop && e.Code == 0:
		// This send waits; a look at the number says whether all of them must.
		n.slowDown(func(ctx context.Context) error { return store.Trouble(ctx, n.number, 0) })
		return true, max(e.RetryAfter, stopPause)
	case e.Class == cloudapi.ClassAuthStop || e.Class == cloudapi.ClassNumberStop:
		// Nothing is lost: an administrator acts and the queue goes on.
		n.stopped(intake.CauseOf(e.Code), e.Code, e.Detail)
		return true, max(e.RetryAfter, stopPause)
	case e.Code == cloudapi.CodePairRate:
		return true, pairRatePause(attempt)
	case e.Class == cloudapi.ClassRetry:
		return e.Outcome == cloudapi.Retry, 0
	}
	return e.Outcome == cloudapi.Retry, e.RetryAfter
}

// pairRatePause is 4^attempt seconds (Meta, pair rate), an hour at most.
func pairRatePause(attempt int32) time.Duration {
	return min(time.Second<<(2*min(max(attempt, 1), 6)), time.Hour)
}

// ambiguous says that nobody knows whether a send left.
func ambiguous(ref *ledger.EffectRef) *actorpb.RecordAmbiguous {
	return &actorpb.RecordAmbiguous{MessageId: ref.ID, Attempt: ref.Attempt}
}

// unsaidSend is the command for a send that ended without its sender.
func unsaidSend(u *effects.Untold) proto.Message {
	switch u.State {
	case ledger.EffectWithdrawn:
		return &actorpb.RecordWithdrawn{MessageId: u.ID, Attempt: u.Attempt, Reason: "superseded"}
	case ledger.EffectExpired:
		return &actorpb.RecordWithdrawn{MessageId: u.ID, Attempt: u.Attempt, Reason: "window_closed"}
	}
	return ambiguous(&u.EffectRef)
}

// sendHeard has the statuses of an accepted send told that came before its answer.
func (r *Relay) sendHeard(ref ledger.EffectRef, command proto.Message) {
	if c, ok := command.(*actorpb.RecordAccepted); ok && c.Wamid != "" {
		r.events.Accepted(wa.PhoneNumberID(ref.Scope), wa.MessageID(c.Wamid))
	}
}

// outcomeName names an outcome for counting.
func outcomeName(command proto.Message) string {
	switch command.(type) {
	case *actorpb.RecordAccepted:
		return "accepted"
	case *actorpb.RecordRejected:
		return "rejected"
	}
	return "ambiguous"
}
