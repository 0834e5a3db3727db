package orders

import (
	"cmp"
	"encoding/json"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// sendBody sends a text or a template. EchoID names the send: sent again it is
// the same message. SeenVersion is what the composer was looking at.
type sendBody struct {
	EchoID       string        `json:"echo_id" doc:"Names the send; sent again it is the same message" required:"false"`
	Text         string        `json:"text" doc:"At most 4096 characters" required:"false"`
	Template     *templateBody `json:"template" doc:"One that the number has and that is approved, with a value for each variable. Until the templates of the number's account have been read from Meta, every template is refused (no_template)." required:"false"`
	SeenVersion  uint64        `json:"seen_version" doc:"Version that the composer was looking at" required:"false"`
	DespiteStale bool          `json:"despite_stale" doc:"Send although something arrived since" required:"false"`
	OwnerEpoch   uint64        `json:"owner_epoch" doc:"If given, refuse under another ownership" required:"false"`
	Claim        bool          `json:"claim" doc:"Claim first if nobody owns it" required:"false"`
	Then         string        `json:"then" doc:"What the conversation becomes with the send, in one step; a refused or repeated send changes nothing. Otherwise it is open" enum:"resolved,snoozed" required:"false"`
	Until        string        `json:"until" doc:"Until when it is snoozed: at most five years from now" required:"false" format:"date-time"`
}

// NameFrom takes the name of the order from a header or path.
func (b *sendBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *sendBody) build(o *order) (proto.Message, error) {
	if err := checkEchoID(b.EchoID); err != nil {
		return nil, err
	}
	then, until, err := b.phase(o)
	if err != nil {
		return nil, err
	}
	msg := &actorpb.SendMessage{
		By: o.by, EchoId: b.EchoID,
		SeenVersion: b.SeenVersion, DespiteStale: b.DespiteStale, OwnerEpoch: b.OwnerEpoch, Claim: b.Claim, Then: then, UntilMs: until,
	}
	switch {
	case b.Template != nil && b.Text != "":
		p := problem.New(code.BadContent, "give text or template, not both")
		p.Field = "template"
		return nil, p
	case b.Template != nil:
		msg.Kind, msg.Template = string(wa.KindTemplate), b.Template.order()
		return msg, nil
	}
	content := wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: wa.CleanText(b.Text)}}
	msg.Kind, msg.Preview = string(content.Kind), content.PreviewText()
	msg.Content, err = json.Marshal(&content)
	return msg, err
}

// phase is what the conversation becomes with the send. A time that has passed
// is left to the conversation, which knows whether the send is a repeated one.
func (b *sendBody) phase(o *order) (actorpb.Phase, int64, error) {
	if b.Until != "" && b.Then != "snoozed" {
		return 0, 0, problem.Field("until", "want it with then: snoozed alone")
	}
	switch b.Then {
	case "":
		return actorpb.Phase_PHASE_UNSPECIFIED, 0, nil
	case "resolved":
		return actorpb.Phase_PHASE_RESOLVED, 0, nil
	case "snoozed":
		until, err := time.Parse(time.RFC3339, b.Until)
		if err != nil || until.After(o.now.Add(wa.MaxAhead)) {
			return 0, 0, problem.Field("until", wa.AheadRange(o.now))
		}
		return actorpb.Phase_PHASE_SNOOZED, until.UnixMilli(), nil
	}
	return 0, 0, problem.Field("then", "want resolved or snoozed")
}

func checkEchoID(id string) error {
	if id == "" {
		return problem.Field("echo_id", "name each send, here or as Idempotency-Key, so that it can be repeated safely")
	}
	return checkOrderID(id)
}

// checkOrderID is of an order that may have no name.
func checkOrderID(id string) error {
	if len(id) > 100 {
		return problem.Field("echo_id", "longer than 100 bytes")
	}
	return nil
}

type noteBody struct {
	EchoID string `json:"echo_id" required:"false"`
	Text   string `json:"text"`
}

// NameFrom takes the name of the order from a header or path.
func (b *noteBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *noteBody) build(o *order) (proto.Message, error) {
	if err := checkEchoID(b.EchoID); err != nil {
		return nil, err
	}
	return &actorpb.AddNote{By: o.by, EchoId: b.EchoID, Text: wa.CleanText(b.Text)}, nil
}

type claimBody struct{}

func (*claimBody) build(o *order) (proto.Message, error) {
	return &actorpb.Claim{By: o.by}, nil
}

