package orders

import (
	"cmp"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

// scheduledPath is of one send that is to leave later; like those of messages it ends in
// the id of the message.
const scheduledPath = conversationPath + "/scheduled/{mid}"

// scheduledID is the parameter of its path.
func scheduledID() []rest.Param {
	return []rest.Param{{Name: "mid", In: "path", Doc: "Id of the scheduled message"}}
}

func reschedule() Order {
	return bodied("reschedule", func() Body { return &rescheduleBody{} }, rest.Operation{
		Method: "PATCH", Path: scheduledPath, NeedsBody: true,
		Summary: "Have a scheduled message leave at another time",
		Detail:  "Its author, the owner and managers may. 404 (not_found): it has left, or was cancelled.",
		Params:  scheduledID(),
		Answers: []rest.Answer{carriedOut()},
	})
}

// rescheduleBody is the new time, and whether the customer's words still cancel it.
type rescheduleBody struct {
	MessageID        string `json:"message_id" doc:"As in the path" required:"false"`
	At               string `json:"at" doc:"In the future, at most five years from now" format:"date-time"`
	CancelIfAnswered *bool  `json:"cancel_if_answered" doc:"Not sent, if the customer writes before; default true" required:"false"`
}

// NameFrom takes the message from the path.
func (b *rescheduleBody) NameFrom(_, path string) {
	b.MessageID = wa.CleanText(cmp.Or(path, b.MessageID))
}

func (b *rescheduleBody) build(o *order) (proto.Message, error) {
	if b.MessageID == "" {
		return nil, problem.Field("message_id", "missing")
	}
	at, err := leaveAt(b.At, o.now)
	if err != nil {
		return nil, err
	}
	return &actorpb.Reschedule{By: o.by, MessageId: b.MessageID, AtMs: at, CancelIfAnswered: unlessToldOtherwise(b.CancelIfAnswered)}, nil
}

func cancelScheduled() Order {
	return bodied("cancel_scheduled", func() Body { return &cancelScheduledBody{} }, rest.Operation{
		Method: "DELETE", Path: scheduledPath,
		Summary: "Have a scheduled message never leave",
		Detail:  "Its author, the owner and managers may. 404 (not_found): it has left, or was cancelled.",
		Params:  scheduledID(),
		Answers: []rest.Answer{carriedOut()},
	})
}

type cancelScheduledBody struct {
	MessageID string `json:"message_id" doc:"As in the path" required:"false"`
}

// NameFrom takes the message from the path.
func (b *cancelScheduledBody) NameFrom(_, path string) {
	b.MessageID = wa.CleanText(cmp.Or(path, b.MessageID))
}

func (b *cancelScheduledBody) build(o *order) (proto.Message, error) {
	if b.MessageID == "" {
		return nil, problem.Field("message_id", "missing")
	}
	return &actorpb.CancelScheduled{By: o.by, MessageId: b.MessageID}, nil
}

// leaveAt reads when something is to leave. A time that has passed is left to the
// conversation, which knows whether the order is a repeated one.
func leaveAt(text string, now time.Time) (int64, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.After(now.Add(wa.MaxAhead)) || at.UnixMilli() <= 0 {
		return 0, problem.Field("at", wa.AheadRange(now))
	}
	return at.UnixMilli(), nil
}

func unlessToldOtherwise(told *bool) bool { return told == nil || *told }
