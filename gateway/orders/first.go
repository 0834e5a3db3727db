package orders

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/recipient"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// FirstBody is a message to an address that may never have written. To whoever has, it is
// a message like any other.
type FirstBody struct {
	PhoneNumberID string `json:"phone_number_id" doc:"The number to write from"`
	To            string `json:"to" doc:"A phone with its country, as +55 11 98888-7777, or a user id of WhatsApp"`
	Name          string `json:"name" doc:"What lists call somebody new, until he says it himself" required:"false"`
	SendBody
	start *actorpb.Start
}

// First is the message of a body to whom a search has found.
func (b *FirstBody) First(to *recipient.Found) Body {
	b.start = to.Start
	return b
}

func (b *FirstBody) build(o *order) (proto.Message, error) {
	msg, err := b.SendBody.build(o)
	if err != nil {
		return nil, err
	}
	send, _ := msg.(*actorpb.SendMessage)
	send.Start, send.Claim, send.DespiteStale = b.start, !o.by.Through, true
	return send, nil
}

// WriteFirst carries out a first message.
func (h *Orders) WriteFirst(ctx context.Context, who *staff.Person, to *recipient.Found, b *FirstBody) (*Result, error) {
	return h.CarryOut(ctx, who, to.Key.String(), "messages", b.First(to))
}

// Said is the body of a content as a program of the Cloud API gave it; a template by its
// components. echoID names the send.
func Said(c *wa.Content, echoID string) *FirstBody {
	b := &FirstBody{SendBody: SendBody{EchoID: echoID}}
	if c.Kind == wa.KindTemplate {
		b.Template = &templateBody{}
		if t := c.Template; t != nil {
			b.Template = &templateBody{Name: t.Name, Language: t.Language, Components: t.Components}
		}
		return b
	}
	b.said = c
	return b
}

// MarkRead marks all of a conversation as seen by somebody.
func (h *Orders) MarkRead(ctx context.Context, who *staff.Person, key wa.ConversationKey) error {
	_, err := h.CarryOut(ctx, who, key.String(), "read", &readBody{})
	return err
}
