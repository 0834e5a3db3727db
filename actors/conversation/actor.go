package conversation

import (
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Orders come from persons, the assistant, programs with an API key, the phone app and
// the engine itself, and the rules ask who it is, never which way it came. Ids of
// different kinds are given by different hands and may be equal. So nothing compares a
// bare id: the party of an actor bears its kind in its id, and the ids of messages are
// made of both.

// mayOrder says whether anybody of a kind gives orders; customers do not.
func mayOrder(kind actorpb.Party_Kind) bool {
	return kind == actorpb.Party_KIND_SYSTEM || ownsAtAll(kind)
}

// ownsAtAll says whether anybody of a kind can own a conversation. The engine orders,
// but it answers nobody.
func ownsAtAll(kind actorpb.Party_Kind) bool {
	switch kind {
	case actorpb.Party_KIND_AGENT, actorpb.Party_KIND_ASSISTANT, actorpb.Party_KIND_INTEGRATION, actorpb.Party_KIND_PHONE:
		return true
	}
	return false
}

// party is an actor as owner, author or cause.
func party(by *actorpb.Actor) *actorpb.Party {
	return &actorpb.Party{Kind: actorpb.KindOf(by), Id: actorpb.PartyID(by), Name: wa.Trimmed(by.GetName(), maxName)}
}

// isOwner says whether whoever orders owns the conversation.
func (s *State) isOwner(by *actorpb.Actor) bool {
	return s.ownerKind() == actorpb.KindOf(by) && s.Owner.GetId() == actorpb.PartyID(by)
}

// seatOf is the account of an actor that has one: a person's.
func seatOf(by *actorpb.Actor) string {
	if actorpb.KindOf(by) != actorpb.Party_KIND_AGENT {
		return ""
	}
	return by.GetAgentId()
}

// mayTake judges an actor who would make himself the owner; Needs has named his seat,
// if he has one.
func (s *State) mayTake(by *actorpb.Actor, facts Facts) error {
	switch kind := actorpb.KindOf(by); {
	case !ownsAtAll(kind):
		return refusal.Of(Forbidden, "the engine itself owns nothing")
	case by.GetThrough():
		return refusal.Of(Forbidden, "this API key writes without owning")
	case kind != actorpb.Party_KIND_AGENT:
		return nil // no account: its tenant and teams came with the command
	}
	return s.mayOwn(facts.Seat, s.TeamId)
}

// OrderMessageID is the id of the message that an order makes: it follows from who
// orders and from the echo id, so that an order sent twice, however much later, meets
// its own message in the database. A person's has no kind in it, for journals hold
// those that were made before there were others.
func OrderMessageID(key wa.ConversationKey, by *actorpb.Actor, echoID string) wa.MessageID {
	if actorpb.KindOf(by) == actorpb.Party_KIND_AGENT {
		return EchoMessageID(key, by.GetAgentId(), echoID)
	}
	return EchoMessageID(key, "", actorpb.PartyID(by)+"\x00"+echoID) // no person's id is empty
}
