package cloudapi

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/wa"
)

// parts are the bodies that a message may have; Type names the one that counts.
// The new text of an edit comes in the same parts.
type parts struct {
	Type        string           `json:"type"`
	Text        *textItem        `json:"text"`
	Image       *mediaItem       `json:"image"`
	Video       *mediaItem       `json:"video"`
	Audio       *mediaItem       `json:"audio"`
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
	Body string `json:"body"`
}

type mediaItem struct {
	ID       looseString `json:"id"`
	MIME     string      `json:"mime_type"`
	SHA256   string      `json:"sha256"`
	Caption  string      `json:"caption"`
	FileName string      `json:"filename"`
	Voice    bool        `json:"voice"`
	Animated bool        `json:"animated"`
}

type locationItem struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
	URL       string  `json:"url"`
}

type buttonItem struct {
	Payload looseString `json:"payload"`
	Text    string      `json:"text"`
}

type reactionItem struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type systemItem struct {
	Type                 string      `json:"type"`
	Body                 string      `json:"body"`
	WaID                 looseString `json:"wa_id"`
	NewWaID              looseString `json:"new_wa_id"`
	UserID               looseString `json:"user_id"`
	PreviousUserID       looseString `json:"previous_user_id"`
	ParentUserID         looseString `json:"parent_user_id"`
	PreviousParentUserID looseString `json:"previous_parent_user_id"`
}

type editItem struct {
	OriginalMessageID string      `json:"original_message_id"`
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
	OriginalMessageID string `json:"original_message_id"`
}

// content maps the part that Type names. False means that it cannot be shown:
// an unknown type, or a known one whose body is missing.
func (p *parts) content() (wa.Content, bool) {
	switch p.Type {
	case "text":
		return p.Text.content()
	case "image":
		return p.Image.content(p.Type)
	case "video":
		return p.Video.content(p.Type)
	case "audio":
		return p.Audio.content(p.Type)
	case "document":
		return p.Document.content(p.Type)
	case "sticker":
		return p.Sticker.content(p.Type)
	case "location":
		return p.Location.content()
	case "contacts":
		return wa.Content{Kind: wa.KindContacts, Raw: cleanRaw(p.Contacts)}, isArray(p.Contacts)
	case "order":
		return wa.Content{Kind: wa.KindOrder, Raw: cleanRaw(p.Order)}, isObject(p.Order)
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
	}
	return wa.Content{}, false
}

func (t *textItem) content() (wa.Content, bool) {
	if t == nil {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: wa.CleanText(t.Body)}}, true
}

func (m *mediaItem) content(kind string) (wa.Content, bool) {
	if m == nil {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindMedia, Media: &wa.Media{
		Type:     kind,
		ID:       string(m.ID),
		MIME:     wa.CleanText(m.MIME),
		SHA256:   wa.CleanText(m.SHA256),
		Caption:  wa.CleanText(m.Caption),
		FileName: wa.CleanText(m.FileName),
		Voice:    m.Voice,
		Animated: m.Animated,
	}}, true
}

func (l *locationItem) content() (wa.Content, bool) {
	if l == nil {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindLocation, Location: &wa.Location{
		Latitude: l.Latitude, Longitude: l.Longitude,
		Name: wa.CleanText(l.Name), Address: wa.CleanText(l.Address), URL: wa.CleanText(l.URL),
	}}, true
}

func (b *buttonItem) content() (wa.Content, bool) {
	if b == nil {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindInteractive, Interactive: &wa.Interactive{
		Type: "button", ID: string(b.Payload), Title: wa.CleanText(b.Text),
	}}, true
}

func (r *reactionItem) content() (wa.Content, bool) {
	if r == nil || r.MessageID == "" {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{
		Target: wa.MessageID(wa.CleanText(r.MessageID)), Emoji: wa.CleanText(r.Emoji),
	}}, true
}

func (s *systemItem) content() (wa.Content, bool) {
	if s == nil {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindSystem, System: &wa.System{
		Type: wa.CleanText(s.Type), Body: wa.CleanText(s.Body),
	}}, true
}

func (e *editItem) content() (wa.Content, bool) {
	if e == nil || e.OriginalMessageID == "" {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindEdit, Edit: &wa.Edit{
		Target: wa.MessageID(wa.CleanText(e.OriginalMessageID)), Text: wa.CleanText(e.Message.text()),
	}}, true
}

func (p *editedParts) text() string {
	if p.Text != nil {
		return p.Text.Body
	}
	for _, media := range []*mediaItem{p.Image, p.Video, p.Document} {
		if media != nil {
			return media.Caption
		}
	}
	return ""
}

func (r *revokeItem) content() (wa.Content, bool) {
	if r == nil || r.OriginalMessageID == "" {
		return wa.Content{}, false
	}
	return wa.Content{Kind: wa.KindRevoke, Revoke: &wa.Revoke{
		Target: wa.MessageID(wa.CleanText(r.OriginalMessageID)),
	}}, true
}
