package conversation_test

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// message is what the store has of a message that a send is about: nil for none.
func (w *world) message(id wa.MessageID) *ledger.Message {
	if id == "" {
		return nil
	}
	for _, j := range w.journal {
		switch e := j.event.(type) {
		case *actorpb.InboundReceived:
			if e.MessageId == string(id) {
				return &ledger.Message{ID: id, Kind: wa.ContentKind(e.Kind), SentAt: time.UnixMilli(e.SentAtMs)}
			}
		case *actorpb.SendRequested:
			if e.MessageId == string(id) {
				return &ledger.Message{ID: id, Direction: ledger.DirectionOut, Kind: wa.ContentKind(e.Kind), SentAt: j.at}
			}
		case *actorpb.SendScheduled:
			if e.MessageId == string(id) && !w.erased[id] {
				return &ledger.Message{
					ID: id, Direction: ledger.DirectionOut, Kind: wa.ContentKind(e.Kind), SentAt: j.at, Author: e.Author, Content: w.contents[id],
				}
			}
		case *actorpb.NoteAdded:
			if e.NoteId == string(id) {
				return &ledger.Message{ID: id, Direction: ledger.DirectionNote, Kind: wa.KindNote, SentAt: j.at}
			}
		}
	}
	return nil
}

// about has a send quote a message, or mark it.
func (s *script) about(l line, c *actorpb.SendMessage) {
	switch {
	case l.verb == "react":
		target := wa.MessageID(s.id(l.pairs["target"]))
		content := wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: target, Emoji: l.text}}
		c.Kind, c.Content, c.About = string(content.Kind), encoded(content), string(target)
	case l.pairs["quoted"] != "":
		quoted := wa.MessageID(s.id(l.pairs["quoted"]))
		c.Content = encoded(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: l.text}, Quoted: quoted})
		c.About = string(quoted)
	}
	if l.has("first") {
		c.Start = &actorpb.Start{TenantId: "acme", TeamId: "sales", ContactName: "Carla", ContactAddress: "5511988887777"}
	}
	if l.pairs["about"] != "" {
		c.About = l.pairs["about"]
	}
}
