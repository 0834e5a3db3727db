package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
)

// Config is what the grains of a member share.
type Config struct {
	Journal Journal
	Streams Streams
	// Committed hears of every append after its commit. It must not block; the
	// update is its own from then on.
	Committed func(*actorpb.ConversationUpdate)
	// Queued hears of the effects of each commit. It must not block.
	Queued func(kind ledger.EffectKind, scope string)
	// LeaseValid says whether this member may answer from memory.
	LeaseValid func() bool
	Now        func() time.Time // business time; default time.Now
	// Known is what the member knows; nil: these grains have a memory of their own.
	Known *Known
}

func (c Config) withDefaults() Config {
	if c.Committed == nil {
		c.Committed = func(*actorpb.ConversationUpdate) {}
	}
	if c.Queued == nil {
		c.Queued = func(ledger.EffectKind, string) {}
	}
	if c.LeaseValid == nil {
		c.LeaseValid = func() bool { return true }
	}
	if c.Known == nil {
		c.Known = NewKnown(time.Now)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Conversation is the grain of one conversation. Between two commands it holds the
// state as it is stored, which takes a third of the room: to decode it takes a
// microsecond, and most of the conversations in memory wait. The bytes are those of
// the last append, shared with whoever was told of it.
type Conversation struct {
	cfg    *Config
	key    wa.ConversationKey
	state  *conversation.State // nil: no command is being decided
	stored ledger.Loaded       // of use if loaded
	loaded bool
	reread bool // the next facts come from the store
}

// Conversations is the kind: it makes the grain of a key.
func Conversations(cfg Config) cluster.Factory {
	cfg = cfg.withDefaults()
	return func(key string) cluster.Grain {
		k, err := wa.ParseConversationKey(key)
		if err != nil {
			return invalid{err}
		}
		return &Conversation{cfg: &cfg, key: k}
	}
}

// invalid answers for a key that names no grain.
type invalid struct{ err error }

func (g invalid) Receive(context.Context, proto.Message) (proto.Message, error) { return nil, g.err }
func (g invalid) Passivate()                                                    {}

// Receive decides one command.
func (g *Conversation) Receive(ctx context.Context, cmd proto.Message) (proto.Message, error) {
	defer func() { g.state = nil }()
	s := shell{machine: g, now: g.cfg.Now, trusted: g.cfg.LeaseValid}
	return s.receive(ctx, cmd)
}

// Passivate forgets; everything is stored.
func (g *Conversation) Passivate() { g.forget() }

// forget is what follows an append that failed: perhaps for a fact that was old.
func (g *Conversation) forget() {
	g.state, g.stored, g.loaded, g.reread = nil, ledger.Loaded{}, false, true
}

func (g *Conversation) load(ctx context.Context) (err error) {
	if g.state != nil {
		return nil
	}
	if !g.loaded {
		if g.stored, err = g.cfg.Journal.Load(ctx, g.key); err != nil {
			return err
		}
	}
	l := &g.stored
	g.state, err = conversation.Restore(g.key, l.Version, l.Snapshot, conversation.Display{
		ContactName: l.ContactName, ContactAddress: l.ContactAddress, LastPreview: l.LastPreview,
	})
	if g.loaded = err == nil; !g.loaded {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// keep remembers what an append has stored.
func (g *Conversation) keep(a *ledger.Append) {
	g.stored = ledger.Loaded{
		Version: g.state.Version, Snapshot: a.Snapshot,
		ContactName: g.state.Display.ContactName, ContactAddress: g.state.Display.ContactAddress, LastPreview: g.state.Display.LastPreview,
	}
}

func (g *Conversation) known(cmd proto.Message) proto.Message {
	o := &actorpb.Outcome{Already: true}
	switch c := cmd.(type) {
	case *actorpb.ReceiveInbound:
		o.MessageId = c.MessageId
	case *actorpb.SendMessage:
		o.MessageId = string(conversation.OrderMessageID(g.key, c.By, c.EchoId))
	case *actorpb.AddNote:
		o.MessageId = string(conversation.OrderMessageID(g.key, c.By, c.EchoId))
	case *actorpb.ResolveAmbiguous:
		o.MessageId = c.MessageId
	}
	return g.state.Describe(o)
}

func (g *Conversation) decide(ctx context.Context, cmd proto.Message, now time.Time) (proto.Message, *change, error) {
	facts, fromMemory, err := g.facts(ctx, cmd)
	if err != nil {
		return nil, nil, err
	}
	d, err := g.state.Decide(cmd, facts, now)
	// Nobody is refused, and nothing is taken as done, for what was so three seconds ago:
	// an answer without events has no append that would notice.
	if fromMemory && (err != nil || len(d.Events) == 0) {
		g.reread = true
		if facts, _, err = g.facts(ctx, cmd); err != nil {
			return nil, nil, err
		}
		d, err = g.state.Decide(cmd, facts, now)
	}
	if refusal, ok := errors.AsType[*conversation.Refusal](err); ok {
		answer, err := g.refused(ctx, cmd, refusal)
		return answer, nil, err
	}
	if err != nil {
		return nil, nil, err
	}
	if len(d.Events) == 0 {
		return g.state.Describe(d.Outcome), nil, nil
	}
	a, err := g.evolve(d, now)
	if err != nil {
		return nil, nil, err
	}
	if facts.Seat != nil {
		a.Seat = *facts.Seat
	}
	var stored ledger.Appended
	return nil, &change{
		store: func(ctx context.Context) (err error) {
			stored, err = g.cfg.Journal.Append(ctx, a)
			return err
		},
		committed: func(ctx context.Context) proto.Message {
			g.keep(a)
			g.publish(a)
			return g.answer(ctx, d, stored.Withdrawn)
		},
	}, nil
}

// refused answers a refusal, or "already" if what the command asks for stands in
// the store: a command that is repeated is repeated, whatever the rules say now.
// A command that is accepted needs no such look: its insert would say it.
func (g *Conversation) refused(ctx context.Context, cmd proto.Message, r *conversation.Refusal) (proto.Message, error) {
	if r.Unless != "" {
		stored, err := g.cfg.Journal.Stored(ctx, g.key, r.Unless)
		switch {
		case err != nil:
			return nil, &cluster.Error{Code: CodeUnavailable, Text: err.Error()}
		case stored:
			return g.known(cmd), nil
		}
	}
	return g.state.Describe(&actorpb.Outcome{Refusal: r.Code, Detail: r.Detail, Field: r.Field, Reason: r.Reason}), nil
}

// answer completes the outcome. After a takeover the rows that the append
// withdrew are recorded first, so that the outcome can name what was leaving.
func (g *Conversation) answer(ctx context.Context, d conversation.Decision, withdrawn []ledger.EffectRef) proto.Message {
	for _, ref := range withdrawn {
		s := shell{machine: g, now: g.cfg.Now, trusted: g.cfg.LeaseValid}
		// Should it fail, the withdrawn row stays and the relay reports it again.
		_, _ = s.receive(ctx, &actorpb.RecordWithdrawn{
			MessageId: ref.ID, Attempt: ref.Attempt, Reason: "superseded",
		})
	}
	if err := g.load(ctx); err != nil { // it committed; only the description is missing
		return &actorpb.Outcome{MessageId: d.Outcome.GetMessageId()}
	}
	return g.state.Answer(d)
}

// evolve applies the decision to the state and gathers what to store.
func (g *Conversation) evolve(d conversation.Decision, now time.Time) (*ledger.Append, error) {
	a := &ledger.Append{Key: g.key, DecidedOn: g.state.Version, Events: make([]ledger.Event, len(d.Events))}
	var err error
	armed := g.state.AlarmMs
	for i, ev := range d.Events {
		if a.Events[i], err = encode(ev, now); err != nil {
			return nil, err
		}
		g.state.Evolve(ev, now)
	}
	if d.Display != nil {
		g.state.Display = *d.Display
	}
	if a.Snapshot, err = g.state.Snapshot(); err != nil {
		return nil, err
	}
	if g.state.AlarmMs != armed { // none: the row that is there rings for nothing, once
		a.Alarm = at(g.state.AlarmMs)
	}
	rows(a, g.state, d, now)
	return a, nil
}

// publish tells of an append, unless nobody is shown the conversation yet.
func (g *Conversation) publish(a *ledger.Append) {
	if !g.state.Exists() {
		return
	}
	g.cfg.Committed(update(a, g.state))
	for i := range a.Effects {
		g.cfg.Queued(a.Effects[i].Kind, a.Effects[i].Scope)
	}
}
