package cloudapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Outgoing is one message to send. To is any alias of the person, or a group.
// Opaque comes back in every status; at most 512 bytes.
type Outgoing struct {
	To      wa.Alias
	Content wa.Content
	Opaque  string
}

// Sent is Meta's acceptance: not yet a delivery. WaID and UserID are further
// aliases of the person; WaID may differ from the phone that was given.
type Sent struct {
	WAMID          wa.MessageID
	Input          string
	WaID           string
	UserID         string
	HeldForQuality bool // a template held back, may still fail with 132015
}

// maxOpaque is Meta's limit of biz_opaque_callback_data.
const maxOpaque = 512

// sendBody is the request of the messages endpoint (message API, 2026).
type sendBody struct {
	MessagingProduct string        `json:"messaging_product"`
	RecipientType    string        `json:"recipient_type"`
	To               string        `json:"to,omitempty"`
	Recipient        string        `json:"recipient,omitempty"`
	Context          *sendContext  `json:"context,omitempty"`
	Opaque           string        `json:"biz_opaque_callback_data,omitempty"`
	Type             string        `json:"type"`
	Text             *wa.Text      `json:"text,omitempty"`
	Template         *sendTemplate `json:"template,omitempty"`
}

type sendContext struct {
	MessageID wa.MessageID `json:"message_id"`
}

type sendTemplate struct {
	Name       string          `json:"name"`
	Language   templateLocale  `json:"language"`
	Components json.RawMessage `json:"components,omitempty"`
}

type templateLocale struct {
	Code string `json:"code"`
}

// sendAnswer is the acceptance.
type sendAnswer struct {
	Contacts []struct {
		Input  string `json:"input"`
		WaID   string `json:"wa_id"`
		UserID string `json:"user_id"`
	} `json:"contacts"`
	Messages []struct {
		ID     wa.MessageID `json:"id"`
		Status string       `json:"message_status"`
	} `json:"messages"`
}

// Send hands one message to Meta. Its error is always a *SendError; only
// Rejected and Retry mean that nothing was sent.
func (c *Client) Send(ctx context.Context, number wa.PhoneNumberID, token string, out Outgoing) (Sent, error) {
	body, err := newSendBody(out)
	if err != nil {
		return Sent{}, err
	}
	var answer sendAnswer
	if err := c.call(ctx, http.MethodPost, numberPath(number, "messages"), token, nil, body, &answer); err != nil {
		return Sent{}, err
	}
	if len(answer.Messages) == 0 || bounded(string(answer.Messages[0].ID)) == "" {
		return Sent{}, &SendError{Outcome: Ambiguous, Class: ClassHuman, HTTPStatus: http.StatusOK, Detail: "answer without a message id that can be kept"}
	}
	sent := Sent{
		WAMID:          answer.Messages[0].ID,
		HeldForQuality: answer.Messages[0].Status == "held_for_quality_assessment",
	}
	if len(answer.Contacts) > 0 {
		sent.Input, sent.WaID, sent.UserID = answer.Contacts[0].Input, answer.Contacts[0].WaID, answer.Contacts[0].UserID
	}
	return sent, nil
}

func newSendBody(out Outgoing) (*sendBody, error) {
	if err := out.Content.Sendable(); err != nil {
		return nil, refused(err)
	}
	body := &sendBody{
		MessagingProduct: "whatsapp", RecipientType: "individual", Opaque: out.Opaque, Type: string(out.Content.Kind),
	}
	if len(out.Opaque) > maxOpaque {
		return nil, refused(nil)
	}
	if out.Content.Quoted != "" {
		body.Context = &sendContext{out.Content.Quoted}
	}
	body.address(out.To)
	if t := out.Content.Template; out.Content.Kind == wa.KindTemplate {
		body.Template = &sendTemplate{Name: t.Name, Language: templateLocale{t.Language}, Components: t.Components}
		return body, nil
	}
	body.Text = out.Content.Text
	return body, nil
}

// address puts a phone and a group in to, a business-scoped id in recipient. A
// phone without plus would be read as one of the business's own country.
func (b *sendBody) address(to wa.Alias) {
	switch to.Kind {
	case wa.AliasBSUID, wa.AliasParentBSUID:
		b.Recipient = to.Value
	case wa.AliasGroup:
		b.RecipientType, b.To = "group", to.Value
	default:
		b.To = "+" + strings.TrimPrefix(to.Value, "+")
	}
}

func refused(err error) *SendError {
	detail := "callback data is longer than 512 bytes"
	if err != nil {
		detail = err.Error()
	}
	return &SendError{Outcome: Rejected, Class: ClassPermanent, Detail: detail, Err: err}
}

// MarkRead marks a message and all earlier ones as read; with typing it also
// shows that an answer is being written, for 25 seconds at most. In coexistence
// this takes the unread mark from the phone app as well.
func (c *Client) MarkRead(ctx context.Context, number wa.PhoneNumberID, token string, wamid wa.MessageID, typing bool) error {
	type indicator struct {
		Type string `json:"type"`
	}
	body := struct {
		MessagingProduct string       `json:"messaging_product"`
		Status           string       `json:"status"`
		MessageID        wa.MessageID `json:"message_id"`
		Typing           *indicator   `json:"typing_indicator,omitempty"`
	}{MessagingProduct: "whatsapp", Status: "read", MessageID: wamid}
	if typing {
		body.Typing = &indicator{"text"}
	}
	var answer struct{}
	return c.call(ctx, http.MethodPost, numberPath(number, "messages"), token, nil, body, &answer)
}
