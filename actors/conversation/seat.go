package conversation

import (
	"slices"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Seat is what the decision must know of somebody who is to own a conversation:
// whether the account is open, and which teams it sees.
type Seat struct {
	Disabled bool
	AllTeams bool // managers and administrators
	Teams    []string
}

func (seat *Seat) sees(team string) bool { return seat.AllTeams || slices.Contains(seat.Teams, team) }

// NeedsSeat names the agent whose seat Decide needs, or "": whom the command
// would make the owner, or who would own again what it reopens. An inbound to a
// conversation that is not resolved needs none.
func (s *State) NeedsSeat(cmd Command) string {
	if !s.Exists() {
		return ""
	}
	switch c := cmd.(type) {
	case *actorpb.Claim:
		return s.unlessOwner(c.By.GetAgentId())
	case *actorpb.TakeOver:
		return s.unlessOwner(c.By.GetAgentId())
	case *actorpb.Assign:
		return s.unlessOwner(agentOf(c.To))
	case *actorpb.Transfer:
		if c.TeamId != "" && c.TeamId != s.TeamId { // of an owner too: he may not work there
			return agentOf(c.To)
		}
		return s.unlessOwner(agentOf(c.To))
	case *actorpb.SendMessage:
		if s.ownerKind() == actorpb.Party_KIND_NOBODY && c.Claim {
			return c.By.GetAgentId()
		}
		return s.reopened()
	case *actorpb.ReceiveInbound, *actorpb.SetPhase:
		return s.reopened()
	}
	return ""
}

// unlessOwner is the agent, unless the conversation is his already.
func (s *State) unlessOwner(agent string) string {
	if s.ownedBy(agent) {
		return ""
	}
	return agent
}

// reopened is the agent who would own the conversation again if it were reopened:
// what was resolved stays with whoever resolved it, also when he has left.
func (s *State) reopened() string {
	if s.Phase != actorpb.Phase_PHASE_RESOLVED {
		return ""
	}
	return agentOf(s.Owner)
}

func agentOf(p *actorpb.Party) string {
	if p.GetKind() != actorpb.Party_KIND_AGENT {
		return ""
	}
	return p.GetId()
}

// mayOwn judges a seat that NeedsSeat named as the owner within a team. One that
// was not found, in the tenant of the conversation, is nobody's account.
func mayOwn(seat *Seat, team string) error {
	switch {
	case seat == nil:
		return &Refusal{Code: SeatClosed, Detail: "nobody has this account", Field: "agent_id"}
	case seat.Disabled:
		return &Refusal{Code: SeatClosed, Detail: "the account is disabled", Field: "agent_id"}
	case !seat.sees(team):
		return &Refusal{Code: NotInTeam, Detail: "this agent does not work for the conversation's team", Field: "agent_id"}
	}
	return nil
}

// orphaned completes a decision that reopens: an owner who may own it no more
// loses it to the queue of its team with the same append.
func (s *State) orphaned(d Decision, seat *Seat) Decision {
	if s.reopened() == "" || mayOwn(seat, s.TeamId) == nil {
		return d
	}
	ev := s.ownerChange(&actorpb.Party{}, actorpb.OwnerChanged_CAUSE_OWNER_LEFT, &actorpb.Actor{})
	ev.By = &actorpb.Party{Kind: actorpb.Party_KIND_SYSTEM, Id: causeLeft}
	d.Events = append(d.Events, ev)
	return s.silence(d, ev)
}

// causeLeft names the engine's own reason to take a conversation from its owner.
const causeLeft = "owner_left"
