package orders

import (
	"cmp"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func notes() Order {
	return bodied("notes", func() Body { return &noteBody{} }, rest.Operation{
		Summary:   "Write a note for colleagues",
		Params:    []rest.Param{nameHeader()},
		NeedsBody: true,
		Answers: []rest.Answer{
			{Status: 200, Doc: "Had been stored before under the same echo_id", Of: Result{}},
			{Status: 201, Doc: "Stored; message_id names it", Of: Result{}},
			{Status: 422, Doc: "Cannot be kept: bad_content (a text in which there is nothing to see is one). An echo_id that is known answers 200, already", Of: problem.Problem{}, Media: problemMedia},
			unavailable(),
		},
	})
}

type noteBody struct {
	EchoID string `json:"echo_id" required:"false"`
	Text   string `json:"text"`
}

// NameFrom takes the name of the order from a header or path.
func (b *noteBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *noteBody) build(o *order) (proto.Message, error) {
	if err := checkEchoID(b.EchoID); err != nil {
		return nil, err
	}
	return &actorpb.AddNote{By: o.by, EchoId: b.EchoID, Text: wa.CleanText(b.Text)}, nil
}