type releaseBody struct{}

func (*releaseBody) build(o *order) (proto.Message, error) {
	return &actorpb.Release{By: o.by}, nil
}

// assignBody gives the conversation to an agent.
type assignBody struct {
	AgentID            string `json:"agent_id"`
	ExpectedOwnerEpoch uint64 `json:"expected_owner_epoch" required:"false"`
}

func (b *assignBody) build(o *order) (proto.Message, error) {
	return &actorpb.Assign{By: o.by, To: colleague(b.AgentID), ExpectedOwnerEpoch: b.ExpectedOwnerEpoch}, nil
}

func (*assignBody) receiver() {}

// colleague is an agent as a body names him; his name is that of his account.
func colleague(id string) *actorpb.Party {
	return &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: wa.CleanText(id)}
}

// transferBody passes the conversation on: to an agent, or without one to the
// queue of a team. EchoID names the order: sent again, its note is the same note.
type transferBody struct {
	EchoID  string    `json:"echo_id" doc:"Names the order: sent again, its note is there once, and the answer is 200, already. Without one, the same note to the same ownership is the same order" maxLength:"100" required:"false"`
	AgentID string    `json:"agent_id" doc:"Empty: the queue" required:"false"`
	TeamID  wa.TeamID `json:"team_id" doc:"Empty: stays with its team" required:"false"`
	Note    string    `json:"note" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *transferBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *transferBody) build(o *order) (proto.Message, error) {
	if err := checkOrderID(b.EchoID); err != nil {
		return nil, err
	}
	to := &actorpb.Party{}
	if b.AgentID != "" {
		to = colleague(b.AgentID)
	}
	return &actorpb.Transfer{
		By: o.by, To: to, TeamId: wa.CleanText(string(b.TeamID)), Note: wa.CleanText(b.Note), EchoId: b.EchoID,
	}, nil
}

func (*transferBody) receiver() {}

// takeOverBody takes it from its owner; EchoID names the order as a transfer's does.
type takeOverBody struct {
	EchoID string `json:"echo_id" doc:"Names the order: sent again, its reason is there once, and the answer is 200, already. Without one, the same reason to the same ownership is the same order" maxLength:"100" required:"false"`
	Reason string `json:"reason" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *takeOverBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *takeOverBody) build(o *order) (proto.Message, error) {
	if err := checkOrderID(b.EchoID); err != nil {
		return nil, err
	}
	return &actorpb.TakeOver{By: o.by, Reason: wa.CleanText(b.Reason), EchoId: b.EchoID}, nil
}

type snoozeBody struct {
	Until string `json:"until" doc:"In the future, at most five years from now" format:"date-time"`
}

func (b *snoozeBody) build(o *order) (proto.Message, error) {
	until, err := time.Parse(time.RFC3339, b.Until)
	if err != nil || !wa.MayBeSet(until, o.now) {
		return nil, problem.Field("until", wa.AheadRange(o.now))
	}
	return &actorpb.SetPhase{By: o.by, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: until.UnixMilli()}, nil
}

// phaseBody is empty: the command's name says the phase.
type phaseBody struct{ to actorpb.Phase }

func (b *phaseBody) build(o *order) (proto.Message, error) {
	return &actorpb.SetPhase{By: o.by, To: b.to}, nil
}

// readBody says up to which version the person has read; missing means all that
// there is.
type readBody struct {
	Version uint64 `json:"version" doc:"Default: the newest" required:"false"`
}

func (b *readBody) build(o *order) (proto.Message, error) {
	return &actorpb.MarkRead{By: o.by, Version: b.Version}, nil
}

// ResolveMessageBody decides an ambiguous send. Resend may reach the customer
// twice; without it the send counts as failed.
type ResolveMessageBody struct {
	MessageID string `json:"message_id" doc:"As in the path" required:"false"`
	Resend    bool   `json:"resend" doc:"Send again, at the risk of twice; else it counts as failed" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *ResolveMessageBody) NameFrom(_, path string) {
	b.MessageID = wa.CleanText(cmp.Or(path, b.MessageID))
}

func (b *ResolveMessageBody) build(o *order) (proto.Message, error) {
	if b.MessageID == "" {
		return nil, problem.Field("message_id", "missing")
	}
	return &actorpb.ResolveAmbiguous{By: o.by, MessageId: b.MessageID, Resend: b.Resend}, nil
}
