package orders

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// sendBody sends a text or a template. EchoID names the send: sent again it is
// the same message. SeenVersion is what the composer was looking at.
type sendBody struct {
	EchoID       string        `json:"echo_id"`
	Text         string        `json:"text"`
	Template     *templateBody `json:"template"`
	SeenVersion  uint64        `json:"seen_version"`
	DespiteStale bool          `json:"despite_stale"`
	OwnerEpoch   uint64        `json:"owner_epoch"`
	Claim        bool          `json:"claim"`
	Then         string        `json:"then"`  // resolved or snoozed with the send; a refused send changes nothing
	Until        string        `json:"until"` // RFC 3339, snoozed only
}

// NameFrom takes the name of the order from a header or path.
func (b *sendBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

// field is what a refused content is about.
func (b *sendBody) field() string {
	if b.Template != nil {
		return "template"
	}
	return "text"
}

func (b *sendBody) content(ctx context.Context, o *Order) (*wa.Content, error) {
	switch {
	case b.Template != nil && b.Text != "":
		p := problem.New("bad_content", "give text or template, not both")
		p.Field = b.field()
		return nil, p
	case b.Template != nil:
		template, err := b.Template.message(ctx, o)
		if err != nil {
			return nil, err
		}
		return &wa.Content{Kind: wa.KindTemplate, Template: template}, nil
	}
	return &wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: wa.CleanText(b.Text)}}, nil
}

func (b *sendBody) build(ctx context.Context, o *Order) (proto.Message, error) {
	if err := checkEchoID(b.EchoID); err != nil {
		return nil, err
	}
	content, err := b.content(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := content.Sendable(); err != nil {
		return nil, problem.Content(b.field(), err)
	}
	encoded, err := json.Marshal(content)
	if err != nil {
		return nil, problem.Field("template.components", "not valid JSON")
	}
	then, until, err := b.phase(o)
	if err != nil {
		return nil, err
	}
	return &actorpb.SendMessage{
		By: o.by, EchoId: b.EchoID, Kind: string(content.Kind), Content: encoded, Preview: content.PreviewText(),
		SeenVersion: b.SeenVersion, DespiteStale: b.DespiteStale, OwnerEpoch: b.OwnerEpoch, Claim: b.Claim, Then: then, UntilMs: until,
	}, nil
}

func (b *sendBody) echo() string { return b.EchoID }

func (b *sendBody) repeated(o *Order) proto.Message {
	return &actorpb.SendMessage{By: o.by, EchoId: b.EchoID}
}

// phase is what the conversation becomes with the send. A time that has passed
// is left to the conversation, which knows whether the send is a repeated one.
func (b *sendBody) phase(o *Order) (actorpb.Phase, int64, error) {
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

// tooLong is of words beside an order.
func tooLong(field string) *problem.Problem {
	p := problem.Field(field, wa.ErrTextTooLong.Error())
	p.Reason = problem.ReasonOf(wa.ErrTextTooLong)
	return p
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
	EchoID string `json:"echo_id"`
	Text   string `json:"text"`
}

// NameFrom takes the name of the order from a header or path.
func (b *noteBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *noteBody) build(_ context.Context, o *Order) (proto.Message, error) {
	if err := checkEchoID(b.EchoID); err != nil {
		return nil, err
	}
	content := wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: wa.CleanText(b.Text)}}
	if err := content.Sendable(); err != nil {
		return nil, problem.Content("text", err)
	}
	return &actorpb.AddNote{By: o.by, EchoId: b.EchoID, Text: content.Text.Body}, nil
}

func (b *noteBody) echo() string { return b.EchoID }

func (b *noteBody) repeated(o *Order) proto.Message {
	return &actorpb.AddNote{By: o.by, EchoId: b.EchoID}
}

type claimBody struct{}

func (*claimBody) build(_ context.Context, o *Order) (proto.Message, error) {
	return &actorpb.Claim{By: o.by}, nil
}

type releaseBody struct{}

func (*releaseBody) build(_ context.Context, o *Order) (proto.Message, error) {
	return &actorpb.Release{By: o.by}, nil
}

// assignBody gives the conversation to an agent.
type assignBody struct {
	AgentID            string `json:"agent_id"`
	ExpectedOwnerEpoch uint64 `json:"expected_owner_epoch"`
}

