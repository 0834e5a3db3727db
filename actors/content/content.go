// Package content judges what a message of ours says: the limits of its kind, the file
// that it sends, the message that it quotes or reacts to, the template that it names.
// Who may send it, and when, is the conversation's to say.
package content

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Facts are what the store knows of what a content names; nil: nothing.
type Facts struct {
	Template *ledger.Template // nil: the tenant has no such number
	Message  *ledger.Message  // that it quotes or reacts to
	File     *ledger.UploadedFile
}

// Said is what a send says.
type Said struct {
	Stored   []byte // wa.Content as JSON
	Preview  string // one line for lists
	Class    actorpb.MessageClass
	File     *ledger.UploadedFile // that it sends; nil: none
	FileType string               // of media, as lists know it
}

// Of judges what an order says. Its error is a *refusal.Refusal that names the field.
func Of(c *actorpb.SendMessage, number wa.PhoneNumberID, known Facts, now time.Time) (Said, error) {
	if c.Template != nil {
		return fill(c, number, known.Template)
	}
	var content wa.Content
	err := json.Unmarshal(c.Content, &content)
	switch {
	case err != nil || string(content.Kind) != c.Kind:
		return Said{}, refusal.Of(code.BadContent, "content does not match its kind")
	case content.Kind == wa.KindTemplate:
		return Said{}, &refusal.Refusal{Code: code.BadContent, Detail: "a template is named, not written: see template", Field: "template"}
	}
	file, err := attach(c, &content, known.File)
	if err != nil {
		return Said{}, err
	}
	if err := content.Sendable(); err != nil {
		return Said{}, refusal.Content("text", err)
	}
	if err := checkAbout(c, &content, known.Message, now); err != nil {
		return Said{}, err
	}
	say := Said{Stored: c.Content, Preview: c.Preview, Class: actorpb.MessageClass_MESSAGE_CLASS_AGENT, File: file}
	if content.Media != nil {
		say.FileType = content.Media.FileType()
	}
	if file != nil { // the content says now what the file is
		say.Preview = content.PreviewText()
		say.Stored, err = json.Marshal(&content)
	}
	return say, err
}
