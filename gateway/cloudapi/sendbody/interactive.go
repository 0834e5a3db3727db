package sendbody

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Interactive is a message that the person taps on.
type Interactive struct {
	Type   wa.PromptType `json:"type"`
	Header *Header       `json:"header,omitempty"`
	Body   *Line         `json:"body,omitempty"`
	Footer *Line         `json:"footer,omitempty"`
	Action *Action       `json:"action,omitempty"`
}

// Header stands above the body: a text or a file.
type Header struct {
	Type     string `json:"type"` // text, image, video, document
	Text     string `json:"text,omitempty"`
	Image    *Media `json:"image,omitempty"`
	Video    *Media `json:"video,omitempty"`
	Document *Media `json:"document,omitempty"`
}

// Line is a text.
type Line struct {
	Text string `json:"text"`
}

// Action is what can be tapped.
type Action struct {
	Name       string          `json:"name,omitempty"`
	Button     string          `json:"button,omitempty"`
	Buttons    []Button        `json:"buttons,omitempty"`
	Sections   []Section       `json:"sections,omitempty"`
	Catalog    string          `json:"catalog_id,omitempty"`
	Product    string          `json:"product_retailer_id,omitempty"`
	Parameters json.RawMessage `json:"parameters,omitempty"`
}

// Button is a quick answer.
type Button struct {
	Type  string `json:"type"` // reply
	Reply struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"reply"`
}

// Section is a part of a list.
type Section struct {
	Title    string      `json:"title,omitempty"`
	Rows     []wa.Choice `json:"rows,omitempty"`
	Products []Product   `json:"product_items,omitempty"`
}

// Product is one of a catalogue.
type Product struct {
	ID string `json:"product_retailer_id"`
}

type linkParameters struct {
	Label string `json:"display_text"`
	URL   string `json:"url"`
}

type catalogParameters struct {
	Picture string `json:"thumbnail_product_retailer_id"`
}

type flowParameters struct {
	Version string          `json:"flow_message_version"`
	ID      string          `json:"flow_id,omitempty"`
	Name    string          `json:"flow_name,omitempty"`
	Token   string          `json:"flow_token,omitempty"`
	Label   string          `json:"flow_cta"`
	Mode    string          `json:"mode,omitempty"`
	Action  string          `json:"flow_action,omitempty"`
	Payload json.RawMessage `json:"flow_action_payload,omitempty"`
}

// Names of actions, where the type has one.
const (
	actionLink        = "cta_url"
	actionLocation    = "send_location"
	actionContactInfo = "request_contact_info"
	actionCatalog     = "catalog_message"
	actionFlow        = "flow"
	flowVersion       = "3"
)

func interactive(p *wa.Prompt) *Interactive {
	i := &Interactive{Type: p.Type, Header: header(p), Body: line(p.Body), Footer: line(p.Footer)}
	a := &Action{Catalog: p.Catalog}
	switch p.Type {
	case wa.PromptButtons:
		for _, b := range p.Buttons {
			button := Button{Type: "reply"}
			button.Reply.ID, button.Reply.Title = b.ID, b.Title
			a.Buttons = append(a.Buttons, button)
		}
	case wa.PromptList:
		a.Button, a.Sections = p.Label, sections(p.Sections)
	case wa.PromptProducts:
		a.Sections = sections(p.Sections)
	case wa.PromptProduct:
		a.Product = p.Product
	case wa.PromptLink:
		a.Name, a.Parameters = actionLink, parameters(linkParameters{p.Label, p.URL})
	case wa.PromptLocation:
		a.Name = actionLocation
	case wa.PromptContactInfo:
		a.Name = actionContactInfo
	case wa.PromptCatalog:
		a.Name = actionCatalog
		if p.Product != "" {
			a.Parameters = parameters(catalogParameters{p.Product})
		}
	case wa.PromptFlow:
		f := p.Flow
		a.Name, a.Parameters = actionFlow, parameters(flowParameters{
			flowVersion, f.ID, f.Name, f.Token, p.Label, f.Mode, f.Action, f.Payload,
		})
	}
	i.Action = a
	return i
}

func header(p *wa.Prompt) *Header {
	switch {
	case p.Header != nil:
		return &Header{Type: "text", Text: p.Header.Text}
	case p.Media == nil:
		return nil
	}
	h := &Header{Type: p.Media.Type}
	part := &Media{ID: p.Media.ID, Link: p.Media.Link}
	switch p.Media.Type {
	case "image":
		h.Image = part
	case "video":
		h.Video = part
	default:
		part.FileName, h.Document = p.Media.FileName, part
	}
	return h
}

func line(text string) *Line {
	if text == "" {
		return nil
	}
	return &Line{text}
}

func sections(list []wa.Section) []Section {
	out := make([]Section, len(list))
	for n, s := range list {
		out[n] = Section{Title: s.Title, Rows: s.Rows}
		for _, p := range s.Products {
			out[n].Products = append(out[n].Products, Product{p})
		}
	}
	return out
}

// parameters encodes what holds strings and JSON that has been checked.
func parameters(of any) json.RawMessage {
	encoded, _ := json.Marshal(of)
	return encoded
}
