package gateway

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// commandTimeout bounds a command, from the grain's activation to its answer.
const commandTimeout = 10 * time.Second

// commandNames are the commands of a conversation: the last element of their
// route and the type of their frame.
func commandNames() []string {
	return []string{
		"messages", "notes", "claim", "release", "assign", "transfer", "takeover",
		"snooze", "resolve", "reopen", "pending", "read",
	}
}

// commandBody is the JSON of one command, of a request or a frame alike.
type commandBody interface {
	// build makes the grain's command. It refuses what a conversation cannot
	// judge: content, unknown people and teams.
	build(ctx context.Context, o *order) (proto.Message, error)
}

// namedBody is of a command that makes a message, once for each echo id.
type namedBody interface {
	echo() string
	// repeated asks whether a command that cannot be built today was carried out
	// before: its template may have been paused since. The conversation refuses it,
	// unless it knows the echo id.
	repeated(o *order) proto.Message
}

// order is one command of one person to a conversation that he may see.
type order struct {
	staff *staff.Staff
	inbox *inbox.Inbox
	who   *staff.Person
	row   inbox.ListedConversation
	by    *actorpb.Actor
	now   time.Time // by the clock that clients are told
}

// newCommand returns an empty body for a name, nil when there is no such command.
func newCommand(name string) commandBody {
	switch name {
	case "messages":
		return &sendBody{}
	case "notes":
		return &noteBody{}
	case "claim":
		return &claimBody{}
	case "release":
		return &releaseBody{}
	case "assign":
		return &assignBody{}
	case "transfer":
		return &transferBody{}
	case "takeover":
		return &takeOverBody{}
	case "snooze":
		return &snoozeBody{}
	case "resolve":
		return &phaseBody{to: actorpb.Phase_PHASE_RESOLVED}
	case "reopen":
		return &phaseBody{to: actorpb.Phase_PHASE_OPEN}
	case "pending":
		return &phaseBody{to: actorpb.Phase_PHASE_PENDING}
	case "read":
		return &readBody{}
	case "resolve_message":
		return &resolveMessageBody{}
	}
	return nil
}

// resultView answers a command that was carried out, now or before.
type resultView struct {
	Already        bool       `json:"already,omitempty"`
	MessageID      string     `json:"message_id,omitempty"`
	Version        uint64     `json:"version"`
	Owner          ownerView  `json:"owner"`
	Phase          string     `json:"phase"`
	WindowClosesAt *time.Time `json:"window_closes_at,omitempty"`
	// Leaving names the messages of the previous owner that a takeover could not
	// hold back any more.
	Leaving []string `json:"leaving,omitempty"`
}

// command serves one command over HTTP.
func (s *Server) command(name string) handler {
	return func(w http.ResponseWriter, r *http.Request, who staff.Session) error {
		body := newCommand(name)
		if err := decode(w, r, body); err != nil {
			return err
		}
		if b, ok := body.(interface{ name(header, path string) }); ok {
			b.name(r.Header.Get("Idempotency-Key"), r.PathValue("mid"))
		}
		result, err := s.hub.carryOut(r.Context(), &who.Person, r.PathValue("id"), name, body)
		if err != nil {
			return err
		}
		status := http.StatusOK
		if result.MessageID != "" && !result.Already {
			status = http.StatusCreated
		}
		return writeJSON(w, status, result)
	}
}

// carryOut is the one way of a person's command to a conversation, from
// requests and sockets. Its error is or becomes a Problem.
func (h *hub) carryOut(
	ctx context.Context, who *staff.Person, conversation, name string, body commandBody,
) (*resultView, error) {
	result, err := h.order(ctx, who, conversation, body)
	label := "done"
	if err != nil {
		label = toProblem(err).Code
	}
	h.metrics.command(ctx, name, label)
	return result, err
}

