package view

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// Item is one thing that happened in a conversation, by its type:
//
//	message  Message: in, out or a note
//	owner    Owner: the conversation changed hands
//	phase    Phase: opened, parked, snoozed, resolved
//	status   Status: one of our messages got further (on sockets only; pages
//	         carry the status with the message)
//	read     By has read it (on sockets only)
//	unscheduled By has cancelled what was to leave later
//	replaced Message came where its placeholder stands (on sockets only; pages
//	         carry the message in its place)
//	media    Media: the file of a message is kept, or will not be (on sockets only;
//	         pages carry it with the message)
//
// Any other event that is a line of the thread and says who did it is one without a
// case in describe: its type is the event's name, and By did it.
type Item struct {
	Version uint64       `json:"version"`
	PlaceMS int64        `json:"place_ms,omitempty" doc:"Of what is a line of the thread, in Unix milliseconds: lines are shown by place, then version. What came late stands up to ten minutes further up"`
	At      *time.Time   `json:"at"`
	Type    string       `json:"type"` // one of ItemTypes
	Target  string       `json:"target,omitempty" doc:"Message that an edit, revoke or reaction is about"`
	Message *Message     `json:"message,omitempty"`
	Edit    *Message     `json:"edit,omitempty" doc:"An edit of the message that came before it; the edit with the newest sent_at holds the text"`
	Revoked bool         `json:"revoked,omitempty" doc:"The message was taken back before it came: nothing of it is kept"`
	Owner   *OwnerChange `json:"owner,omitempty"`
	Phase   *PhaseChange `json:"phase,omitempty"`
	Status  *Status      `json:"status,omitempty"`
	Media   *Media       `json:"media,omitempty"`
	By      *Party       `json:"by,omitempty"`
}

type OwnerChange struct {
	From   Party    `json:"from"`
	To     Party    `json:"to"`
	By     Party    `json:"by"`
	Cause  string   `json:"cause" enum:"claim,assign,transfer,release,take_over,owner_left,answered,team_gone,start,unknown"`
	Epoch  uint64   `json:"epoch"`
	TeamID string   `json:"team_id,omitempty"` // the new team, when it changed
	Note   *Message `json:"note,omitempty"`
}

type PhaseChange struct {
	From  string     `json:"from"`
	To    string     `json:"to"`
	By    Party      `json:"by"`
	Until *time.Time `json:"until,omitempty"`
}

// Threads turns journals into threads.
type Threads struct{ inbox *inbox.Inbox }

// Page reads items of a conversation that the caller's person may see.
func (t *Threads) Page(ctx context.Context, key wa.ConversationKey, q inbox.EventQuery) ([]Item, error) {
	q.Types = actorpb.LineTypes()
	events, err := t.inbox.Events(ctx, key, q)
	if err != nil {
		return nil, err
	}
	return t.Items(ctx, key, events)
}

// Items decodes stored events and fetches the messages that they name.
func (t *Threads) Items(ctx context.Context, key wa.ConversationKey, events []*actorpb.StoredEvent) ([]Item, error) {
	items := make([]Item, 0, len(events))
	for _, e := range events {
		item, ok, err := itemOf(e)
		if err != nil {
			return nil, fmt.Errorf("conversation %s: %w", key, err)
		}
		if ok {
			items = append(items, item)
		}
	}
	return items, t.fill(ctx, key, items)
}

// fill puts messages and statuses, as stored now, into items that only name them.
func (t *Threads) fill(ctx context.Context, key wa.ConversationKey, items []Item) error {
	wanted, ours := namedMessages(items)
	messages, err := t.inbox.Messages(ctx, key, wanted)
	if err != nil {
		return err
	}
	byID := make(map[string]*Message, len(messages))
	for _, m := range messages {
		byID[m.Id] = OfMessage(m)
	}
	statuses, err := t.inbox.Statuses(ctx, key, ours)
	if err != nil {
		return err
	}
	byMessage := make(map[string]*Status, len(statuses))
	for i := range statuses {
		byMessage[string(statuses[i].MessageID)] = OfStatus(&statuses[i])
	}
	place(items, byID)
	if err := t.fillMedia(ctx, key, items); err != nil {
		return err
	}
	for i := range items {
		m := items[i].Message
		if m == nil || m.Direction != "out" {
			continue
		}
		if m.Status = byMessage[m.ID]; m.Status == nil {
			m.Status = &Status{MessageID: m.ID, State: "waiting"}
		}
	}
	return nil
}

