package simulator

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
)

func itoa(n int) string { return strconv.Itoa(n) }

// request is the body of the messages endpoint.
type request struct {
	MessagingProduct string `json:"messaging_product"`
	RecipientType    string `json:"recipient_type"`
	To               string `json:"to"`
	Recipient        string `json:"recipient"`
	Type             string `json:"type"`
	Opaque           string `json:"biz_opaque_callback_data"`
	Context          struct {
		MessageID wa.MessageID `json:"message_id"`
	} `json:"context"`

	Text     *wa.Text         `json:"text"`
	Template *templateRequest `json:"template"`
	Reaction *struct {
		MessageID wa.MessageID `json:"message_id"`
		Emoji     string       `json:"emoji"`
	} `json:"reaction"`
	Interactive *struct {
		Body struct{ Text string } `json:"body"`
	} `json:"interactive"`
	Location *struct {
		Name string `json:"name"`
	} `json:"location"`
	Contacts json.RawMessage `json:"contacts"`
	Image    *mediaRequest   `json:"image"`
	Video    *mediaRequest   `json:"video"`
	Audio    *mediaRequest   `json:"audio"`
	Document *mediaRequest   `json:"document"`
	Sticker  *mediaRequest   `json:"sticker"`

	// Of read marks.
	Status    string       `json:"status"`
	MessageID wa.MessageID `json:"message_id"`
	Typing    *struct {
		Type string `json:"type"`
	} `json:"typing_indicator"`
}

type mediaRequest struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	FileName string `json:"filename"`
}

// content reads what a send says, or why Meta would refuse it.
func (r *request) content() (wa.Content, *graphError) {
	c := wa.Content{Quoted: r.Context.MessageID}
	switch r.Type {
	case "", "text":
		switch {
		case r.Text == nil || r.Text.Body == "":
			return c, newError(100, "The parameter text.body is required.")
		case utf8.RuneCountInString(r.Text.Body) > wa.MaxTextLength:
			return c, newError(100, "Param text['body'] must be at most 4096 characters long.")
		}
		c.Kind, c.Text = wa.KindText, r.Text
		return c, nil
	case "template":
		if r.Template == nil || r.Template.Name == "" || r.Template.Language.Code == "" {
			return c, newError(131008, "The parameters template.name and template.language.code are required.")
		}
		c.Kind = wa.KindTemplate
		return c, nil
	case "reaction":
		if r.Reaction == nil || r.Reaction.MessageID == "" {
			return c, newError(131008, "The parameter reaction.message_id is required.")
		}
		c.Kind, c.Reaction = wa.KindReaction, &wa.Reaction{Target: r.Reaction.MessageID, Emoji: r.Reaction.Emoji}
		return c, nil
	case "interactive":
		if r.Interactive == nil {
			return c, newError(131008, "The parameter interactive is required.")
		}
		c.Kind, c.Text = wa.KindInteractive, &wa.Text{Body: r.Interactive.Body.Text}
		return c, nil
	case "location":
		if r.Location == nil {
			return c, newError(131008, "The parameter location is required.")
		}
		c.Kind, c.Location = wa.KindLocation, &wa.Location{Name: r.Location.Name}
		return c, nil
	case "contacts":
		c.Kind = wa.KindContacts
		return c, nil
	}
	return r.mediaContent(c)
}

func (r *request) mediaContent(c wa.Content) (wa.Content, *graphError) {
	media := map[string]*mediaRequest{
		"image": r.Image, "video": r.Video, "audio": r.Audio, "document": r.Document, "sticker": r.Sticker,
	}
	m, known := media[r.Type]
	switch {
	case !known:
		return c, newError(100, "Param type has a value that is not allowed.")
	case m == nil || m.ID == "" && m.Link == "":
		return c, newError(131008, "A media message needs an id or a link.")
	case utf8.RuneCountInString(m.Caption) > 1024:
		return c, newError(131009, "A caption must be at most 1024 characters long.")
	}
	c.Kind = wa.KindMedia
	c.Media = &wa.Media{Type: r.Type, ID: m.ID, Link: m.Link, Caption: m.Caption, FileName: m.FileName}
	return c, nil
}
