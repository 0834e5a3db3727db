package actors

import (
	"cmp"
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
)

// facts gathers what the command needs beyond the state, and says whether some of it
// is from memory. An empty set, that of nearly all commands, asks nobody.
func (g *Conversation) facts(ctx context.Context, cmd proto.Message) (f conversation.Facts, fromMemory bool, err error) {
	set := g.state.Needs(cmd)
	if set == (conversation.FactSet{}) {
		return conversation.Facts{}, false, nil
	}
	reader := factReader{Conversation: g, all: g.reread, tenant: cmp.Or(wa.TenantID(g.state.TenantId), set.Tenant)}
	if f, err = reader.gather(ctx, set); err != nil {
		return conversation.Facts{}, false, &cluster.Error{Code: CodeUnavailable, Text: err.Error()}
	}
	g.reread = false
	return f, reader.fromMemory, nil
}

// factReader gathers the facts of one decision.
type factReader struct {
	*Conversation
	all        bool // nothing from memory
	tenant     wa.TenantID
	fromMemory bool // something is
}

func (g *factReader) gather(ctx context.Context, set conversation.FactSet) (f conversation.Facts, err error) {
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
		f.Team, err = g.cfg.Journal.HasTeam(ctx, g.tenant, set.Team)
	}
	if set.Template != (conversation.TemplateName{}) && err == nil {
		f.Template, err = g.template(ctx, set.Template)
	}
	if set.Message != "" && err == nil {
		f.Message, err = g.message(ctx, set.Message)
	}
	if set.File != "" && err == nil {
		f.File, err = g.file(ctx, set.File)
	}
	if set.Month {
		f.Spent = g.cfg.Known.spentMonth(g.tenant)
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

// message reads what a send is about.
func (g *Conversation) message(ctx context.Context, id wa.MessageID) (*ledger.Message, error) {
	m, err := g.cfg.Journal.Message(ctx, g.key, id)
	if err != nil {
		return nil, unlessUnknown(err)
	}
	return &m, nil
}

// file reads what a send brings along. An upload may be sent at once by whoever made it a
// moment ago: nothing of it is remembered.
func (g *Conversation) file(ctx context.Context, id wa.UploadID) (*ledger.UploadedFile, error) {
	f, err := g.cfg.Journal.File(ctx, wa.TenantID(g.state.TenantId), g.key.PhoneNumberID, id)
	if err != nil {
		return nil, unlessUnknown(err)
	}
	return &f, nil
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
func (g *factReader) seat(ctx context.Context, agent wa.AgentID) (*ledger.Seat, error) {
	seat, fromMemory, err := know(g.cfg.Known, g.cfg.Known.seats, agent, g.all, func() (ledger.Seat, error) {
		return g.cfg.Journal.Seat(ctx, agent)
	})
	g.fromMemory = g.fromMemory || fromMemory
	if err != nil || seat.TenantID != g.tenant {
		return nil, unlessUnknown(err)
	}
	return &seat, nil
}

// template reads what may be sent under a name.
func (g *factReader) template(ctx context.Context, name conversation.TemplateName) (*ledger.Template, error) {
	key := templateKey{string(g.tenant), g.key.PhoneNumberID, name}
	t, fromMemory, err := know(g.cfg.Known, g.cfg.Known.templates, key, g.all, func() (ledger.Template, error) {
		return g.cfg.Journal.Template(ctx, wa.TenantID(key.tenant), key.number, name.Name, name.Language)
	})
	g.fromMemory = g.fromMemory || fromMemory
	if err != nil {
		return nil, unlessUnknown(err)
	}
	return &t, nil
}
