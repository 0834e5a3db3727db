package orders

import (
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func snooze() Order {
	return bodied("snooze", func() Body { return &snoozeBody{} }, rest.Operation{
		Summary:   "Put it aside until a time",
		NeedsBody: true,
		Answers:   []rest.Answer{carriedOut()},
	})
}

type snoozeBody struct {
	Until string `json:"until" doc:"In the future, at most five years from now" format:"date-time"`
}

func (b *snoozeBody) build(o *order) (proto.Message, error) {
	until, err := time.Parse(time.RFC3339, b.Until)
	if err != nil {
		return nil, problem.Field("until", wa.AheadRange(o.now))
	}
	return &actorpb.SetPhase{By: o.by, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: until.UnixMilli()}, nil
}
