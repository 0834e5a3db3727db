package orders

import (
	"cmp"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func transfer() Order {
	return bodied("transfer", func() Body { return &transferBody{} }, rest.Operation{
		Summary: "Pass it on, to an agent or to the queue of a team",
		Params:  []rest.Param{nameHeader()},
		Answers: []rest.Answer{
			carriedOut(),
			{Status: 201, Doc: "It was so already, and the note is kept as a note, which message_id names", Of: Result{}},
		},
	})
}

// transferBody passes the conversation on: to an agent, or without one to the
// queue of a team. EchoID names the order: sent again, its note is the same note.
type transferBody struct {
	EchoID  string    `json:"echo_id" doc:"Names the order: sent again, its note is there once, and the answer is 200, already. Without one, the same note to the same ownership is the same order" maxLength:"100" required:"false"`
	AgentID string    `json:"agent_id" doc:"Empty: the queue" required:"false"`
	TeamID  wa.TeamID `json:"team_id" doc:"Empty: stays with its team" required:"false"`
	Note    string    `json:"note" required:"false"`
	Drop    bool      `json:"drop_scheduled" doc:"What is scheduled is not sent; else it leaves as it stands, with its author" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *transferBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *transferBody) build(o *order) (proto.Message, error) {
	if err := checkOrderID(b.EchoID); err != nil {
		return nil, err
	}
	to := &actorpb.Party{}
	if b.AgentID != "" {
		to = colleague(b.AgentID)
	}
	return &actorpb.Transfer{
		By: o.by, To: to, TeamId: wa.CleanText(string(b.TeamID)), Note: wa.CleanText(b.Note), EchoId: b.EchoID, DropScheduled: b.Drop,
	}, nil
}

func (*transferBody) receiver() {}
