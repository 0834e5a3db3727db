package conversation

import (
	"slices"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// sees says whether a seat may know of the conversation. Its teams, its numbers and
// whether it sees its own alone come with the command, as the session had them a moment
// ago: the conversation may have been passed on since, to another team or another
// owner, and then there is nothing here for it.
func (s *State) sees(by *actorpb.Actor) bool {
	return (by.AllTeams || slices.Contains(by.Teams, s.TeamId)) &&
		(len(by.Numbers) == 0 || slices.Contains(by.Numbers, string(s.Key.PhoneNumberID))) &&
		(!by.OwnOnly || s.isOwner(by))
}

// ownerAfter is the agent whom a send makes the owner, or who owns again what it
// reopens, or "".
func (s *State) ownerAfter(c *actorpb.SendMessage) wa.AgentID {
	if s.ownerKind() == actorpb.Party_KIND_NOBODY && c.Claim {
		return wa.AgentID(seatOf(c.By))
	}
	return s.reopened()
}

// unlessOwner is the agent, unless the conversation is his already.
func (s *State) unlessOwner(agent string) wa.AgentID {
	if s.ownedBy(agent) || !isID(agent) {
		return ""
	}
	return wa.AgentID(agent)
}

// reopened is the agent who would own the conversation again if it were reopened:
// what was resolved stays with whoever resolved it, also when he has left.
func (s *State) reopened() wa.AgentID {
	if s.Phase != actorpb.Phase_PHASE_RESOLVED {
		return ""
	}
	return wa.AgentID(agentOf(s.Owner))
}

func agentOf(p *actorpb.Party) string {
	if p.GetKind() != actorpb.Party_KIND_AGENT || !isID(p.GetId()) {
		return ""
	}
	return p.GetId()
}

// mayOwn judges a seat that Needs named as the owner within a team. One that was not
// found, in the tenant of the conversation, is nobody's account.
func (s *State) mayOwn(seat *ledger.Seat, team string) error {
	switch {
	case seat == nil:
		return &Refusal{Code: SeatClosed, Detail: "nobody has this account", Field: "agent_id"}
	case seat.Disabled:
		return &Refusal{Code: SeatClosed, Detail: "the account is disabled", Field: "agent_id"}
	case seat.Auditor:
		return &Refusal{Code: SeatClosed, Detail: "an auditor answers nobody", Field: "agent_id"}
	case !seat.AllTeams && !slices.Contains(seat.Teams, wa.TeamID(team)):
		return &Refusal{Code: NotInTeam, Detail: "this agent does not work for the conversation's team", Field: "agent_id"}
	case len(seat.Numbers) > 0 && !slices.Contains(seat.Numbers, s.Key.PhoneNumberID):
		return &Refusal{Code: NotForNumber, Detail: "this agent does not work with the conversation's number", Field: "agent_id"}
	}
	return nil
}

// orphaned completes a decision that reopens: an owner who may own it no more
// loses it to the queue of its team with the same append.
func (s *State) orphaned(d Decision, seat *ledger.Seat) Decision {
	if s.reopened() == "" || s.mayOwn(seat, s.TeamId) == nil {
		return d
	}
	ev := s.ownerChange(&actorpb.Party{}, actorpb.OwnerChanged_CAUSE_OWNER_LEFT, &actorpb.Actor{})
	ev.By = &actorpb.Party{Kind: actorpb.Party_KIND_SYSTEM, Id: causeLeft}
	d.Events = append(d.Events, ev)
	return s.silence(d, ev)
}

// causeLeft names the engine's own reason to take a conversation from its owner.
const causeLeft = "owner_left"
