package simulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/sample"
)

// Say sends a text from a phone to a number and returns its wamid. The phone is
// named by wa_id or BSUID.
func (s *Simulator) Say(phone string, id wa.PhoneNumberID, text string) (wa.MessageID, error) {
	return s.SendContent(phone, id, wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}})
}

// SendContent sends anything that a customer can send. Media without an id get
// one that the media endpoint knows, and a sample behind it. Raw is used as it is for contacts, orders
// and unsupported messages.
func (s *Simulator) SendContent(phone string, id wa.PhoneNumberID, content wa.Content) (wa.MessageID, error) {
	return s.fromPhone(phone, id, content, nil)
}

// fromPhone sends a content, with a file of its own or a sample.
func (s *Simulator) fromPhone(phone string, id wa.PhoneNumberID, content wa.Content, own *sample.File) (wa.MessageID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find(phone, id)
	if err != nil {
		return "", fmt.Errorf("send from phone: %w", err)
	}
	if content.Media != nil && content.Media.ID == "" {
		media := *content.Media
		content.Media = &media
		s.attach(&media, own)
	}
	now := s.Now()
	m := &message{chat: c, Bubble: newBubble(s.ids.WAMID(c.phone.key(), false), content, now)}
	item, err := inboundItem(m.ID, now, content)
	if err != nil {
		return "", fmt.Errorf("send from phone: %w", err)
	}
	setIf(item, "from", c.phone.visibleWaID())
	setIf(item, "from_user_id", c.phone.BSUID)
	c.number.pace.Charge(now)
	if content.Kind.OpensWindow() {
		c.lastInbound = now
	}
	s.place(m, content)
	s.enqueue(&update{
		number: c.number, field: "messages", part: "messages", contact: c.phone.contact(), item: item,
		label: "webhook " + string(content.Kind) + " " + tail(m.ID), lane: laneOf(id, c.phone.key()),
		accepted: func() {
			if m.raise(wa.StatusDelivered) {
				s.touch(c)
			}
		},
	})
	return m.ID, nil
}

// EchoFromApp sends a text from the number's phone app to a customer, as in
// coexistence: the customer reads it and the webhook gets an echo.
func (s *Simulator) EchoFromApp(id wa.PhoneNumberID, phone, text string) (wa.MessageID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find(phone, id)
	if err != nil {
		return "", fmt.Errorf("send from the app: %w", err)
	}
	now := s.Now()
	content := wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}}
	m := &message{chat: c, Bubble: newBubble(s.ids.WAMID(c.phone.key(), true), content, now)}
	m.FromBusiness = true
	item, err := inboundItem(m.ID, now, content)
	if err != nil {
		return "", fmt.Errorf("send from the app: %w", err)
	}
	item["from"] = c.number.Display
	setIf(item, "to", c.phone.visibleWaID())
	setIf(item, "to_user_id", c.phone.BSUID)
	s.place(m, content)
	s.enqueue(&update{
		number: c.number, field: "smb_message_echoes", part: "message_echoes", contact: c.phone.contact(), item: item,
		label: "echo " + tail(m.ID), lane: laneOf(id, c.phone.key()),
	})
	return m.ID, nil
}

// Recall puts a message on a phone that the engine knows from an earlier life of
// the phone. Nothing is delivered or reported for it.
func (s *Simulator) Recall(phone string, id wa.PhoneNumberID, known Recalled) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find(phone, id)
	if err != nil {
		return fmt.Errorf("recall: %w", err)
	}
	m := &message{chat: c, Bubble: newBubble(known.ID, known.Content, known.At), reported: true}
	if media := known.Content.Media; media != nil && media.ID != "" {
		f := &sample.File{MIME: media.MIME, Bytes: known.File}
		if len(known.File) == 0 {
			f = sample.Of(media.Type)
		}
		s.media[media.ID] = f
	}
	m.Status = known.Status
	if known.FromBusiness {
		m.FromBusiness, m.from, m.to = true, c.number, c.phone.key()
	} else if known.Content.Kind.OpensWindow() && known.At.After(c.lastInbound) {
		c.lastInbound = known.At
	}
	s.place(m, known.Content)
	return nil
}

// Recalled is a message as the engine knows it.
type Recalled struct {
	ID           wa.MessageID // as Meta names it
	FromBusiness bool
	Status       wa.Status
	At           time.Time
	Content      wa.Content
	File         []byte // of Content.Media; none: a sample
}

