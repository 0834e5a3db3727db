package actorpb

import (
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Directions of a message. A note is for colleagues and never leaves.
const (
	DirectionIn   = "in"
	DirectionOut  = "out"
	DirectionNote = "note"
)

// MessageID is the id of the message: a wamid of what came in, ours of what we write.
func (x *StoredMessage) MessageID() wa.MessageID { return wa.MessageID(x.GetId()) }

// SentAt is when it was sent, by Meta's clock or ours.
func (x *StoredMessage) SentAt() time.Time { return time.UnixMilli(x.GetSentAtMs()).UTC() }
