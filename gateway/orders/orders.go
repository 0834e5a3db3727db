package orders

import (
	"context"
	"log/slog"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/telemetry"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// commandTimeout bounds a command, from the grain's activation to its answer.
const commandTimeout = 10 * time.Second

// Result answers a command that was carried out, now or before.
type Result struct {
	Already        bool       `json:"already,omitempty" doc:"It had been carried out before"`
	MessageID      string     `json:"message_id,omitempty"`
	Version        uint64     `json:"version"`
	Owner          view.Owner `json:"owner"`
	Phase          string     `json:"phase"`
	WindowClosesAt *time.Time `json:"window_closes_at,omitempty"`
	// Leaving names the messages of the previous owner that a takeover could not
	// hold back any more.
	Leaving []string `json:"leaving,omitempty"`
}

// Orders carries out what people order.
type Orders struct {
	known   map[string]Order // by name
	cluster cluster.Asker
	threads *view.Threads
	metrics *telemetry.Metrics
	log     *slog.Logger
	now     func() time.Time // the clock that clients are told
}

// Named returns the order of a name, if there is one.
func (h *Orders) Named(name string) (Order, bool) {
	o, ok := h.known[name]
	return o, ok
}

// CarryOut is the one way of a person's command to a conversation, from
// requests and sockets. Its error is or becomes a Problem.
func (h *Orders) CarryOut(
	ctx context.Context, who *staff.Person, conversation, name string, body Body,
) (*Result, error) {
	result, err := h.order(ctx, who, conversation, body)
	label := "done"
	if err != nil {
		label = problem.Of(err).Code
	}
	h.metrics.Command(ctx, name, label)
	return result, err
}

func (h *Orders) order(ctx context.Context, who *staff.Person, conversation string, body Body) (*Result, error) {
	key, err := wa.ParseConversationKey(conversation)
	if err != nil {
		return nil, problem.New(code.NotFound, "")
	}
	// A caller that goes away must not leave a command half asked.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandTimeout)
	defer cancel()
	by, from := SeatOf(who), audit.Actor(ctx)
	by.Address, by.Client = from.Address, audit.Cut(from.Client)
	msg, err := body.build(&order{by: by, now: h.now()})
	if err != nil {
		return nil, err
	}
	outcome, err := cluster.Ask[*actorpb.Outcome](ctx, h.cluster, wa.ConversationKind, key.String(), msg)
	if err != nil {
		return nil, err
	}
	if outcome.Refusal != "" {
		return nil, h.refused(ctx, key, outcome, body)
	}
	return viewResult(outcome), nil
}

func viewResult(outcome *actorpb.Outcome) *Result {
	return &Result{
		Already: outcome.Already, MessageID: outcome.MessageId, Version: outcome.Version,
		Owner:          view.Owner{Party: view.OfParty(outcome.Owner), Epoch: outcome.OwnerEpoch, Since: view.Time(outcome.OwnedSinceMs)},
		Phase:          view.PhaseName(outcome.Phase),
		WindowClosesAt: view.Time(outcome.WindowClosesAtMs), Leaving: outcome.Leaving,
	}
}

// differenceLimit bounds what a stale answer shows; with more the thread is to
// be read anew anyway.
const differenceLimit = 50

// refused explains a refusal; a stale one with what the sender had not seen.
func (h *Orders) refused(ctx context.Context, key wa.ConversationKey, outcome *actorpb.Outcome, body Body) *problem.Problem {
	if _, names := body.(interface{ receiver() }); names && outcome.Field == "agent_id" {
		return problem.Field(outcome.Field, outcome.Detail) // it is the body that names whom it cannot
	}
	p := problem.Refused(outcome)
	if send, ok := body.(*SendBody); ok && outcome.Refusal == code.Stale {
		difference, err := h.threads.Page(ctx, key, inbox.EventQuery{After: max(send.SeenVersion, 1), Limit: differenceLimit})
		if err != nil { // the refusal counts without it, too
			h.log.Warn("read difference", "conversation", key.String(), "error", err)
		}
		p.Difference = difference
	}
	return p
}

func roleOf(r staff.Role) actorpb.Role {
	switch r {
	case staff.RoleAdmin:
		return actorpb.Role_ROLE_ADMIN
	case staff.RoleAuditor:
		return actorpb.Role_ROLE_AUDITOR
	case staff.RoleManager:
		return actorpb.Role_ROLE_MANAGER
	}
	return actorpb.Role_ROLE_AGENT
}

// SeatOf is the person as grains know him.
func SeatOf(p *staff.Person) *actorpb.Actor {
	scope := p.Scope()
	by := &actorpb.Actor{
		AgentId: string(p.ID), Name: p.Name, TenantId: string(p.TenantID), Role: roleOf(p.Role), AllTeams: scope.AllTeams,
		OwnOnly: scope.OwnOnly,
	}
	if p.Key != nil {
		by.Kind, by.Through = actorpb.Party_KIND_INTEGRATION, p.Key.Policy == staff.PolicyThrough
	}
	for _, team := range scope.Teams {
		by.Teams = append(by.Teams, string(team))
	}
	for _, number := range scope.Numbers {
		by.Numbers = append(by.Numbers, string(number))
	}
	return by
}

// Config is what orders are carried out with; all of it is required.
type Config struct {
	Cluster cluster.Asker
	Threads *view.Threads
	Logger  *slog.Logger
	Now     func() time.Time
}

func New(c Config, m *telemetry.Metrics) *Orders {
	known := make(map[string]Order)
	for _, o := range All() {
		known[o.Name] = o
	}
	return &Orders{known: known, cluster: c.Cluster, threads: c.Threads, metrics: m, log: c.Logger, now: c.Now}
}
