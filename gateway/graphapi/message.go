package graphapi

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/content"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/sendbody"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// accepted is Meta's answer to a send.
type accepted struct {
	Product  string    `json:"messaging_product"`
	Contacts []contact `json:"contacts"`
	Messages []message `json:"messages"`
}

type contact struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

type message struct {
	ID     wa.MessageID `json:"id"`
	Status string       `json:"message_status,omitempty"`
}

// postMessage takes a send or a read mark. A program that repeats a request because it saw
// no answer names it by the header Idempotency-Key, else each is a message of its own, as at
// Meta.
func (e *Endpoint) postMessage(w http.ResponseWriter, r *http.Request, who *staff.Session) error {
	var body sendbody.Body
	if err := decode(w, r, &body); err != nil {
		return err
	}
	switch {
	case body.MessagingProduct != "whatsapp":
		return newError(http.StatusBadRequest, codeParameter, "(#100) The parameter messaging_product is required.", `messaging_product: want "whatsapp"`)
	case body.Status != "":
		return e.markRead(w, r, who, &body)
	case body.RecipientType == "group":
		return newError(http.StatusBadRequest, codeValue, "(#131009) Parameter value is not valid", "recipient_type: groups cannot be written to yet")
	}
	to := cmp.Or(body.To, body.Recipient)
	if to == "" {
		return newError(http.StatusBadRequest, codeParameter, "(#100) The parameter to is required.", "to: name the person by phone or user id")
	}
	content := body.Content(func(raw json.RawMessage) []wa.Card { return cloudapi.Cards(raw) })
	translate(&content)
	found, err := e.Recipients.Find(r.Context(), who.Person.Scope(), r.PathValue("object"), to, "")
	if err != nil {
		return err
	}
	said := orders.Said(&content, cmp.Or(r.Header.Get("Idempotency-Key"), rand.Text()))
	result, err := e.Orders.WriteFirst(r.Context(), &who.Person, &found, said)
	if content.Quoted != "" && quotesNothing(err) { // Meta sends it without the quote, too
		content.Quoted = ""
		result, err = e.Orders.WriteFirst(r.Context(), &who.Person, &found, said)
	}
	if err != nil {
		return err
	}
	answer := accepted{Product: "whatsapp", Contacts: []contact{{Input: to}}, Messages: []message{{ID: wamid(result.MessageID)}}}
	if found.Alias.Kind == wa.AliasPhone {
		answer.Contacts[0].WaID = found.Alias.Value
	} else {
		answer.Contacts[0].UserID = found.Alias.Value
	}
	if content.Kind == wa.KindTemplate {
		answer.Messages[0].Status = "accepted"
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// quotesNothing says of a refusal that it is for a quoted message that is not there. What
// was refused is not stored, so that the same name can be used again.
func quotesNothing(err error) bool {
	return err != nil && problem.Of(err).Reason == content.ReasonNoMessage && problem.Of(err).Field == "quoted"
}

// translate names messages and files as we do. An id of a file is one that was uploaded
// here; Meta's own ids are of another program.
func translate(c *wa.Content) {
	c.Quoted = messageID(c.Quoted)
	if c.Reaction != nil {
		c.Reaction.Target = messageID(c.Reaction.Target)
	}
	if m := c.Attachment(); m != nil && m.ID != "" {
		m.File, m.ID = m.ID, ""
	}
}

// markRead marks what a customer wrote as read, here and at Meta, and shows that an answer
// is being written.
func (e *Endpoint) markRead(w http.ResponseWriter, r *http.Request, who *staff.Session, body *sendbody.Body) error {
	switch {
	case body.Status != "read":
		return newError(http.StatusBadRequest, codeParameter, "(#100) Param status must be one of {read}.", "status: want read")
	case body.MessageID == "" || strings.HasPrefix(string(body.MessageID), ours):
		return newError(http.StatusBadRequest, codeValue, "(#131009) Parameter value is not valid", "message_id: want the id of a message that came in")
	}
	number, err := e.Recipients.Number(r.Context(), who.Person.Scope(), r.PathValue("object"))
	if err != nil {
		return err
	}
	key, err := e.Inbox.ConversationOf(r.Context(), who.Person.Scope(), number.ID, body.MessageID)
	if err != nil {
		return err
	}
	if err := e.Orders.MarkRead(r.Context(), &who.Person, key); err != nil {
		return err
	}
	if e.Marker != nil {
		if err := e.Marker.MarkRead(r.Context(), number.ID, body.MessageID, body.Typing != nil); err != nil {
			return err
		}
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
	return nil
}
