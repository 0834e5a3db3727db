package cloudapi

import (
	"fmt"

	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// Echoes reads the messages that were sent from the phone app or by other
// software out of a Field smb_message_echoes or message_echoes. In each event's
// Message, From lists the addresses of the person written to. Other fields give
// nothing; an item that cannot be read gives an event of kind broken.
func Echoes(field *Field) []Event {
	if field.Name != "smb_message_echoes" && field.Name != "message_echoes" {
		return nil
	}
	var p parser
	p.readNumber(field.Raw)
	var people []contact
	for key, raw := range walk.Members(field.Raw) {
		if key == "contacts" {
			people = readContacts(raw)
		}
	}
	for key, raw := range walk.Members(field.Raw) {
		if key == "message_echoes" {
			p.list(key, raw, func(item []byte) (Event, error) { return echoEvent(item, people) })
		}
	}
	return p.events
}

// echoEvent reads an echo as if the person written to had sent it.
func echoEvent(raw []byte, people []contact) (Event, error) {
	var to struct {
		To             looseString `json:"to"`
		ToUserID       looseString `json:"to_user_id"`
		ToParentUserID looseString `json:"to_parent_user_id"`
	}
	if err := decode(raw, &to); err != nil {
		return Event{}, fmt.Errorf("read echo: %w", err)
	}
	var item messageItem
	if err := decode(raw, &item); err != nil {
		return Event{}, fmt.Errorf("read echo: %w", err)
	}
	item.From, item.FromUserID, item.FromParentUserID = to.To, to.ToUserID, to.ToParentUserID
	return item.event(raw, people)
}
