package orders

import (
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func assign() Order {
	return bodied("assign", func() Body { return &assignBody{} }, rest.Operation{
		Summary:   "Give it to an agent",
		NeedsBody: true,
		Answers:   []rest.Answer{carriedOut()},
	})
}

// assignBody gives the conversation to an agent.
type assignBody struct {
	AgentID            string `json:"agent_id"`
	ExpectedOwnerEpoch uint64 `json:"expected_owner_epoch" required:"false"`
}

func (b *assignBody) build(o *order) (proto.Message, error) {
	return &actorpb.Assign{By: o.by, To: colleague(b.AgentID), ExpectedOwnerEpoch: b.ExpectedOwnerEpoch}, nil
}

func (*assignBody) receiver() {}

// colleague is an agent as a body names him; his name is that of his account.
func colleague(id string) *actorpb.Party {
	return &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: wa.CleanText(id)}
}