func (b *assignBody) build(ctx context.Context, o *Order) (proto.Message, error) {
	to, err := o.colleague(ctx, b.AgentID, "")
	if err != nil {
		return nil, err
	}
	return &actorpb.Assign{By: o.by, To: to, ExpectedOwnerEpoch: b.ExpectedOwnerEpoch}, nil
}

// transferBody passes the conversation on: to an agent, or without one to the
// queue of a team. EchoID names the order: sent again, its note is the same note.
type transferBody struct {
	EchoID  string    `json:"echo_id"`
	AgentID string    `json:"agent_id"`
	TeamID  wa.TeamID `json:"team_id"`
	Note    string    `json:"note"`
}

// NameFrom takes the name of the order from a header or path.
func (b *transferBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *transferBody) build(ctx context.Context, o *Order) (proto.Message, error) {
	if err := checkOrderID(b.EchoID); err != nil {
		return nil, err
	}
	if len([]rune(b.Note)) > wa.MaxTextLength {
		return nil, tooLong("note")
	}
	if b.TeamID != "" {
		if err := o.TeamExists(ctx, b.TeamID); err != nil {
			return nil, err
		}
	}
	to := &actorpb.Party{}
	if b.AgentID != "" {
		var err error
		if to, err = o.colleague(ctx, b.AgentID, b.TeamID); err != nil {
			return nil, err
		}
	}
	return &actorpb.Transfer{By: o.by, To: to, TeamId: string(b.TeamID), Note: wa.CleanText(b.Note), EchoId: b.EchoID}, nil
}

func (b *transferBody) echo() string { return b.EchoID }

// repeated names nobody, so that it can only be refused.
func (b *transferBody) repeated(o *Order) proto.Message {
	return &actorpb.Transfer{By: o.by, EchoId: b.EchoID, To: &actorpb.Party{Kind: actorpb.Party_KIND_AGENT}}
}

// takeOverBody takes it from its owner; EchoID names the order as a transfer's does.
type takeOverBody struct {
	EchoID string `json:"echo_id"`
	Reason string `json:"reason"`
}

// NameFrom takes the name of the order from a header or path.
func (b *takeOverBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *takeOverBody) build(_ context.Context, o *Order) (proto.Message, error) {
	if err := checkOrderID(b.EchoID); err != nil {
		return nil, err
	}
	if len([]rune(b.Reason)) > wa.MaxTextLength {
		return nil, tooLong("reason")
	}
	return &actorpb.TakeOver{By: o.by, Reason: wa.CleanText(b.Reason), EchoId: b.EchoID}, nil
}

type snoozeBody struct {
	Until string `json:"until"` // RFC 3339
}

func (b *snoozeBody) build(_ context.Context, o *Order) (proto.Message, error) {
	until, err := time.Parse(time.RFC3339, b.Until)
	if err != nil || !wa.MayBeSet(until, o.now) {
		return nil, problem.Field("until", wa.AheadRange(o.now))
	}
	return &actorpb.SetPhase{By: o.by, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: until.UnixMilli()}, nil
}

// phaseBody is empty: the command's name says the phase.
type phaseBody struct{ to actorpb.Phase }

func (b *phaseBody) build(_ context.Context, o *Order) (proto.Message, error) {
	return &actorpb.SetPhase{By: o.by, To: b.to}, nil
}

// readBody says up to which version the person has read; missing means to the
// newest as the gateway finds it.
type readBody struct {
	Version uint64 `json:"version"`
}

func (b *readBody) build(_ context.Context, o *Order) (proto.Message, error) {
	return &actorpb.MarkRead{By: o.by, Version: cmp.Or(b.Version, o.row.Version)}, nil
}

// ResolveMessageBody decides an ambiguous send. Resend may reach the customer
// twice; without it the send counts as failed.
type ResolveMessageBody struct {
	MessageID string `json:"message_id"` // on sockets; in requests it is in the path
	Resend    bool   `json:"resend"`
}

// NameFrom takes the name of the order from a header or path.
func (b *ResolveMessageBody) NameFrom(_, path string) {
	b.MessageID = wa.CleanText(cmp.Or(path, b.MessageID))
}

func (b *ResolveMessageBody) build(_ context.Context, o *Order) (proto.Message, error) {
	if b.MessageID == "" {
		return nil, problem.Field("message_id", "missing")
	}
	return &actorpb.ResolveAmbiguous{By: o.by, MessageId: b.MessageID, Resend: b.Resend}, nil
}
