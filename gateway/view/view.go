package view

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Party is who owns, wrote or ordered something.
type Party struct {
	Kind string `json:"kind" enum:"nobody,agent,assistant,phone,contact,system,integration,unknown"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Owner is the owner of a conversation, and since when.
type Owner struct {
	Party
	Epoch uint64     `json:"epoch" doc:"Number of this ownership"`
	Since *time.Time `json:"since,omitempty"`
}

// Row is one conversation as lists show it. It replaces the whole row that
// a client has, unless that has a higher version.
type Row struct {
	ID             string     `json:"id"`
	PhoneNumberID  string     `json:"phone_number_id"`
	Version        uint64     `json:"version" doc:"The higher one wins"`
	TeamID         string     `json:"team_id"`
	Owner          Owner      `json:"owner"`
	Phase          string     `json:"phase" enum:"open,pending,snoozed,resolved,none"`
	Contact        Contact    `json:"contact"`
	Last           Last       `json:"last"`
	Turn           string     `json:"turn" enum:"us,customer" doc:"Who has to do something next: us, if the customer wrote last or our last message was refused or withdrawn."`
	Unread         int32      `json:"unread" doc:"Messages of the customer since ours or since they were read; at least 1 for who got it from somebody else, and when it comes back from a snooze." minimum:"0"`
	WindowClosesAt *time.Time `json:"window_closes_at,omitempty"`
	SnoozedUntil   *time.Time `json:"snoozed_until,omitempty" doc:"Until when it is snoozed. Of one that is not: it came back by itself then, and nobody has seen that yet."`
	QueuedSince    *time.Time `json:"queued_since,omitempty"`
	StartedAt      *time.Time `json:"started_at,omitempty"`
	MarkedUnread   bool       `json:"marked_unread,omitempty" doc:"By its owner, who had read it"`
	Scheduled      []Due      `json:"scheduled,omitempty" doc:"What is to leave later, without its words"`
}

// Due is a message that is to leave later.
type Due struct {
	MessageID string     `json:"message_id"`
	At        *time.Time `json:"at"`
}

func dues(sends []*actorpb.OpenSend) []Due {
	var list []Due
	for _, o := range actorpb.Scheduled(sends) {
		list = append(list, Due{o.MessageId, Time(o.DueMs)})
	}
	return list
}

type Contact struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Last is the newest message of a conversation.
type Last struct {
	At        *time.Time `json:"at"`
	Outbound  bool       `json:"outbound"`
	Kind      string     `json:"kind" doc:"Kind of content; of a customer's file its type: image, video, audio, voice, document, sticker"`
	Preview   string     `json:"preview"`
	Status    string     `json:"status,omitempty"`
	MessageID string     `json:"message_id"`
}

// Message is one message of a thread. Content is wa.Content.
type Message struct {
	ID        string          `json:"id"`
	Direction string          `json:"direction" enum:"in,out,note"`
	Author    Party           `json:"author"`
	Kind      string          `json:"kind"`
	SentAt    *time.Time      `json:"sent_at,omitempty"`
	Content   json.RawMessage `json:"content,omitempty" doc:"By kind; missing when no longer kept"`
	Status    *Status         `json:"status,omitempty"` // outbound only
	Media     *Media          `json:"media,omitempty"`  // of kind media only; missing: there never was a file to keep
}

// Status is how far one of our messages got. State is one of waiting,
// queued, accepted, sent, delivered, read, played, failed, ambiguous, withdrawn.
type Status struct {
	MessageID string     `json:"message_id"`
	WAMID     string     `json:"wamid,omitempty" doc:"what reactions and quotes of the message name"`
	State     string     `json:"state" enum:"waiting,uploading,queued,accepted,sent,delivered,read,played,failed,ambiguous,withdrawn"`
	At        *time.Time `json:"at,omitempty"`
	ErrorCode int32      `json:"error_code,omitempty"`
	ErrorText string     `json:"error_text,omitempty"`
}

// Team is a group of people who share an inbox.
type Team struct {
	ID       wa.TeamID `json:"id"`
	Name     string    `json:"name"`
	Mine     bool      `json:"mine"`
	Revision int64     `json:"revision" doc:"Rises with each change of the name"`
}

// Agent is a person who works here.
type Agent struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Email    string      `json:"email,omitempty" doc:"Managers and admins only, of others"`
	Role     string      `json:"role" enum:"agent,manager,admin,auditor"`
	Teams    []wa.TeamID `json:"teams"`
	TenantID string      `json:"tenant_id"`
	Active   bool        `json:"active" doc:"false: the account is disabled"`
	Revision int64       `json:"revision" doc:"Raised by each change of the account"`
	Capacity int         `json:"capacity" doc:"Open conversations that the person is to have at most; 0: no limit"`
	Limits
	Profile
}

// Limits are what a seat sees of its teams.
type Limits struct {
	Numbers []wa.PhoneNumberID `json:"numbers" doc:"The numbers that it works with; none: all that its teams allow"`
	OwnOnly bool               `json:"own_only" doc:"Of conversations it sees those that it owns, and no others"`
}

// OfLimits shows limits.
func OfLimits(l *staff.Limits) Limits {
	if len(l.Numbers) == 0 {
		return Limits{Numbers: []wa.PhoneNumberID{}, OwnOnly: l.OwnOnly}
	}
	return Limits{Numbers: l.Numbers, OwnOnly: l.OwnOnly}
}

func OfAgent(p *staff.Person) Agent {
	teams := p.Teams
	if teams == nil {
		teams = []wa.TeamID{}
	}
	return Agent{
		string(p.ID), p.Name, p.Email, string(p.Role), teams, string(p.TenantID), !p.Disabled, p.Revision, p.Capacity,
		OfLimits(&p.Limits), OfProfile(&p.Profile),
	}
}

func OfParty(p *actorpb.Party) Party {
	return Party{Kind: partyKind(p.GetKind()), ID: p.GetId(), Name: p.GetName()}
}

func partyKind(k actorpb.Party_Kind) string {
	switch k {
	case actorpb.Party_KIND_NOBODY:
		return "nobody"
	case actorpb.Party_KIND_AGENT:
		return "agent"
	case actorpb.Party_KIND_ASSISTANT:
		return "assistant"
	case actorpb.Party_KIND_PHONE:
		return "phone"
	case actorpb.Party_KIND_CONTACT:
		return "contact"
	case actorpb.Party_KIND_SYSTEM:
		return "system"
	case actorpb.Party_KIND_INTEGRATION:
		return "integration"
	}
	return "unknown"
}

func PhaseName(p actorpb.Phase) string {
	switch p {
	case actorpb.Phase_PHASE_OPEN:
		return "open"
	case actorpb.Phase_PHASE_PENDING:
		return "pending"
	case actorpb.Phase_PHASE_SNOOZED:
		return "snoozed"
	case actorpb.Phase_PHASE_RESOLVED:
		return "resolved"
	}
	return "none"
}

// Time is nil for "not set".
func Time(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := writable(time.UnixMilli(ms))
	return &t
}

// writable is the nearest time that JSON can write: nothing that is stored may
// keep all else from being shown.
func writable(t time.Time) time.Time {
	switch t = t.UTC(); {
	case t.Year() < 1:
		return time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 9999:
		return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	}
	return t
}

// OfContent is a stored content, or, of one that JSON cannot write, that it is
// not to be shown.
func OfContent(content []byte) json.RawMessage {
	if len(content) > 0 && !json.Valid(content) {
		return json.RawMessage(`{"kind":"unsupported","unsupported":"what is stored cannot be read"}`)
	}
	return content
}

func StoredTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = writable(t).Truncate(time.Millisecond)
	return &t
}

// OfRow shows a conversation as lists do.
func OfRow(r actorpb.Row) *Row {
	return &Row{
		ID: r.Key.String(), PhoneNumberID: string(r.Key.PhoneNumberID), Version: r.Version, TeamID: r.TeamId,
		Owner:   Owner{OfParty(r.Owner), r.OwnerEpoch, Time(r.OwnedSinceMs)},
		Phase:   PhaseName(r.Phase),
		Contact: Contact{string(r.Key.ContactID), r.ContactName, r.ContactAddress},
		Last:    Last{Time(r.LastAtMs), r.LastOutbound, r.LastKind, r.LastPreview, r.LastStatus, r.LastMessageId},
		Turn:    string(r.Turn()),
		Unread:  r.Unread, WindowClosesAt: Time(r.WindowClosesAtMs), SnoozedUntil: Time(r.SnoozedUntilMs),
		QueuedSince: Time(r.QueuedSinceMs), StartedAt: Time(r.StartedAtMs), MarkedUnread: r.MarkedUnread, Scheduled: dues(r.Sends),
	}
}

// OfMessage shows a message as it is stored.
func OfMessage(m *actorpb.StoredMessage) *Message {
	return &Message{
		ID: m.Id, Direction: m.Direction, Author: OfParty(m.Author), Kind: m.Kind,
		SentAt: Time(m.SentAtMs), Content: OfContent(m.Content),
	}
}

// OfStatus tells the highest of what is known: whatever reached the phone did
// not fail, and evidence of acceptance ends an ambiguity.
func OfStatus(s *ledger.StatusChange) *Status {
	v := &Status{MessageID: string(s.MessageID), WAMID: string(s.WAMID), State: "queued"}
	for _, step := range []struct {
		state string
		at    time.Time
	}{
		{"played", s.PlayedAt},
		{"read", s.ReadAt},
		{"delivered", s.DeliveredAt},
		{"failed", s.FailedAt},
		{"sent", s.SentAt},
		{"accepted", s.AcceptedAt},
		{"withdrawn", s.WithdrawnAt},
		{"ambiguous", s.AmbiguousAt},
	} {
		if !step.at.IsZero() {
			v.State, v.At = step.state, StoredTime(step.at)
			break
		}
	}
	if v.State == "failed" || v.State == "withdrawn" {
		v.ErrorCode, v.ErrorText = s.ErrorCode, s.ErrorText
	}
	return v
}

func Rows(list []actorpb.Row) []*Row {
	views := make([]*Row, len(list))
	for i := range list {
		views[i] = OfRow(list[i])
	}
	return views
}
