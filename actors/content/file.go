package content

import (
	"cmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Reasons for which a file is not sent, beside the rules of its kind.
const (
	ReasonNoFile  = "no_file"  // expired, removed, or another's
	ReasonNoVoice = "no_voice" // of a voice message: it is no Opus in Ogg of one channel
)

// attach judges the upload that a content sends, and writes into the content what the
// file is. nil: it sends none.
func attach(c *actorpb.SendMessage, content *wa.Content, file *ledger.UploadedFile) (*ledger.UploadedFile, error) {
	m, field := content.Attachment(), "media"
	if content.Prompt != nil {
		field = "interactive.media"
	}
	switch {
	case m == nil || m.File == "":
		if c.File != "" {
			return nil, refusal.Of(code.BadContent, "content does not send the file that the command names")
		}
		return nil, nil
	case m.File != c.File:
		return nil, refusal.Of(code.BadContent, "content sends another file than the command names")
	case file == nil || !file.Shared && file.By != actorpb.PartyID(c.By):
		return nil, &refusal.Refusal{
			Code: code.BadContent, Field: field + ".file", Reason: ReasonNoFile,
			Detail: "there is no such file of yours, or it was not sent within a day: upload it again",
		}
	}
	kinds := file.Kinds()
	if m.Type == "" && len(kinds) > 0 {
		m.Type = kinds[0]
	}
	if err := file.SendableAs(m.Type, field+".file"); err != nil {
		return nil, refusal.Content(field+".file", err)
	}
	if m.Voice && !file.Voice {
		return nil, &refusal.Refusal{
			Code: code.BadContent, Field: field + ".voice", Reason: ReasonNoVoice,
			Detail: "a voice message is Opus in Ogg with one channel: send this as audio",
		}
	}
	m.MIME, m.SHA256, m.Animated, m.ID, m.Link = file.MIME, file.SHA256, file.Animated, "", ""
	if m.FileName = wa.FileName(m.FileName); m.Type == wa.MediaDocument {
		m.FileName = cmp.Or(m.FileName, file.Name)
	}
	return file, nil
}
