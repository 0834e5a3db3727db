package orders

import (
	"cmp"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func takeOver() Order {
	return bodied("takeover", func() Body { return &takeOverBody{} }, rest.Operation{
		Summary: "Take it from its owner",
		Detail:  "leaving names messages of the former owner that could not be held back.",
		Params:  []rest.Param{nameHeader()},
		Answers: []rest.Answer{
			carriedOut(),
			{Status: 201, Doc: "It was so already, and the reason is kept as a note, which message_id names", Of: Result{}},
		},
	})
}

// takeOverBody takes it from its owner; EchoID names the order as a transfer's does.
type takeOverBody struct {
	EchoID string `json:"echo_id" doc:"Names the order: sent again, its reason is there once, and the answer is 200, already. Without one, the same reason to the same ownership is the same order" maxLength:"100" required:"false"`
	Reason string `json:"reason" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *takeOverBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *takeOverBody) build(o *order) (proto.Message, error) {
	if err := checkOrderID(b.EchoID); err != nil {
		return nil, err
	}
	return &actorpb.TakeOver{By: o.by, Reason: wa.CleanText(b.Reason), EchoId: b.EchoID}, nil
}
