package orders

import (
	"cmp"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func resolveMessage() Order {
	return bodied("resolve_message", func() Body { return &resolveMessageBody{} }, rest.Operation{
		Path:    conversationPath + "/messages/{mid}/resolve",
		Summary: "Decide a send whose outcome is unknown",
		Params:  []rest.Param{{Name: "mid", In: "path", Doc: "Message id"}},
		Answers: []rest.Answer{carriedOut()},
	})
}

// resolveMessageBody decides an ambiguous send. Resend may reach the customer
// twice; without it the send counts as failed.
type resolveMessageBody struct {
	MessageID string `json:"message_id" doc:"As in the path" required:"false"`
	Resend    bool   `json:"resend" doc:"Send again, at the risk of twice; else it counts as failed" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *resolveMessageBody) NameFrom(_, path string) {
	b.MessageID = wa.CleanText(cmp.Or(path, b.MessageID))
}

func (b *resolveMessageBody) build(o *order) (proto.Message, error) {
	if b.MessageID == "" {
		return nil, problem.Field("message_id", "missing")
	}
	return &actorpb.ResolveAmbiguous{By: o.by, MessageId: b.MessageID, Resend: b.Resend}, nil
}
