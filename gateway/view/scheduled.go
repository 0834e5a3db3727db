package view

import (
	"github.com/prosa-chat/prosa/actors/actorpb"
)

// unscheduled is a line of the thread: whoever cancelled a message that was to leave
// later, or else the message as one that never left, with the reason.
func (i *Item) unscheduled(e *actorpb.SendUnscheduled) {
	if e.Reason == "" || e.Reason == actorpb.ReasonCancelled {
		by := OfParty(e.By)
		i.Type, i.By = "unscheduled", &by
		return
	}
	i.Type = "message"
	i.Message = &Message{ID: e.MessageId, Direction: actorpb.DirectionOut, Author: OfParty(e.Author), Kind: e.Kind, SentAt: i.At}
	i.Status = &Status{MessageID: e.MessageId, State: actorpb.LastWithdrawn, At: i.At, ErrorText: e.Reason}
}
