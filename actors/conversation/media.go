package conversation

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// WantedMedia asks for the file of a message. It becomes a row that the relay
// fetches; the outcome comes back as RecordMedia.
type WantedMedia struct {
	MessageID wa.MessageID
	MediaID   string
	MIME      string
	SHA256    string
	FileName  string
}

// KnownMedia is what became of a file, read from its row.
type KnownMedia struct {
	Ended  bool // fetched, or given up
	Told   bool // recorded before
	Kept   bool
	Reason wa.MediaReason
	Size   int64
}

// fileOf is the file of an inbound message. A content that cannot be read has
// none: the message itself counts.
func fileOf(c *actorpb.ReceiveInbound) *wa.Media {
	var content wa.Content
	if json.Unmarshal(c.Content, &content) != nil || content.Media == nil {
		return &wa.Media{}
	}
	return content.Media
}

// fileType is what lists call a file without a caption.
func fileType(m *wa.Media) string {
	switch {
	case m.Voice:
		return "voice"
	case !wa.Storable(m.Type, maxKind):
		return ""
	}
	return m.Type
}

// wantedMedia asks for a file, if Meta names one.
func wantedMedia(c *actorpb.ReceiveInbound, m *wa.Media) []WantedMedia {
	if m.ID == "" {
		return nil
	}
	return []WantedMedia{{
		MessageID: wa.MessageID(c.MessageId), MediaID: wa.CleanText(m.ID), MIME: wa.CleanText(m.MIME),
		SHA256: wa.CleanText(m.SHA256), FileName: wa.CleanText(m.FileName),
	}}
}

// recordMedia notes once what became of a file. A file that is wanted again will
// be told of again.
func (s *State) recordMedia(c *actorpb.RecordMedia, facts Facts) (Decision, error) {
	switch m := facts.Media; {
	case m == nil:
		return Decision{}, refuse(NotFound, "no file of such a message is known")
	case !m.Ended || m.Told:
		return already(c.MessageId), nil
	default:
		return Decision{
			Events: []Event{&actorpb.MediaRecorded{
				MessageId: c.MessageId, Kept: m.Kept, Reason: string(m.Reason), Size: m.Size,
			}},
			Outcome: &actorpb.Outcome{MessageId: c.MessageId},
		}, nil
	}
}
