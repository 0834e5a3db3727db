package relay

import (
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
)

// holdNumber has one number hold back or go on. What the number refuses it would refuse
// again: it is not tried again, and the result says why.
func (r *Relay) holdNumber(job *jobs.Job, number string) jobs.Item {
	h, by := &job.Hold, orderedBy(job)
	by.Address, by.Client = h.Address, audit.Cut(h.Client)
	if h.Kind == audit.ByIntegration {
		by.Kind = actorpb.Party_KIND_INTEGRATION
	}
	hold := &actorpb.HoldNumber{By: by, TenantId: by.TenantId, All: h.All, Rate: h.Rate, Reason: h.Reason, OrderedMs: job.CreatedAt.UnixMilli()}
	if !h.Until.IsZero() {
		hold.UntilMs = h.Until.UnixMilli()
	}
	order, result := proto.Message(hold), "paused"
	if h.Release {
		order, result = &actorpb.ReleaseNumber{
			By: by, TenantId: by.TenantId, OrderedMs: hold.OrderedMs, Ends: !h.Until.IsZero(), UntilMs: hold.UntilMs,
		}, "resumed"
	}
	answer, err := r.ask(wa.PhoneNumberKind, number, order)
	switch {
	case err != nil:
		r.cfg.Logger.Warn("number not paused or resumed", "job", job.ID, "phone_number_id", number, "error", err)
		return jobs.Item{Item: number, State: jobs.JobFailed, Result: "unavailable"}
	case answer.GetRefusal() != "":
		r.cfg.Logger.Info("number refused to be paused or resumed", "job", job.ID, "phone_number_id", number, "code", answer.GetRefusal())
		return jobs.Item{Item: number, State: jobs.JobRefused, Result: answer.GetRefusal()}
	}
	return jobs.Item{Item: number, State: jobs.JobDone, Result: result}
}
