package cloudapi

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/wa"
)

// parts are the bodies that a message may have; Type names the one that counts.
// The new text of an edit comes in the same parts. A part of another JSON type
// than it should be is empty, and then no content.
type parts struct {
	Type        looseString      `json:"type"`
	Text        *textItem        `json:"text"`
	Image       *mediaItem       `json:"image"`
	Video       *mediaItem       `json:"video"`
	Audio       *mediaItem       `json:"audio"`
	Voice       *mediaItem       `json:"voice"`
	Document    *mediaItem       `json:"document"`
	Sticker     *mediaItem       `json:"sticker"`
	Location    *locationItem    `json:"location"`
	Contacts    json.RawMessage  `json:"contacts"`
	Interactive *interactiveItem `json:"interactive"`
	Button      *buttonItem      `json:"button"`
	Order       json.RawMessage  `json:"order"`
	Reaction    *reactionItem    `json:"reaction"`
	System      *systemItem      `json:"system"`
	Edit        *editItem        `json:"edit"`
	Revoke      *revokeItem      `json:"revoke"`
}

type textItem struct {
	Body looseString `json:"body"`
}

type mediaItem struct {
	ID       looseString `json:"id"`
	MIME     looseString `json:"mime_type"`
	SHA256   looseString `json:"sha256"`
	Caption  looseString `json:"caption"`
	FileName looseString `json:"filename"`
	Voice    looseBool   `json:"voice"`
	Animated looseBool   `json:"animated"`
}

type locationItem struct {
	Latitude  looseNumber `json:"latitude"`
	Longitude looseNumber `json:"longitude"`
	Name      looseString `json:"name"`
	Address   looseString `json:"address"`
	URL       looseString `json:"url"`
}

type buttonItem struct {
	Payload looseString `json:"payload"`
	Text    looseString `json:"text"`
}

type reactionItem struct {
	MessageID looseString `json:"message_id"`
	Emoji     looseString `json:"emoji"`
}

type systemItem struct {
	Type                 looseString `json:"type"`
	Body                 looseString `json:"body"`
	WaID                 looseString `json:"wa_id"`
	NewWaID              looseString `json:"new_wa_id"`
	UserID               looseString `json:"user_id"`
	PreviousUserID       looseString `json:"previous_user_id"`
	ParentUserID         looseString `json:"parent_user_id"`
	PreviousParentUserID looseString `json:"previous_parent_user_id"`
}

type editItem struct {
	OriginalMessageID looseString `json:"original_message_id"`
	Message           editedParts `json:"message"`
}

// editedParts is what an edit can change: a text or a caption.
type editedParts struct {
	Text     *textItem  `json:"text"`
	Image    *mediaItem `json:"image"`
	Video    *mediaItem `json:"video"`
	Document *mediaItem `json:"document"`
}

type revokeItem struct {
	OriginalMessageID looseString `json:"original_message_id"`
}

// partNames are the types that have a body, in the order in which one is looked
// for in a message without a type.
func partNames() []string {
	return []string{
		"text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "order",
		"interactive", "button", "reaction", "system", "edit", "revoke",
	}
}

// content maps the part that Type names; without a type, the one that is there.
// False means that it cannot be shown: an unknown type, or a body that is missing
// or cannot be read.
func (p *parts) content() (wa.Content, bool) {
	if p.Type != "" {
		return p.named(string(p.Type))
	}
	for _, name := range partNames() {
		if content, ok := p.named(name); ok {
			return content, true
		}
	}
	return wa.Content{}, false
}

func (p *parts) named(name string) (wa.Content, bool) {
	switch name {
	case "text":
		return p.Text.content()
	case "image":
		return p.Image.content(name)
	case "video":
		return p.Video.content(name)
	case "audio":
		return p.Audio.content(name)
	case "voice":
		return p.spoken()
	case "document":
		return p.Document.content(name)
	case "sticker":
		return p.Sticker.content(name)
	case "location":
		return p.Location.content()
	case "contacts":
		list := Cards(p.Contacts)
		return wa.Content{Kind: wa.KindContacts, Contacts: list, Raw: cleanRaw(p.Contacts)}, len(list) > 0
	case "order":
		return order(p.Order)
	case "interactive":
		return p.Interactive.content()
	case "button":
		return p.Button.content()
	case "reaction":
		return p.Reaction.content()
	case "system":
		return p.System.content()
	case "edit":
		return p.Edit.content()
	case "revoke":
		return p.Revoke.content()
	case wa.SystemWelcome: // retired by Meta in 2026, and still seen
		return wa.Content{Kind: wa.KindSystem, System: &wa.System{Type: name}}, true
	}
	return wa.Content{}, false
}

// spoken is a voice message under its older name, with its body under either.
func (p *parts) spoken() (wa.Content, bool) {
	item := p.Voice
	if item == nil {
		item = p.Audio
	}
	content, ok := item.content("audio")
	if ok {
		content.Media.Voice = true
	}
	return content, ok
}

func (t *textItem) content() (wa.Content, bool) {
	if t == nil || t.Body == "" {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: string(t.Body)}}, true
}

func (m *mediaItem) content(kind string) (wa.Content, bool) {
	if m == nil || *m == (mediaItem{}) {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindMedia, Media: &wa.Media{
		Type:     kind,
		ID:       string(m.ID),
		MIME:     string(m.MIME),
		SHA256:   string(m.SHA256),
		Caption:  string(m.Caption),
		FileName: string(m.FileName),
		Voice:    bool(m.Voice),
		Animated: bool(m.Animated),
	}}, true
}

// content needs both numbers: a place that is guessed is worse than none.
func (l *locationItem) content() (wa.Content, bool) {
	if l == nil || !l.Latitude.known || !l.Longitude.known {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindLocation, Location: &wa.Location{
		Latitude: l.Latitude.value, Longitude: l.Longitude.value,
		Name: string(l.Name), Address: string(l.Address), URL: string(l.URL),
	}}, true
}

func (b *buttonItem) content() (wa.Content, bool) {
	if b == nil || *b == (buttonItem{}) {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindInteractive, Interactive: &wa.Interactive{
		Type: "button", ID: string(b.Payload), Title: string(b.Text),
	}}, true
}

func (r *reactionItem) content() (wa.Content, bool) {
	if r == nil || r.MessageID == "" {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{
		Target: wa.MessageID(r.MessageID), Emoji: string(r.Emoji),
	}}, true
}

func (s *systemItem) content() (wa.Content, bool) {
	if s == nil || *s == (systemItem{}) {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindSystem, System: &wa.System{Type: string(s.Type), Body: string(s.Body)}}, true
}

func (e *editItem) content() (wa.Content, bool) {
	if e == nil || e.OriginalMessageID == "" {
		return wa.Content{}, false
	}
	text, ok := e.Message.text()
	return wa.Content{Kind: wa.KindEdit, Edit: &wa.Edit{
		Target: wa.MessageID(e.OriginalMessageID), Text: text,
	}}, ok
}

// text is the new wording. A caption may have become empty; a text cannot, and one
// that cannot be read must not empty the message that it is about.
func (p *editedParts) text() (string, bool) {
	if p.Text != nil {
		return string(p.Text.Body), p.Text.Body != ""
	}
	for _, media := range []*mediaItem{p.Image, p.Video, p.Document} {
		if media != nil {
			return string(media.Caption), *media != mediaItem{}
		}
	}
	return "", false
}

func (r *revokeItem) content() (wa.Content, bool) {
	if r == nil || r.OriginalMessageID == "" {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindRevoke, Revoke: &wa.Revoke{Target: wa.MessageID(r.OriginalMessageID)}}, true
}
