package orders

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// mediaBody is a file to send. Link is fetched by Meta: what stands there then is sent.
type mediaBody struct {
	File     string `json:"file" doc:"Id of an uploaded file" required:"false"`
	Link     string `json:"link" doc:"Instead of file: an address that Meta can fetch it from" required:"false"`
	Type     string `json:"type" doc:"How it is sent; a file that was uploaded knows it by itself" enum:"image,video,audio,document,sticker" required:"false"`
	Caption  string `json:"caption" doc:"At most 1024 characters; audio and stickers have none" required:"false"`
	FileName string `json:"file_name" doc:"Of a document, as the person sees it" required:"false"`
	Voice    bool   `json:"voice" doc:"A voice message: audio in Ogg with Opus" required:"false"`
}

// reactionBody marks a message; without an emoji it takes the mark back.
type reactionBody struct {
	Target string `json:"target" doc:"Id of the message"`
	Emoji  string `json:"emoji" doc:"One emoji; none takes the reaction back" required:"false"`
}

// one refuses a body that says several things, or nothing that goes with a quote.
func (b *SendBody) one() error {
	given := make([]string, 0, 2)
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"text", b.Text != ""},
		{"template", b.Template != nil},
		{"media", b.Media != nil},
		{"location", b.Location != nil},
		{"contacts", len(b.Contacts) > 0},
		{"reaction", b.Reaction != nil},
		{"interactive", b.Interactive != nil},
	} {
		if part.is {
			given = append(given, part.name)
		}
	}
	if len(given) > 1 {
		return badContent(given[1], "give one of "+strings.Join(given, " and ")+", not both")
	}
	if b.Quoted != "" && (b.Template != nil || b.Reaction != nil) {
		return badContent("quoted", "a template or a reaction quotes nothing: leave it out")
	}
	return nil
}

func badContent(field, detail string) error {
	p := problem.New(code.BadContent, detail)
	p.Field = field
	return p
}

// content is what the body says, cleaned of what cannot be stored. The conversation
// judges it.
func (b *SendBody) content() wa.Content {
	if b.said != nil {
		return *b.said
	}
	c := wa.Content{Quoted: wa.MessageID(wa.CleanText(b.Quoted))}
	switch {
	case b.Media != nil:
		m := b.Media
		c.Kind, c.Media = wa.KindMedia, &wa.Media{
			File: m.File, Link: m.Link, Type: m.Type, Caption: wa.CleanText(m.Caption), FileName: wa.CleanText(m.FileName), Voice: m.Voice,
		}
	case b.Location != nil:
		l := *b.Location
		l.Name, l.Address, l.URL = wa.CleanText(l.Name), wa.CleanText(l.Address), ""
		c.Kind, c.Location = wa.KindLocation, &l
	case len(b.Contacts) > 0:
		c.Kind, c.Contacts = wa.KindContacts, b.Contacts
	case b.Reaction != nil:
		c.Kind = wa.KindReaction
		c.Reaction = &wa.Reaction{Target: wa.MessageID(wa.CleanText(b.Reaction.Target)), Emoji: wa.CleanText(b.Reaction.Emoji)}
	case b.Interactive != nil:
		c.Kind, c.Prompt = wa.KindInteractive, b.Interactive
	default:
		body := wa.CleanText(b.Text)
		c.Kind, c.Text = wa.KindText, &wa.Text{Body: body, PreviewURL: strings.Contains(body, "https://") || strings.Contains(body, "http://")}
	}
	return c
}
