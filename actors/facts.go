package actors

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
)

// facts loads what the command needs beyond the state. An empty set, that of nearly
// all commands, asks nobody.
func (g *Conversation) facts(ctx context.Context, cmd proto.Message) (conversation.Facts, error) {
	set := g.state.Needs(cmd)
	if set == (conversation.FactSet{}) {
		return conversation.Facts{}, nil
	}
	facts, err := g.gather(ctx, set)
	if err != nil {
		return conversation.Facts{}, &cluster.Error{Code: CodeUnavailable, Text: err.Error()}
	}
	return facts, nil
}

func (g *Conversation) gather(ctx context.Context, set conversation.FactSet) (f conversation.Facts, err error) {
	if set.Effect != (ledger.EffectRef{}) {
		f.UnderWay, err = g.cfg.Journal.UnderWay(ctx, string(g.key.ContactID), set.Effect)
	}
	if set.Edit != "" && err == nil {
		f.Edit, err = g.cfg.Journal.Content(ctx, g.key, set.Edit)
		err = unlessUnknown(err)
	}
	if set.Seat != "" && err == nil {
		f.Seat, err = g.seat(ctx, set.Seat)
	}
	if set.Team != "" && err == nil {
		f.Team, err = g.cfg.Journal.HasTeam(ctx, wa.TenantID(g.state.TenantId), set.Team)
	}
	if set.Template != (conversation.TemplateName{}) && err == nil {
		f.Template, err = g.template(ctx, set.Template)
	}
	if set.Status != "" && err == nil {
		f.Status, err = g.status(ctx, set.Status)
	}
	return f, err
}

// unlessUnknown is nil for what the store does not know: the core judges that.
func unlessUnknown(err error) error {
	if errors.Is(err, persistence.ErrNotFound) {
		return nil
	}
	return err
}

// status reads what has come of a message that the state does not hold any more.
func (g *Conversation) status(ctx context.Context, id wa.MessageID) (*conversation.KnownStatus, error) {
	k, err := g.cfg.Journal.MessageStatus(ctx, g.key.PhoneNumberID, id)
	if err != nil || k.ContactID != g.key.ContactID {
		return nil, unlessUnknown(err)
	}
	return &conversation.KnownStatus{WAMID: string(k.WAMID), Status: highest(k), Came: came(k)}, nil
}

// seat reads who is to be the owner; nil: nobody of the tenant. The append holds the
// seat to what was read: a person who is disabled in between owns nothing.
func (g *Conversation) seat(ctx context.Context, agent wa.AgentID) (*ledger.Seat, error) {
	seat, err := g.cfg.Journal.Seat(ctx, agent)
	if err != nil || string(seat.TenantID) != g.state.TenantId {
		return nil, unlessUnknown(err)
	}
	return &seat, nil
}

// template reads what may be sent under a name. It is not kept in memory: a template
// that Meta paused a moment ago must not be sent, and few are.
func (g *Conversation) template(ctx context.Context, name conversation.TemplateName) (*ledger.Template, error) {
	t, err := g.cfg.Journal.Template(ctx, wa.TenantID(g.state.TenantId), g.key.PhoneNumberID, name.Name, name.Language)
	if err != nil {
		return nil, unlessUnknown(err)
	}
	return &t, nil
}
