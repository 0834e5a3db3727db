package cloudapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// messageItem is one entry of messages[].
type messageItem struct {
	ID               looseString     `json:"id"`
	Timestamp        looseString     `json:"timestamp"`
	From             looseString     `json:"from"`
	FromUserID       looseString     `json:"from_user_id"`
	FromParentUserID looseString     `json:"from_parent_user_id"`
	GroupID          looseString     `json:"group_id"`
	Context          *contextItem    `json:"context"`
	Referral         json.RawMessage `json:"referral"`
	Errors           []graphError    `json:"errors"`
	parts
}

// contextItem tells what a message answers, or that it was passed on.
type contextItem struct {
	ID                  looseString     `json:"id"`
	Forwarded           looseBool       `json:"forwarded"`
	FrequentlyForwarded looseBool       `json:"frequently_forwarded"`
	ReferredProduct     json.RawMessage `json:"referred_product"`
}

func messageEvent(raw []byte, people []contact) (Event, error) {
	var item messageItem
	if !item.plain(raw) {
		item = messageItem{}
		if err := decode(raw, &item); err != nil {
			return Event{}, fmt.Errorf("read message: %w", err)
		}
	}
	return item.event(raw, people)
}

// plain reads what most messages are, a text that stands alone, as decode would and
// without its cost: a second look at all of the JSON, and reflection. False: there is
// more in it, and what it has read so far counts for nothing.
func (item *messageItem) plain(raw []byte) bool {
	for key, value := range walk.Members(raw) {
		switch key {
		case "id":
			item.ID = looseString(looseText(value))
		case "timestamp":
			item.Timestamp = looseString(looseText(value))
		case "from":
			item.From = looseString(looseText(value))
		case "from_user_id":
			item.FromUserID = looseString(looseText(value))
		case "from_parent_user_id":
			item.FromParentUserID = looseString(looseText(value))
		case "type":
			item.Type = looseString(looseText(value))
		case "text":
			if !walk.IsObject(value) || item.Text != nil {
				return false
			}
			item.Text = &textItem{}
			for k, body := range walk.Members(value) {
				if k != "body" {
					return false
				}
				item.Text.Body = looseString(looseText(body))
			}
		default:
			return false
		}
	}
	return walk.IsObject(raw)
}

func (item *messageItem) event(raw []byte, people []contact) (Event, error) {
	if item.ID == "" {
		return Event{}, errors.New("message without an id")
	}
	at, _ := unixTime(item.Timestamp) // without one it is as old as its arrival
	message := &Message{
		ID:       wa.MessageID(item.ID),
		At:       at,
		GroupID:  string(item.GroupID),
		Identity: item.identity(),
	}
	if walk.IsObject(item.Referral) {
		message.Referral = cleanRaw(item.Referral)
	}
	item.sender(message, people)
	if len(message.From) == 0 {
		return Event{}, errors.New("message without a sender")
	}
	if len(item.Errors) > 0 {
		message.ErrorCode = int(item.Errors[0].Code)
	}
	message.Content = item.content(raw)
	return Event{Kind: KindMessage, Message: message}, nil
}

// sender fills in who wrote. A system message may name the person only by the
// previous ids; the new ones are in Identity and not among the senders, unless
// there are no others.
func (item *messageItem) sender(message *Message, people []contact) {
	who := newAddress(item.From, item.FromUserID, item.FromParentUserID)
	if change := message.Identity; change != nil {
		who = who.Fill(wa.Addresses{BSUID: change.PreviousUserID, Parent: change.PreviousParentUserID})
	}
	if who == (wa.Addresses{}) {
		who = onlyPerson(people)
	}
	if s := item.System; s != nil && who == (wa.Addresses{}) {
		who = wa.Addresses{BSUID: string(s.PreviousUserID), Parent: string(s.PreviousParentUserID)}
		if who == (wa.Addresses{}) {
			who = newAddress(cmp.Or(s.NewWaID, s.WaID), s.UserID, s.ParentUserID)
		}
	}
	if c, known, ok := findContact(people, who); ok {
		message.ProfileName = wa.CleanName(string(c.Profile.Name))
		message.Username = wa.CleanName(string(c.Profile.Username))
		if message.Identity == nil {
			who = who.Fill(boundedAddresses(known))
		}
	}
	message.From = who.Aliases()
}

// identity reads the change that a system message reports, or nil.
func (item *messageItem) identity() *IdentityChange {
	s := item.System
	if item.Type != "system" && item.Type != "" || s == nil || (s.Type != "user_changed_number" && s.Type != "user_changed_user_id") {
		return nil
	}
	old := newAddress(item.From, item.FromUserID, item.FromParentUserID)
	phone := s.NewWaID // the older shape
	if phone == "" {
		phone = s.WaID
	}
	now := newAddress(phone, s.UserID, s.ParentUserID)
	past := wa.Addresses{BSUID: string(s.PreviousUserID), Parent: string(s.PreviousParentUserID)}.Fill(old)
	return &IdentityChange{
		Type:     string(s.Type),
		OldPhone: past.Phone, NewPhone: now.Phone,
		PreviousUserID: past.BSUID, NewUserID: now.BSUID,
		PreviousParentUserID: past.Parent, NewParentUserID: now.Parent,
	}
}

// content maps the item and what surrounds it: quote, forward, referral.
func (item *messageItem) content(raw []byte) wa.Content {
	content, ok := item.parts.content()
	if !ok {
		content = wa.Content{Kind: wa.KindUnsupported, Unsupported: item.whyUnsupported(), Raw: cleanRaw(raw)}
		if len(item.Errors) > 0 {
			content.Code = int(item.Errors[0].Code)
		}
	}
	if c := item.Context; c != nil {
		content.Quoted = wa.MessageID(bounded(string(c.ID)))
		content.Forwarded = bool(c.Forwarded || c.FrequentlyForwarded)
		content.Product = product(c.ReferredProduct)
	}
	content.Referral = referral(item.Referral)
	if content.Raw == nil {
		content.Raw = item.surroundings()
	}
	return content
}

// surroundings keeps what only a later rendering wants, or nil.
func (item *messageItem) surroundings() json.RawMessage {
	kept := map[string]json.RawMessage{}
	if walk.IsObject(item.Referral) {
		kept["referral"] = cleanRaw(item.Referral)
	}
	if item.Context != nil && walk.IsObject(item.Context.ReferredProduct) {
		kept["referred_product"] = cleanRaw(item.Context.ReferredProduct)
	}
	if len(kept) == 0 {
		return nil
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		return nil // pieces of valid JSON always marshal
	}
	return raw
}

// whyUnsupported prefers Meta's words; without an error it names the type.
func (item *messageItem) whyUnsupported() string {
	if len(item.Errors) > 0 {
		detail := item.Errors[0].detail()
		if why := cmp.Or(detail.Detail, detail.Title); why != "" {
			return why
		}
	}
	if item.Type == "" {
		return "message without a type"
	}
	return "message of type " + string(item.Type)
}
