package ledger

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Event is one fact of a journal: a type name and bytes, opaque to the store.
type Event struct {
	Type string
	At   time.Time
	Body []byte
}

// Direction is how the store writes the direction of a message.
type Direction int16

// Directions as stored.
const (
	DirectionIn   Direction = 0
	DirectionOut  Direction = 1
	DirectionNote Direction = 2
)

// DirectionOf is the stored form of in, out or note.
func DirectionOf(name string) Direction {
	switch name {
	case actorpb.DirectionIn:
		return DirectionIn
	case actorpb.DirectionOut:
		return DirectionOut
	case actorpb.DirectionNote:
		return DirectionNote
	}
	panic("a message goes in, out or is a note, not " + name)
}

// String names the direction, as DirectionOf reads it.
func (d Direction) String() string {
	switch d {
	case DirectionOut:
		return actorpb.DirectionOut
	case DirectionNote:
		return actorpb.DirectionNote
	}
	return actorpb.DirectionIn
}

// Message is what is known of a stored message that another one is about, or that is
// to leave now. Content is its JSON.
type Message struct {
	ID        wa.MessageID
	Direction Direction
	Kind      wa.ContentKind
	SentAt    time.Time
	Author    *actorpb.Party
	Content   []byte
}

// StatusChange is what an append learned about one outbound message. Zero times
// leave the row as it is; set ones lower it (the earliest time counts).
type StatusChange struct {
	MessageID   wa.MessageID
	WAMID       wa.MessageID // "" when not learned now
	AcceptedAt  time.Time
	SentAt      time.Time
	DeliveredAt time.Time
	ReadAt      time.Time
	PlayedAt    time.Time
	FailedAt    time.Time
	AmbiguousAt time.Time
	WithdrawnAt time.Time
	ErrorCode   int32
	ErrorText   string
}

// Row is what SQL filters, sorts and matches lists by, and the words that are no
// part of the snapshot. All else that is shown is read from the snapshot; both
// commit with the events.
type Row struct {
	TenantID       wa.TenantID
	TeamID         wa.TeamID
	OwnerID        string // "": nobody
	Phase          int16  // actorpb.Phase
	LastAt         time.Time
	Answered       bool // it is the customer's turn (actorpb.Turn)
	Unread         int32
	WindowClosesAt time.Time
	StartedAt      time.Time
	ContactName    string
	ContactAddress string
	LastPreview    string
}

// Append is everything that one decision of a conversation stores, in one
// transaction, or not at all.
type Append struct {
	Key       wa.ConversationKey
	DecidedOn uint64 // version that the decision saw: the fence
	Seat      Seat   // of the owner that the decision makes: a second fence; zero: none
	Events    []Event
	Snapshot  []byte
	Row       Row
	Messages  []*actorpb.StoredMessage
	Statuses  []StatusChange
	Uses      []FileUse // uploads that messages of this append send
	Effects   []Effect
	Done      []EffectRef // attempts whose outcome this append records; their rows go
	Withdraw  *Withdrawal
	Alarm     time.Time // when the one alarm of the grain rings from now on; zero: as it stands
	Audit     []AuditLine
}

// FileUse says that a message sends an upload, which lives with it from then on.
type FileUse struct {
	MessageID wa.MessageID
	File      wa.UploadID
}

// UploadedFile is what is known of an upload that a send names.
type UploadedFile struct {
	wa.File
	By     string // the party that uploaded it
	Shared bool   // everybody of the tenant may send it
	Name   string
	SHA256 string // hex
	// MediaID is Meta's id of the same content for the conversation's number, good until
	// Until; "": Meta has none.
	MediaID string
	Until   time.Time
}

// Appended is what the database decided while it stored an Append.
type Appended struct {
	Version   uint64
	Withdrawn []EffectRef // what Withdraw caught before anybody claimed it
}

// Loaded is a conversation as the journal holds it. Version 0 means that there
// is none yet; absence is an answer.
type Loaded struct {
	Version        uint64
	Snapshot       []byte
	ContactName    string
	ContactAddress string
	LastPreview    string
}

// Size is about how many bytes the append stores, for the bounds of a batch.
func (a *Append) Size() int {
	n := len(a.Snapshot) + 256
	for i := range a.Events {
		n += len(a.Events[i].Body) + 64
	}
	for i := range a.Messages {
		n += len(a.Messages[i].Content) + 128
	}
	for i := range a.Effects {
		n += len(a.Effects[i].Body) + 128
	}
	return n
}

// Seat is an account as an owner of conversations. Revision rises with every
// change of the rest: an append that was decided on an older one is refused as
// ErrConflict, so that nobody becomes an owner who has just been shut out.
type Seat struct {
	Agent    wa.AgentID
	TenantID wa.TenantID
	Name     string
	Disabled bool
	Auditor  bool // reads, and owns nothing
	AllTeams bool
	Teams    []wa.TeamID
	Numbers  []wa.PhoneNumberID // none: all
	Revision int64
}

// Template is what the business account of a number knows of a template that a send
// names. Status is "" when the account's list does not have it; when the list was
// never read (Read) nothing is known at all, and Failure says why the last try failed.
type Template struct {
	Account    wa.AccountID
	Read       bool
	Failure    string
	Name       string
	Language   string
	Category   string
	Status     string // as Meta writes it: APPROVED
	Components []byte // JSON, as Meta lists them
}
