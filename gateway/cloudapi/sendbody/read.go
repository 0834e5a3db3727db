package sendbody

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Content reads the message of a request: what is missing is missing in it, and its
// Sendable says so. A template has its name, language and components alone. A file has
// the id or address that the request gave. Cards are the contacts as parsed by the
// caller, who knows how.
func (b *Body) Content(cards func(json.RawMessage) []wa.Card) wa.Content {
	c := wa.Content{}
	if b.Context != nil {
		c.Quoted = b.Context.MessageID
	}
	switch b.Type {
	case "", "text":
		c.Kind, c.Text = wa.KindText, b.Text
	case "template":
		c.Kind = wa.KindTemplate
		if t := b.Template; t != nil {
			c.Template = &wa.Template{Name: t.Name, Language: t.Language.Code, Components: t.Components}
		}
	case "image", "video", "audio", "document", "sticker":
		c.Kind, c.Media = wa.KindMedia, b.file()
	case "location":
		c.Kind = wa.KindLocation
		if l := b.Location; l != nil {
			c.Location = &wa.Location{Latitude: float64(l.Latitude), Longitude: float64(l.Longitude), Name: l.Name, Address: l.Address}
		}
	case "contacts":
		c.Kind, c.Raw = wa.KindContacts, b.Contacts
		c.Contacts = cards(b.Contacts)
	case "reaction":
		c.Kind = wa.KindReaction
		if r := b.Reaction; r != nil {
			c.Reaction = &wa.Reaction{Target: r.MessageID, Emoji: r.Emoji}
		}
	case "interactive":
		c.Kind = wa.KindInteractive
		if b.Interactive != nil {
			c.Prompt = b.Interactive.prompt()
		}
	default:
		c.Kind = wa.KindUnsupported
	}
	return c
}

func (b *Body) file() *wa.Media {
	part := map[string]*Media{
		"image": b.Image, "video": b.Video, "audio": b.Audio, "document": b.Document, "sticker": b.Sticker,
	}[b.Type]
	if part == nil {
		return nil
	}
	return part.content(b.Type)
}

func (m *Media) content(kind string) *wa.Media {
	return &wa.Media{Type: kind, ID: m.ID, Link: m.Link, Caption: m.Caption, FileName: m.FileName, Voice: m.Voice}
}

// prompt reads an interactive message.
func (i *Interactive) prompt() *wa.Prompt {
	p := &wa.Prompt{Type: i.Type, Body: i.Body.text(), Footer: i.Footer.text()}
	if h := i.Header; h != nil {
		if part := h.file(); part != nil {
			p.Media = part.content(h.Type)
		} else {
			p.Header = &wa.PromptHeader{Text: h.Text}
		}
	}
	a := i.Action
	if a == nil {
		return p
	}
	p.Catalog, p.Product = a.Catalog, a.Product
	for _, b := range a.Buttons {
		p.Buttons = append(p.Buttons, wa.Choice{ID: b.Reply.ID, Title: b.Reply.Title})
	}
	for _, s := range a.Sections {
		section := wa.Section{Title: s.Title, Rows: s.Rows}
		for _, product := range s.Products {
			section.Products = append(section.Products, product.ID)
		}
		p.Sections = append(p.Sections, section)
	}
	p.Label = a.Button
	switch p.Type {
	case wa.PromptLink:
		link := read[linkParameters](a.Parameters)
		p.Label, p.URL = link.Label, link.URL
	case wa.PromptCatalog:
		p.Product = read[catalogParameters](a.Parameters).Picture
	case wa.PromptFlow:
		f := read[flowParameters](a.Parameters)
		p.Label = f.Label
		p.Flow = &wa.Flow{ID: f.ID, Name: f.Name, Token: f.Token, Mode: f.Mode, Action: f.Action, Payload: f.Payload}
	}
	return p
}

func (h *Header) file() *Media {
	switch h.Type {
	case "image":
		return h.Image
	case "video":
		return h.Video
	case "document":
		return h.Document
	}
	return nil
}

func (l *Line) text() string {
	if l == nil {
		return ""
	}
	return l.Text
}

// read decodes parameters; of those that have another shape nothing is known.
func read[T any](parameters json.RawMessage) (of T) {
	_ = json.Unmarshal(parameters, &of)
	return of
}
