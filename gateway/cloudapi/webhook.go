package cloudapi

import (
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// ErrNotJSON says that a body is not a JSON object. Nothing of it can be used.
var ErrNotJSON = errors.New("body is not a JSON object")

// Parse cuts a webhook body into events in document order. Its only error is
// ErrNotJSON. The body must not change while the events are in use.
func Parse(body []byte) (Delivery, error) {
	if !walk.Valid(body) || !walk.IsObject(body) {
		return Delivery{}, ErrNotJSON
	}
	var p parser
	p.body(body)
	return Delivery{Events: p.events}, nil
}

// maxFieldName is the length of a field's name in characters; Meta's longest has some 40.
const maxFieldName = 128

// parser collects events while it walks a body. The scope fields describe the
// entry and the value that it stands in.
type parser struct {
	events  []Event
	account wa.AccountID
	number  wa.PhoneNumberID
	display string
	scope   error // an id of the value that is too long: it holds for each item
}

func (p *parser) add(e Event) {
	e.Index = len(p.events)
	e.AccountID, e.PhoneNumberID, e.DisplayNumber = p.account, p.number, p.display
	p.events = append(p.events, e)
}

func (p *parser) broken(reason string, raw []byte) {
	p.add(Event{Kind: KindBroken, Broken: &Broken{Reason: reason, Raw: raw}})
}

func (p *parser) body(body []byte) {
	for key, raw := range walk.Members(body) {
		switch {
		case key != "entry":
		case !walk.IsArray(raw):
			p.broken("entry is not a list", raw)
		default:
			for entry := range walk.Elements(raw) {
				p.entry(entry)
			}
		}
	}
}

func (p *parser) entry(raw []byte) {
	*p = parser{events: p.events}
	if !walk.IsObject(raw) {
		p.broken("entry is not an object", raw)
		return
	}
	var changes []byte
	for key, value := range walk.Members(raw) {
		switch key {
		case "id":
			p.account = wa.AccountID(bounded(looseText(value)))
		case "changes":
			changes = value
		}
	}
	if !walk.IsArray(changes) {
		p.broken("entry without a list of changes", raw)
		return
	}
	for change := range walk.Elements(changes) {
		p.change(change)
	}
}

func (p *parser) change(raw []byte) {
	p.number, p.display, p.scope = "", "", nil
	if !walk.IsObject(raw) {
		p.broken("change is not an object", raw)
		return
	}
	var field string
	var value []byte
	for key, v := range walk.Members(raw) {
		switch key {
		case "field":
			field = wa.Trimmed(looseText(v), maxFieldName)
		case "value":
			value = v
		}
	}
	switch {
	case value == nil:
		p.broken("change without a value", raw)
	case !walk.IsObject(value):
		p.broken("value is not an object", raw)
	case field == "messages":
		p.readNumber(value)
		p.messagesValue(value)
	default:
		p.readNumber(value)
		p.add(Event{Kind: KindField, Field: &Field{Name: field, Raw: cleanRaw(value)}})
	}
}

// readNumber finds our number: in metadata, or in recipient for hand-overs.
func (p *parser) readNumber(value []byte) {
	for key, raw := range walk.Members(value) {
		switch key {
		case "display_phone_number": // events of an account that name a number
			p.display = looseText(raw)
		case "metadata", "recipient":
			for k, v := range walk.Members(raw) {
				switch k {
				case "phone_number_id":
					id := looseText(v)
					p.scope = checkIDs(namedID{"metadata.phone_number_id", id})
					p.number = wa.PhoneNumberID(bounded(id))
				case "display_phone_number":
					p.display = looseText(v)
				}
			}
		}
	}
}

// messagesValue reads the value of field messages. Contacts may stand behind
// the messages that they belong to and are read first.
func (p *parser) messagesValue(value []byte) {
	var people []contact
	for key, raw := range walk.Members(value) {
		if key == "contacts" {
			people = readContacts(raw)
		}
	}
	before := len(p.events)
	for key, raw := range walk.Members(value) {
		switch key {
		case "messaging_product", "metadata", "contacts":
		case "messages":
			p.list(key, raw, func(item []byte) (Event, error) { return messageEvent(item, people) })
		case "statuses":
			p.list(key, raw, func(item []byte) (Event, error) { return statusEvent(item, people) })
		case "errors":
			p.list(key, raw, numberErrorEvent)
		default:
			p.add(Event{Kind: KindField, Field: &Field{Name: "messages", Part: key, Raw: cleanRaw(raw)}})
		}
	}
	if len(p.events) == before {
		p.add(Event{Kind: KindField, Field: &Field{Name: "messages", Raw: cleanRaw(value)}})
	}
}

// list reads each item of a list alone.
func (p *parser) list(key string, raw []byte, read func([]byte) (Event, error)) {
	if !walk.IsArray(raw) {
		p.broken(key+" is not a list", raw)
		return
	}
	for item := range walk.Elements(raw) {
		event, err := read(item)
		if err == nil {
			err = idsOf(&event)
		}
		if err == nil {
			err = p.scope
		}
		if err != nil {
			p.add(Event{Kind: KindBroken, Broken: &Broken{Kind: brokenKind(err), Reason: err.Error(), Raw: item}})
			continue
		}
		p.add(event)
	}
}

func numberErrorEvent(item []byte) (Event, error) {
	var e graphError
	if err := decode(item, &e); err != nil {
		return Event{}, fmt.Errorf("read error of a number: %w", err)
	}
	return Event{Kind: KindNumberError, NumberError: &NumberError{e.detail()}}, nil
}

// graphError is Meta's error object as it stands in webhooks and answers.
type graphError struct {
	Code      looseInt    `json:"code"`
	Subcode   looseInt    `json:"error_subcode"`
	Title     looseString `json:"title"`
	Message   looseString `json:"message"`
	ErrorData struct {
		Details looseString `json:"details"`
	} `json:"error_data"`
}

func (e graphError) detail() ErrorDetail {
	title := e.Title
	if title == "" {
		title = e.Message
	}
	return ErrorDetail{Code: int(e.Code), Title: string(title), Detail: string(e.ErrorData.Details)}
}