// place puts a message where the phone shows it: reactions, edits and revokes
// change the message that they name, the rest are bubbles of their own.
func (s *Simulator) place(m *message, content wa.Content) {
	s.remember(m)
	switch {
	case content.Reaction != nil:
		s.amend(content.Reaction.Target, m.chat, func(b *Bubble) { b.Reaction = content.Reaction.Emoji })
	case content.Edit != nil:
		s.amend(content.Edit.Target, m.chat, func(b *Bubble) { b.Text = content.Edit.Text })
	case content.Revoke != nil:
		s.amend(content.Revoke.Target, m.chat, func(b *Bubble) { b.Revoked, b.Text = true, "" })
	default:
		s.show(m)
	}
}

// amend changes a bubble of the same chat; others are not to be reached.
func (s *Simulator) amend(id wa.MessageID, c *chat, apply func(*Bubble)) {
	if target := s.known[id]; target != nil && target.chat == c {
		apply(&target.Bubble)
		s.touch(c)
	}
}

// newBubble shows a content.
func newBubble(id wa.MessageID, content wa.Content, at time.Time) Bubble {
	b := Bubble{ID: id, At: at, Kind: content.Kind, Quoted: content.Quoted, Status: wa.StatusSent}
	switch {
	case content.Text != nil:
		b.Text = content.Text.Body
	case content.Media != nil:
		b.Media, b.Text, b.File = content.Media.Type, content.Media.Caption, content.Media.ID
		if b.FileName = content.Media.FileName; b.Text == "" {
			b.Text = b.FileName
		}
	case content.Template != nil:
		b.showTemplate(content.Template)
	case content.Prompt != nil:
		b.showPrompt(content.Prompt)
	default:
		b.Text = content.PreviewText()
	}
	return b
}

// inboundItem writes a message in Meta's shape, without its sender.
func inboundItem(id wa.MessageID, at time.Time, c wa.Content) (object, error) {
	item := object{"id": string(id), "timestamp": strconv.FormatInt(at.Unix(), 10)}
	context := object{}
	setIf(context, "id", string(c.Quoted))
	if c.Forwarded {
		context["forwarded"] = true
	}
	if len(context) > 0 {
		item["context"] = context
	}
	switch {
	case c.Text != nil:
		item["type"], item["text"] = "text", object{"body": c.Text.Body}
	case c.Media != nil:
		item["type"], item[c.Media.Type] = c.Media.Type, mediaBody(c.Media)
	case c.Location != nil:
		item["type"], item["location"] = "location", c.Location
	case c.Interactive != nil:
		interactiveBody(item, c.Interactive)
	case c.Reaction != nil:
		body := object{"message_id": string(c.Reaction.Target)}
		setIf(body, "emoji", c.Reaction.Emoji)
		item["type"], item["reaction"] = "reaction", body
	case c.Edit != nil:
		item["type"], item["edit"] = "edit", object{
			"original_message_id": string(c.Edit.Target),
			"message":             object{"context": object{"id": "M0"}, "type": "text", "text": object{"body": c.Edit.Text}},
		}
	case c.Revoke != nil:
		item["type"], item["revoke"] = "revoke", object{"original_message_id": string(c.Revoke.Target)}
	case c.Kind == wa.KindContacts || c.Kind == wa.KindOrder:
		if !json.Valid(c.Raw) {
			return nil, fmt.Errorf("%s without raw content: %w", c.Kind, ErrBadRequest)
		}
		item["type"], item[string(c.Kind)] = string(c.Kind), c.Raw
	case c.Kind == wa.KindUnsupported:
		item["type"], item["errors"] = "unsupported", []object{webhookError(131051, "Message type is currently not supported.")}
	default:
		return nil, fmt.Errorf("%s cannot be sent from a phone: %w", c.Kind, ErrBadRequest)
	}
	return item, nil
}

func mediaBody(m *wa.Media) object {
	body := object{"id": m.ID, "mime_type": m.MIME, "sha256": m.SHA256}
	setIf(body, "caption", m.Caption)
	setIf(body, "filename", m.FileName)
	switch m.Type {
	case "audio":
		body["voice"] = m.Voice
	case "sticker":
		body["animated"] = m.Animated
	}
	return body
}

// interactiveBody writes an answer; a template's quick reply is a type of its own.
func interactiveBody(item object, i *wa.Interactive) {
	reply := object{"id": i.ID, "title": i.Title}
	switch i.Type {
	case "button":
		item["type"], item["button"] = "button", object{"payload": i.ID, "text": i.Title}
		return
	case "nfm_reply":
		reply = object{"name": i.ID, "body": i.Title, "response_json": string(i.Response)}
	case "list_reply":
		setIf(reply, "description", i.Description)
	}
	item["type"], item["interactive"] = "interactive", object{"type": i.Type, i.Type: reply}
}
