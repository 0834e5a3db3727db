package sendbody

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Body is the request. To is a phone or a group, Recipient a business-scoped id; Type
// names the one part that is set. Of read marks it is Status and MessageID.
type Body struct {
	MessagingProduct string   `json:"messaging_product"`
	RecipientType    string   `json:"recipient_type,omitempty"`
	To               string   `json:"to,omitempty"`
	Recipient        string   `json:"recipient,omitempty"`
	Context          *Context `json:"context,omitempty"`
	Opaque           string   `json:"biz_opaque_callback_data,omitempty"`
	Type             string   `json:"type,omitempty"`

	Text        *wa.Text        `json:"text,omitempty"`
	Template    *Template       `json:"template,omitempty"`
	Image       *Media          `json:"image,omitempty"`
	Video       *Media          `json:"video,omitempty"`
	Audio       *Media          `json:"audio,omitempty"`
	Document    *Media          `json:"document,omitempty"`
	Sticker     *Media          `json:"sticker,omitempty"`
	Location    *Location       `json:"location,omitempty"`
	Contacts    json.RawMessage `json:"contacts,omitempty"`
	Reaction    *Reaction       `json:"reaction,omitempty"`
	Interactive *Interactive    `json:"interactive,omitempty"`

	Status    string       `json:"status,omitempty"`
	MessageID wa.MessageID `json:"message_id,omitempty"`
	Typing    *Typing      `json:"typing_indicator,omitempty"`
}

// Context makes the message a quoted reply.
type Context struct {
	MessageID wa.MessageID `json:"message_id"`
}

// Typing shows that an answer is being written.
type Typing struct {
	Type string `json:"type"`
}

// Template is an approved message and what fills it.
type Template struct {
	Name       string          `json:"name"`
	Language   Locale          `json:"language"`
	Components json.RawMessage `json:"components,omitempty"`
}

// Locale is a language as Meta writes it.
type Locale struct {
	Policy string `json:"policy,omitempty"` // deterministic, the only one there is
	Code   string `json:"code"`
}

// Media is a file, by Meta's id or by an address that Meta fetches it from.
type Media struct {
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	Caption  string `json:"caption,omitempty"`
	FileName string `json:"filename,omitempty"` // of documents
	Voice    bool   `json:"voice,omitempty"`    // of audio
}

// Location is a point.
type Location struct {
	Latitude  Degrees `json:"latitude"`
	Longitude Degrees `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Degrees are written as text, as Meta's reference has them, and read as text or number.
type Degrees float64

// MarshalJSON writes "1.5".
func (d Degrees) MarshalJSON() ([]byte, error) {
	return []byte(`"` + strconv.FormatFloat(float64(d), 'f', -1, 64) + `"`), nil
}

// UnmarshalJSON takes 1.5 and "1.5".
func (d *Degrees) UnmarshalJSON(b []byte) error {
	return json.Unmarshal([]byte(strings.Trim(string(b), `"`)), (*float64)(d))
}

// Reaction marks a message. No emoji takes the mark back.
type Reaction struct {
	MessageID wa.MessageID `json:"message_id"`
	Emoji     string       `json:"emoji"`
}

// Of writes a message of ours, which has been found sendable. A quoted or marked message
// is named as Meta names it. Its file has an id or an address of Meta's by now.
func Of(to wa.Alias, c *wa.Content, opaque string) *Body {
	b := &Body{MessagingProduct: "whatsapp", RecipientType: "individual", Opaque: opaque, Type: string(c.Kind)}
	b.address(to)
	if c.Quoted != "" && c.Kind != wa.KindReaction {
		b.Context = &Context{c.Quoted}
	}
	switch c.Kind {
	case wa.KindText:
		b.Text = c.Text
	case wa.KindTemplate:
		b.Template = &Template{Name: c.Template.Name, Language: Locale{Code: c.Template.Language}, Components: c.Template.Components}
	case wa.KindMedia:
		b.media(c.Media)
	case wa.KindLocation:
		l := c.Location
		b.Location = &Location{Degrees(l.Latitude), Degrees(l.Longitude), l.Name, l.Address}
	case wa.KindContacts:
		if b.Contacts = c.Raw; len(b.Contacts) == 0 {
			b.Contacts = cards(c.Contacts)
		}
	case wa.KindReaction:
		b.Reaction = &Reaction{c.Reaction.Target, c.Reaction.Emoji}
	case wa.KindInteractive:
		b.Interactive = interactive(c.Prompt)
	}
	return b
}

// address puts a phone and a group in to, a business-scoped id in recipient. A phone
// without plus would be read as one of the business's own country.
func (b *Body) address(to wa.Alias) {
	switch to.Kind {
	case wa.AliasBSUID, wa.AliasParentBSUID:
		b.Recipient = to.Value
	case wa.AliasGroup:
		b.RecipientType, b.To = "group", to.Value
	default:
		b.To = "+" + strings.TrimPrefix(to.Value, "+")
	}
}

func (b *Body) media(m *wa.Media) {
	b.Type = m.Type
	part := &Media{ID: m.ID, Link: m.Link, Caption: m.Caption}
	switch m.Type {
	case "image":
		b.Image = part
	case "video":
		b.Video = part
	case "audio":
		part.Voice, b.Audio = m.Voice, part
	case "sticker":
		b.Sticker = part
	default:
		part.FileName, b.Document = m.FileName, part
	}
}

// card is one contact as Meta takes it: a first name is needed beside the whole one.
type card struct {
	Name struct {
		Formatted string `json:"formatted_name"`
		First     string `json:"first_name"`
	} `json:"name"`
	Org    *cardOrg    `json:"org,omitempty"`
	Phones []cardPhone `json:"phones,omitempty"`
	Emails []cardEmail `json:"emails,omitempty"`
}

type cardOrg struct {
	Company string `json:"company"`
}

type cardPhone struct {
	Phone string `json:"phone"`
	Type  string `json:"type,omitempty"`
	WaID  string `json:"wa_id,omitempty"`
}

type cardEmail struct {
	Email string `json:"email"`
	Type  string `json:"type,omitempty"`
}

func cards(list []wa.Card) json.RawMessage {
	out := make([]card, len(list))
	for n := range list {
		c := &list[n]
		out[n].Name.Formatted = c.Name
		out[n].Name.First, _, _ = strings.Cut(c.Name, " ")
		if c.Organisation != "" {
			out[n].Org = &cardOrg{c.Organisation}
		}
		for _, p := range c.Phones {
			out[n].Phones = append(out[n].Phones, cardPhone{Phone: p.Value, Type: p.Type, WaID: waID(p.Value)})
		}
		for _, e := range c.Emails {
			out[n].Emails = append(out[n].Emails, cardEmail{e.Value, e.Type})
		}
	}
	encoded, _ := json.Marshal(out) // strings alone
	return encoded
}

// waID is the number of a phone that is written with its country, by which WhatsApp
// offers to write to it; "" of any other.
func waID(phone string) string {
	if !strings.HasPrefix(phone, "+") {
		return ""
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if len(digits) < 8 || len(digits) > 15 { // E.164
		return ""
	}
	return digits
}
