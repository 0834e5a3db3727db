package cloudapi

import (
	"bytes"
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// interactiveItem is an answer to buttons, a list, a flow or another form. The
// answer stands under the key that Type names.
type interactiveItem struct {
	Type  string
	reply json.RawMessage
}

// UnmarshalJSON picks the type and its answer; kinds that Meta adds later come
// through with their raw answer. Without a type the only answer counts.
func (i *interactiveItem) UnmarshalJSON(raw []byte) error {
	answers, only := 0, ""
	for key, value := range walk.Members(raw) {
		if key == "type" {
			i.Type = looseText(value)
		} else if walk.IsObject(value) {
			answers, only = answers+1, key
		}
	}
	if i.Type == "" && answers == 1 {
		i.Type = only
	}
	for key, value := range walk.Members(raw) {
		if key == i.Type && key != "type" {
			i.reply = bytes.Clone(value) // the decoder owns raw
		}
	}
	return nil
}

// replyItem is the union of the answers' keys.
type replyItem struct {
	ID           looseString     `json:"id"`
	Title        looseString     `json:"title"`
	Description  looseString     `json:"description"`
	Name         looseString     `json:"name"`
	Body         looseString     `json:"body"`
	ResponseJSON json.RawMessage `json:"response_json"`
	Response     json.RawMessage `json:"response"`
}

func (i *interactiveItem) content() (wa.Content, bool) {
	if i == nil || i.Type == "" || !walk.IsObject(i.reply) {
		return wa.Content{}, false
	}
	answer := &wa.Interactive{Type: i.Type}
	var reply replyItem
	if decode(i.reply, &reply) == nil {
		reply.fill(answer)
	}
	if answer.Response == nil && i.Type != "button_reply" && i.Type != "list_reply" && len(i.reply) > 0 {
		answer.Response = cleanRaw(i.reply)
	}
	says := answer.ID != "" || answer.Title != "" || len(answer.Response) > 0
	return wa.Content{Kind: wa.KindInteractive, Interactive: answer}, says
}

func (r *replyItem) fill(answer *wa.Interactive) {
	answer.ID, answer.Title = string(r.ID), string(r.Title)
	answer.Description = string(r.Description)
	switch answer.Type {
	case "nfm_reply":
		answer.ID, answer.Title = string(r.Name), string(r.Body)
		answer.Response = flowAnswer(r.ResponseJSON)
		answer.Fields = formFields(answer.Response)
	case "call_permission_reply":
		answer.Title = looseText(r.Response)
	}
}

// flowAnswer opens response_json: JSON inside a text, written by the flow's
// author and the customer, and therefore perhaps not JSON at all. What cannot
// be opened stays the text that it is.
func flowAnswer(raw json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(raw, &text) != nil || !json.Valid([]byte(text)) {
		return cleanRaw(raw)
	}
	return cleanRaw([]byte(text))
}
