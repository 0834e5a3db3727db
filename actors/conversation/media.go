package conversation

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// fileOf is the file of an inbound message. A content that cannot be read has
// none: the message itself counts.
func fileOf(c *actorpb.ReceiveInbound) *wa.Media {
	var content wa.Content
	if json.Unmarshal(c.Content, &content) != nil || content.Media == nil {
		return &wa.Media{}
	}
	return content.Media
}

// maxFileWord bounds what Meta says of a file, in bytes. A longer id is none of Meta's, and
// its file is not found.
const maxFileWord = 640

// wantedFile asks for a file, if Meta names one. The outcome comes back as
// RecordMedia.
func (s *State) wantedFile(c *actorpb.ReceiveInbound, m *wa.Media, now time.Time) []ledger.Effect {
	if m.ID == "" {
		return nil
	}
	// Cut to what an effect may carry, each byte escaped: the message has them whole.
	file := ledger.File{
		MediaID: wa.Trimmed(m.ID, maxFileWord), MIME: wa.Trimmed(m.MIME, maxFileWord), SHA256: wa.Trimmed(m.SHA256, maxFileWord),
		Name: wa.Trimmed(m.FileName, maxFileWord), WantedAt: now.UTC(),
	}
	return []ledger.Effect{{EffectRef: s.fileRef(c.MessageId, 1), NotBefore: now, Body: file.Body()}}
}

// recordMedia notes once what became of a file. One that is wanted again is another
// attempt, which is told of again.
func (s *State) recordMedia(c *actorpb.RecordMedia, facts Facts) (Decision, error) {
	if !facts.UnderWay {
		return already(c.MessageId), nil
	}
	return Decision{
		Events: []Event{&actorpb.MediaRecorded{
			MessageId: c.MessageId, Attempt: c.Attempt, Kept: c.Kept, Reason: wa.Trimmed(c.Reason, maxReason), Size: c.Size,
		}},
		Outcome: &actorpb.Outcome{MessageId: c.MessageId},
	}, nil
}