// Update is what a feed brought of a conversation. Whoever gets it, it is decoded
// once.
type Update struct {
	*actorpb.ConversationUpdate
	Key  wa.ConversationKey
	View *Row
	// Items are its events as lines of the thread, messages included.
	Items func() ([]Item, error)
}

// OfUpdate reads the row of an update, and its events when they are asked for.
func OfUpdate(u *actorpb.ConversationUpdate) *Update {
	row := actorpb.RowOf(u.Row)
	return &Update{u, row.Key, OfRow(row), sync.OnceValues(func() ([]Item, error) { return liveItems(u) })}
}

func liveItems(u *actorpb.ConversationUpdate) ([]Item, error) {
	items := make([]Item, 0, len(u.Events))
	for _, e := range u.Events {
		item, ok, err := itemOf(e)
		if err != nil {
			return nil, err
		}
		if ok {
			items = append(items, item)
		}
	}
	byID := make(map[string]*Message, len(u.Messages))
	for _, m := range u.Messages {
		byID[m.Id] = OfMessage(m)
	}
	place(items, byID)
	for i := range items {
		m := items[i].Message
		if m != nil && m.Direction == "out" {
			if m.Status = items[i].Status; m.Status == nil {
				m.Status = &Status{MessageID: m.ID, State: "waiting"}
			}
			m.Media = ownFile(m)
		}
		if m != nil && m.Direction == "in" {
			m.Media = beingFetched(m)
		}
	}
	return items, nil
}

func namedMessages(items []Item) (all, ours []wa.MessageID) {
	for _, item := range items {
		if item.Edit != nil {
			all = append(all, wa.MessageID(item.Edit.ID))
		}
		if item.Message != nil {
			all = append(all, wa.MessageID(item.Message.ID))
			if item.Message.Direction == "out" {
				ours = append(ours, wa.MessageID(item.Message.ID))
			}
		}
		if item.Owner != nil && item.Owner.Note != nil {
			all = append(all, wa.MessageID(item.Owner.Note.ID))
		}
	}
	return all, ours
}

// place replaces named messages by known ones; an unknown one stays a name.
func place(items []Item, byID map[string]*Message) {
	for i := range items {
		if m := items[i].Message; m != nil && byID[m.ID] != nil {
			items[i].Message = byID[m.ID]
		}
		if e := items[i].Edit; e != nil && byID[e.ID] != nil {
			items[i].Edit = byID[e.ID]
		}
		if o := items[i].Owner; o != nil && o.Note != nil && byID[o.Note.ID] != nil {
			o.Note = byID[o.Note.ID]
		}
	}
}

// itemOf makes the item of an event; ok is false for events that nobody is
// shown. A type that this release does not know is shown to nobody either.
func itemOf(e *actorpb.StoredEvent) (item Item, ok bool, err error) {
	event, err := e.Decode()
	if errors.Is(err, actorpb.ErrUnknownEvent) {
		return item, false, nil
	}
	if err != nil {
		return item, false, err
	}
	item = Item{Version: e.Version, PlaceMS: actorpb.PlaceMs(event, e.AtMs), At: Time(e.AtMs)}
	return item, item.describe(event), nil
}

