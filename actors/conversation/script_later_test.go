package conversation_test

import (
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// later has a send leave at a time: at=2h, unless the customer writes before it.
func (s *script) later(l line, c *actorpb.SendMessage) {
	if l.pairs["at"] != "" {
		c.AtMs, c.CancelIfAnswered = l.moment("at", s.now), l.has("unless-answered")
	}
}

// ofScheduled translates what is ordered of a send that is scheduled.
func (s *script) ofScheduled(l line, by *actorpb.Actor) proto.Message {
	switch l.verb {
	case "move":
		return &actorpb.Reschedule{
			By: by, MessageId: s.id(l.word(1)), AtMs: l.moment("at", s.now), CancelIfAnswered: l.has("unless-answered"),
		}
	case "cancel":
		return &actorpb.CancelScheduled{By: by, MessageId: s.id(l.word(1))}
	case "unread":
		return &actorpb.MarkUnread{By: by}
	}
	return nil
}
