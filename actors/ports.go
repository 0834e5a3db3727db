package actors

import (
	"context"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Journal is what conversations need of the store; *persistence.Journal is one.
type Journal interface {
	Load(ctx context.Context, key wa.ConversationKey) (persistence.Loaded, error)
	Append(ctx context.Context, a *persistence.Append) (persistence.Appended, error)
	// Stored says whether the conversation has a message of this id.
	Stored(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (bool, error)
	MessageStatus(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (persistence.StatusKnown, error)
	// Content is what a message of the conversation says; ErrNotFound: it is not kept.
	Content(ctx context.Context, key wa.ConversationKey, id wa.MessageID) ([]byte, error)
	// Seat is an account as an owner of conversations; ErrNotFound: there is none.
	Seat(ctx context.Context, agent wa.AgentID) (persistence.Seat, error)
	Media(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (persistence.MediaStatus, error)
}

// Streams is what the other journaled kinds need of the store;
// *persistence.Streams is one.
type Streams interface {
	Load(ctx context.Context, kind, id string) (version uint64, snapshot []byte, err error)
	Append(ctx context.Context, a *persistence.StreamAppend) error
}
