package relay

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/codes"
	"github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// judge turns Meta's answer into an outcome and slows the number where it says so.
// What may have left is no refusal, whatever code came with it (I7): a refused send may
// be tried again by its conversation, one that is unknown must not be.
func (n sender) judge(e *cloudapi.SendError, rejected *actorpb.RecordRejected) proto.Message {
	if e.Outcome == cloudapi.Ambiguous {
		return &actorpb.RecordAmbiguous{MessageId: rejected.MessageId, Attempt: rejected.Attempt}
	}
	rejected.Code, rejected.Text = int32(e.Code), wa.CleanText(e.Detail)
	rejected.Failure, rejected.RetryAfterMs = failureOf(e), e.RetryAfter.Milliseconds()
	rejected.Retries = int32(e.Retries)
	if e.Unknown {
		n.relay.unknown(e.Code)
	}
	n.heed(e)
	return rejected
}

// failureOf is the class of an answer, of which the conversation decides what follows.
func failureOf(e *cloudapi.SendError) actorpb.SendFailure {
	switch {
	case e.Code == cloudapi.CodeThroughput:
		return actorpb.SendFailure_SEND_FAILURE_THROUGHPUT
	case e.Code == cloudapi.CodeMaintenance || e.Code == cloudapi.CodeMaintenanceOfAccount:
		return actorpb.SendFailure_SEND_FAILURE_MAINTENANCE
	}
	switch e.Class {
	case cloudapi.ClassAuthStop, cloudapi.ClassNumberStop:
		return actorpb.SendFailure_SEND_FAILURE_NUMBER
	case cloudapi.ClassRetryUser:
		return actorpb.SendFailure_SEND_FAILURE_PAIR_RATE
	case cloudapi.ClassRetryLater:
		return actorpb.SendFailure_SEND_FAILURE_LATER
	case cloudapi.ClassRetry:
		return actorpb.SendFailure_SEND_FAILURE_PASSING
	}
	if e.Outcome == cloudapi.Retry { // what its class forbids its own row allows
		return actorpb.SendFailure_SEND_FAILURE_LATER
	}
	return actorpb.SendFailure_SEND_FAILURE_PERMANENT
}

// heed slows, pauses or looks at the number where the answer is about all of it.
func (n sender) heed(e *cloudapi.SendError) {
	store := n.relay.store.Sends
	if codes.Explain(e.Code).Breaker == codes.CampaignBreaker {
		n.slowDown(func(ctx context.Context) error { return store.StopCampaigns(ctx, n.number, e.RetryAfter) })
		n.relay.pumps[kindSends].spawn(func() { n.relay.readSoon(n.number) }) // the restriction is shown, too
		return
	}
	switch failureOf(e) {
	case actorpb.SendFailure_SEND_FAILURE_THROUGHPUT:
		n.slowDown(func(ctx context.Context) error {
			if e.RetryAfter > time.Second { // Meta names a time
				return store.Pause(ctx, n.number, min(e.RetryAfter, phone.Maintenance))
			}
			return store.Slow(ctx, n.number)
		})
		n.report(intake.HealthOf(e.Code, e.Detail, n.relay.cfg.Clock.Now()))
	case actorpb.SendFailure_SEND_FAILURE_MAINTENANCE:
		n.slowDown(func(ctx context.Context) error { return store.Pause(ctx, n.number, phone.Maintenance) })
		n.report(intake.HealthOf(e.Code, e.Detail, n.relay.cfg.Clock.Now()))
	case actorpb.SendFailure_SEND_FAILURE_NUMBER:
		if e.Code == 0 { // this send waits; a look at the number says whether all of them must
			n.slowDown(func(ctx context.Context) error { return store.Trouble(ctx, n.number, 0) })
			return
		}
		n.stopped(intake.CauseOf(e.Code), e.Code, e.Detail)
	}
}

// barred is what Meta would say of a template that may not be sent any more, or not to
// this person; asked, it would count the refusal against the number.
func barred(status string) (code int32, text string) {
	switch status {
	case effects.OptedOut:
		return cloudapi.CodeOptedOut, "not handed to Meta: the person stopped marketing messages"
	case effects.Blocked:
		return cloudapi.CodeBlocked, "not handed to Meta: the number blocks the person"
	}
	text = "not handed to Meta: the status of the template is " + strings.ToLower(wa.CleanText(status))
	if strings.EqualFold(status, "PAUSED") {
		return cloudapi.CodeTemplatePaused, text
	}
	return cloudapi.CodeTemplateMissing, text
}

// ambiguous says that nobody knows whether a send left.
func ambiguous(ref *ledger.EffectRef) *actorpb.RecordAmbiguous {
	return &actorpb.RecordAmbiguous{MessageId: ref.ID, Attempt: ref.Attempt}
}

// unsaidSend is the command for a send that ended without its sender.
// Nobody had claimed what was withdrawn (I4) or what expired with its window (I5): these
// surely did not leave. A claim that was lost with its member may have (I7).
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
