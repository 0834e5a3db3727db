package cloudapi

import (
	"context"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/sendbody"
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
	Crowded        bool // Meta took it, and soon will not: send less
}

// maxOpaque is Meta's limit of biz_opaque_callback_data.
const maxOpaque = 512

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
		Crowded:        c.meter.Crowded(token, time.Now()),
	}
	if len(answer.Contacts) > 0 {
		sent.Input, sent.WaID, sent.UserID = answer.Contacts[0].Input, answer.Contacts[0].WaID, answer.Contacts[0].UserID
	}
	return sent, nil
}

func newSendBody(out Outgoing) (*sendbody.Body, error) {
	if err := out.Content.Sendable(); err != nil {
		return nil, refused(err)
	}
	if len(out.Opaque) > maxOpaque {
		return nil, refused(nil)
	}
	return sendbody.Of(out.To, &out.Content, out.Opaque), nil
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
	body := &sendbody.Body{MessagingProduct: "whatsapp", Status: "read", MessageID: wamid}
	if typing {
		body.Typing = &sendbody.Typing{Type: "text"}
	}
	var answer struct{}
	return c.call(ctx, http.MethodPost, numberPath(number, "messages"), token, nil, body, &answer)
}
