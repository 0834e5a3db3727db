package actorpb

// Ids of different kinds of actors are given by different hands and may be equal. So
// nothing compares a bare id: the party of an actor bears its kind in its id.

// KindOf is the kind of an actor. None is an agent: so orders were written before there
// were others, and some may still be on their way while members change.
func KindOf(by *Actor) Party_Kind {
	if by.GetKind() == Party_KIND_NOBODY {
		return Party_KIND_AGENT
	}
	return by.GetKind()
}

// PartyID is the id of an actor as owner, author or cause: those of persons are bare.
func PartyID(by *Actor) string { return prefix(KindOf(by)) + by.GetAgentId() }

// prefix is what the ids of a kind begin with.
func prefix(kind Party_Kind) string {
	switch kind {
	case Party_KIND_ASSISTANT:
		return "assistant:"
	case Party_KIND_INTEGRATION:
		return "integration:"
	case Party_KIND_PHONE:
		return "phone:"
	case Party_KIND_SYSTEM:
		return "system:"
	}
	return ""
}