func (i *Item) describe(event proto.Message) bool {
	status := func(id, state string) *Status { return &Status{MessageID: id, State: state, At: i.At} }
	switch e := event.(type) {
	case *actorpb.InboundReceived:
		i.Type, i.Target = "message", e.Target
		i.Message = &Message{ID: e.MessageId, Direction: "in", Kind: e.Kind, SentAt: Time(e.SentAtMs)}
		i.Message.Author.Kind = "contact"
		if i.Revoked = e.Revoked; e.EditedBy != "" {
			i.Edit = &Message{ID: e.EditedBy, Direction: "in", Author: i.Message.Author, Kind: "edit"}
		}
	case *actorpb.InboundReplaced:
		i.Type = "replaced"
		i.Message = &Message{ID: e.MessageId, Direction: "in", Kind: e.Kind, SentAt: Time(e.SentAtMs)}
		i.Message.Author.Kind = "contact"
	case *actorpb.SendRequested:
		i.Type = "message"
		i.Message = &Message{ID: e.MessageId, Direction: "out", Author: OfParty(e.Author), Kind: e.Kind, SentAt: i.At}
	case *actorpb.SendUnscheduled:
		i.unscheduled(e)
	case *actorpb.NoteAdded:
		i.Type = "message"
		i.Message = &Message{ID: e.NoteId, Direction: "note", Author: OfParty(e.Author), Kind: "note", SentAt: i.At}
	case *actorpb.OwnerChanged:
		i.Type = "owner"
		i.Owner = &OwnerChange{
			From: OfParty(e.From), To: OfParty(e.To), By: OfParty(e.By),
			Cause: causeName(e.Cause), Epoch: e.OwnerEpoch, TeamID: e.TeamId,
		}
		if e.NoteId != "" {
			i.Owner.Note = &Message{ID: e.NoteId, Direction: "note", Author: OfParty(e.By), Kind: "note", SentAt: i.At}
		}
	case *actorpb.PhaseChanged:
		i.Type = "phase"
		i.Phase = &PhaseChange{PhaseName(e.From), PhaseName(e.To), OfParty(e.By), Time(e.UntilMs)}
	case *actorpb.ConversationRead:
		by := OfParty(e.By)
		i.Type, i.By = "read", &by
	case *actorpb.MediaRecorded:
		i.Type, i.Media = "media", OfRecordedMedia(e)
	case *actorpb.UploadQueued:
		i.Type, i.Status = "status", status(e.MessageId, "uploading")
	case *actorpb.FileUploaded:
		i.Type, i.Status = "status", status(e.MessageId, "waiting")
	case *actorpb.UploadRejected:
		i.Type, i.Status = "status", status(e.MessageId, "uploading") // tried again, or the next event says why not
		i.Status.ErrorCode, i.Status.ErrorText = e.Code, e.Text
	case *actorpb.SendQueued:
		i.Type, i.Status = "status", status(e.MessageId, "queued")
	case *actorpb.SendAccepted:
		i.Type, i.Status = "status", status(e.MessageId, "accepted")
		i.Status.WAMID = e.Wamid
	case *actorpb.SendAmbiguous:
		i.Type, i.Status = "status", status(e.MessageId, "ambiguous")
	case *actorpb.SendWithdrawn:
		i.Type, i.Status = "status", status(e.MessageId, "withdrawn")
		i.Status.ErrorText = e.Reason
	case *actorpb.SendRejected:
		i.Type, i.Status = "status", status(e.MessageId, "queued") // tried again
		if e.Final {
			i.Status.State = "failed"
		}
		i.Status.ErrorCode, i.Status.ErrorText = e.Code, e.Text
	case *actorpb.StatusReceived:
		i.Type, i.Status = "status", status(e.MessageId, e.Status)
		i.Status.At, i.Status.ErrorCode, i.Status.ErrorText = Time(e.AtMs), e.ErrorCode, e.ErrorText
	default:
		line, ok := event.(interface {
			actorpb.Placed
			GetBy() *actorpb.Party
		})
		if !ok {
			return false
		}
		by := OfParty(line.GetBy())
		i.Type, i.By = typeName(event), &by
	}
	return true
}

// ItemTypes are all types of items: those with a shape of their own, then what else is a
// line of the thread, in the order of events.proto.
func ItemTypes() []string {
	types := []string{"message", "owner", "phase", "status", "read", "media", "replaced"}
	for _, name := range actorpb.LineTypes() {
		event, err := actorpb.DecodeEvent(name, nil)
		var i Item
		if err == nil && i.describe(event) && !slices.Contains(types, i.Type) {
			types = append(types, i.Type)
		}
	}
	return types
}

// typeName is the name of an event as types of items are written: hand_raised of
// HandRaised.
func typeName(event proto.Message) string {
	var b strings.Builder
	for n, letter := range actorpb.EventType(event) {
		if n > 0 && unicode.IsUpper(letter) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(letter))
	}
	return b.String()
}

func causeName(c actorpb.OwnerChanged_Cause) string {
	switch c {
	case actorpb.OwnerChanged_CAUSE_CLAIM:
		return "claim"
	case actorpb.OwnerChanged_CAUSE_ASSIGN:
		return "assign"
	case actorpb.OwnerChanged_CAUSE_TRANSFER:
		return "transfer"
	case actorpb.OwnerChanged_CAUSE_RELEASE:
		return "release"
	case actorpb.OwnerChanged_CAUSE_TAKE_OVER:
		return "take_over"
	case actorpb.OwnerChanged_CAUSE_OWNER_LEFT:
		return "owner_left"
	case actorpb.OwnerChanged_CAUSE_ANSWERED:
		return "answered"
	case actorpb.OwnerChanged_CAUSE_START:
		return "start"
	case actorpb.OwnerChanged_CAUSE_TEAM_GONE:
		return "team_gone"
	}
	return "unknown"
}

// NewThreads reads journals through box.
func NewThreads(box *inbox.Inbox) *Threads { return &Threads{box} }
