package actors

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/journal"
)

// PhoneNumber is the grain of one business number: its mode, rate and health.
type PhoneNumber struct {
	cfg   *Config
	id    wa.PhoneNumberID
	state *phone.State // nil: not loaded
}

// PhoneNumbers is the kind: it makes the grain of a number.
func PhoneNumbers(cfg Config) cluster.Factory {
	cfg = cfg.withDefaults()
	return func(key string) cluster.Grain { return &PhoneNumber{cfg: &cfg, id: wa.PhoneNumberID(key)} }
}

// Receive decides one command.
func (g *PhoneNumber) Receive(ctx context.Context, cmd proto.Message) (proto.Message, error) {
	s := shell{machine: g, now: g.cfg.Now, trusted: g.cfg.LeaseValid}
	return s.receive(ctx, cmd)
}

// Passivate forgets; everything is stored.
func (g *PhoneNumber) Passivate() { g.forget() }

func (g *PhoneNumber) forget() { g.state = nil }

func (g *PhoneNumber) load(ctx context.Context) error {
	if g.state != nil {
		return nil
	}
	version, snapshot, err := g.cfg.Streams.Load(ctx, wa.PhoneNumberKind, string(g.id))
	if err != nil {
		return err
	}
	if g.state, err = phone.Restore(g.id, version, snapshot); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// known is never asked: streams have no messages.
func (g *PhoneNumber) known(proto.Message) proto.Message { return g.state.Describe(g.cfg.Now()) }

func (g *PhoneNumber) decide(_ context.Context, cmd proto.Message, now time.Time) (proto.Message, *change, error) {
	d, err := g.state.Decide(cmd, now)
	if refusal, ok := errors.AsType[*phone.Refusal](err); ok {
		n := g.state.Describe(now)
		n.Refusal, n.Detail = refusal.Code, refusal.Detail
		return n, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if len(d.Events) == 0 {
		return d.Outcome, nil, nil
	}
	a := &journal.StreamAppend{Kind: wa.PhoneNumberKind, ID: string(g.id), DecidedOn: g.state.Version}
	for _, ev := range d.Events {
		row, err := encode(ev, now)
		if err != nil {
			return nil, nil, err
		}
		a.Events = append(a.Events, row)
		g.state.Evolve(ev)
	}
	a.Audit = auditOf(cmd, d.Events, string(g.id))
	if a.Snapshot, err = g.state.Snapshot(); err != nil {
		return nil, nil, err
	}
	return nil, &change{
		store:     func(ctx context.Context) error { return g.cfg.Streams.Append(ctx, a) },
		committed: func(context.Context) proto.Message { return g.state.Describe(now) },
	}, nil
}

// auditOf tells the audit of holds and releases: each is somebody's order.
func auditOf(cmd proto.Message, events []phone.Event, number string) (lines []ledger.AuditLine) {
	ordered, ok := cmd.(interface{ GetBy() *actorpb.Actor })
	if !ok {
		return nil
	}
	line := ledger.AuditedBy(ordered.GetBy())
	line.ObjectKind, line.ObjectID = "number", number
	for _, ev := range events {
		switch e := ev.(type) {
		case *actorpb.NumberHeld:
			line.Action = string(audit.NumberPaused)
			stops := "machines"
			if e.Hold.All {
				stops = "all"
			}
			values := map[string]string{"stops": stops, "reason": e.Hold.Reason}
			if e.Hold.Rate > 0 {
				values["stops"], values["rate"] = "rate", strconv.Itoa(int(e.Hold.Rate))
			}
			if until := e.Hold.UntilMs; until != 0 {
				values["until"] = time.UnixMilli(until).UTC().Format(time.RFC3339)
			}
			line.After = ledger.AuditValues(values)
		case *actorpb.NumberReleased:
			line.Action = string(audit.NumberResumed)
			if r, ok := cmd.(*actorpb.ReleaseNumber); ok && r.Ends {
				line.After = ledger.AuditValues(map[string]string{"ended": "true"})
			}
		default:
			continue
		}
		lines = append(lines, line)
	}
	return lines
}