func (h *hub) order(ctx context.Context, who *staff.Person, conversation string, body commandBody) (*resultView, error) {
	key, err := wa.ParseConversationKey(conversation)
	if err != nil {
		return nil, problem("not_found", "")
	}
	// A caller that goes away must not leave a command half asked.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandTimeout)
	defer cancel()
	row, err := h.inbox.Get(ctx, who.Scope(), key)
	if err != nil {
		return nil, err
	}
	o := order{staff: h.staff, inbox: h.inbox, who: who, row: row, by: seatOf(who), now: h.now()}
	msg, refusal := body.build(ctx, &o)
	if refusal != nil {
		named, ok := body.(namedBody)
		if !ok || checkEchoID(named.echo()) != nil {
			return nil, refusal
		}
		msg = named.repeated(&o)
	}
	outcome, err := cluster.Ask[*actorpb.Outcome](ctx, h.cluster, wa.ConversationKind, key.String(), msg)
	switch {
	case err != nil:
		return nil, err
	case refusal != nil && !outcome.Already:
		return nil, refusal
	case outcome.Refusal != "":
		return nil, h.refused(ctx, key, outcome, body)
	}
	return viewResult(outcome), nil
}

func viewResult(outcome *actorpb.Outcome) *resultView {
	return &resultView{
		Already: outcome.Already, MessageID: outcome.MessageId, Version: outcome.Version,
		Owner:          ownerView{viewParty(outcome.Owner), outcome.OwnerEpoch, viewTime(outcome.OwnedSinceMs)},
		Phase:          phaseName(outcome.Phase),
		WindowClosesAt: viewTime(outcome.WindowClosesAtMs), Leaving: outcome.Leaving,
	}
}

// differenceLimit bounds what a stale answer shows; with more the thread is to
// be read anew anyway.
const differenceLimit = 50

// refused explains a refusal; a stale one with what the sender had not seen.
func (h *hub) refused(ctx context.Context, key wa.ConversationKey, outcome *actorpb.Outcome, body commandBody) *Problem {
	p := refusal(outcome)
	send, ok := body.(*sendBody)
	switch {
	case outcome.Refusal == "bad_content" && ok:
		p.Field = send.field()
	case outcome.Refusal == "stale" && ok:
		difference, err := h.threads.page(ctx, key, inbox.EventQuery{After: max(send.SeenVersion, 1), Limit: differenceLimit})
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
	case staff.RoleManager:
		return actorpb.Role_ROLE_MANAGER
	}
	return actorpb.Role_ROLE_AGENT
}

// colleague returns the agent as a party, if there is one of this id who may
// see the team: an owner who cannot see his conversation would be none.
func (o *order) colleague(ctx context.Context, id string, team wa.TeamID) (*actorpb.Party, error) {
	p, err := o.staff.Get(ctx, o.who.TenantID, wa.AgentID(wa.CleanText(id)))
	if toProblemCode(err) == "not_found" {
		return nil, badField("agent_id", "there is no such agent")
	}
	if err != nil {
		return nil, err
	}
	if p.Disabled || !p.Scope().Sees(o.row.TenantID, cmp.Or(team, o.row.TeamID)) {
		return nil, badField("agent_id", "this agent does not work for the conversation's team")
	}
	return &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(p.ID), Name: p.Name}, nil
}

func (o *order) teamExists(ctx context.Context, id wa.TeamID) error {
	teams, err := o.staff.Teams(ctx, persistence.Scope{TenantID: o.who.TenantID, Teams: []wa.TeamID{wa.TeamID(wa.CleanText(string(id)))}})
	if err == nil && len(teams) == 0 {
		return badField("team_id", "there is no such team")
	}
	return err
}

func toProblemCode(err error) string {
	if err == nil {
		return ""
	}
	return toProblem(err).Code
}

// seatOf is the person as grains know him.
func seatOf(p *staff.Person) *actorpb.Actor {
	return &actorpb.Actor{AgentId: string(p.ID), Name: p.Name, TenantId: string(p.TenantID), Role: roleOf(p.Role)}
}
