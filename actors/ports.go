package actors

import (
	"context"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/journal"
)

// Journal is what conversations need of the store; *journal.Journal is one.
type Journal interface {
	Load(ctx context.Context, key wa.ConversationKey) (ledger.Loaded, error)
	Append(ctx context.Context, a *ledger.Append) (ledger.Appended, error)
	// Stored says whether the conversation has a message of this id.
	Stored(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (bool, error)
	MessageStatus(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (journal.StatusKnown, error)
	// Content is what a message of the conversation says; ErrNotFound: it is not kept.
	Content(ctx context.Context, key wa.ConversationKey, id wa.MessageID) ([]byte, error)
	// Message is what a send may quote or react to, by its id or, of ours, by Meta's as
	// well; ErrNotFound: the conversation has none.
	Message(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (ledger.Message, error)
	// File is an upload that may be sent, and what Meta holds of it for a number;
	// ErrNotFound: the tenant has none.
	File(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, id wa.UploadID) (ledger.UploadedFile, error)
	// Seat is an account as an owner of conversations; ErrNotFound: there is none.
	Seat(ctx context.Context, agent wa.AgentID) (ledger.Seat, error)
	// Template is what the number's account knows of one; ErrNotFound: the tenant has
	// no such number.
	Template(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, name, language string) (ledger.Template, error)
	HasTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID) (bool, error)
	// UnderWay says whether an attempt of the grain's effect is not recorded yet.
	UnderWay(ctx context.Context, grain string, ref ledger.EffectRef) (bool, error)
}

// Streams is what the other journaled kinds need of the store;
// *journal.Streams is one.
type Streams interface {
	Load(ctx context.Context, kind, id string) (version uint64, snapshot []byte, err error)
	Append(ctx context.Context, a *journal.StreamAppend) error
}
