package conversation

import (
	"cmp"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// setPhase resolves, snoozes, parks or reopens. The owner or a manager may; so
// may anybody while nobody owns it.
func (s *State) setPhase(c *actorpb.SetPhase, facts Facts, now time.Time) (Decision, error) {
	snooze := c.To == actorpb.Phase_PHASE_SNOOZED
	switch {
	case c.To <= actorpb.Phase_PHASE_UNSPECIFIED || c.To > actorpb.Phase_PHASE_RESOLVED:
		return Decision{}, refusal.Field("to", "phase is missing or not known")
	case s.ownerKind() != actorpb.Party_KIND_NOBODY && !s.isOwner(c.By) && c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refusal.Of(NotOwner, "only the owner or a manager may do that")
	case snooze && !wa.MayBeSet(at(c.UntilMs), now):
		return Decision{}, ahead(c.UntilMs, now)
	case c.To == s.Phase && (!snooze || c.UntilMs == s.SnoozedUntilMs):
		return already(""), nil
	}
	ev := &actorpb.PhaseChanged{From: s.Phase, To: c.To, By: party(c.By)}
	if snooze {
		ev.UntilMs = c.UntilMs
	}
	return s.orphaned(Decision{Events: []Event{ev}}, facts.Seat), nil
}

// markRead: the owner has seen it. Others looking on leave it unread, and so
// does anybody while nobody owns it.
func (s *State) markRead(c *actorpb.MarkRead) (Decision, error) {
	upTo := min(cmp.Or(c.Version, s.Version), s.Version)
	if !s.isOwner(c.By) || s.Unread == 0 || upTo < s.CustomerVersion {
		return already(""), nil
	}
	return Decision{Events: []Event{&actorpb.ConversationRead{By: party(c.By)}}}, nil
}

// markUnread: the owner wants to come back to it. Reading it undoes that.
func (s *State) markUnread(c *actorpb.MarkUnread) (Decision, error) {
	switch {
	case !s.isOwner(c.By):
		return Decision{}, refusal.Of(NotOwner, "only the owner may mark it unread")
	case s.MarkedUnread:
		return already(""), nil
	}
	return Decision{Events: []Event{&actorpb.ConversationMarkedUnread{By: party(c.By)}}}, nil
}

func (s *State) evolvePhase(e *actorpb.PhaseChanged, stored time.Time) {
	rang := e.From == actorpb.Phase_PHASE_SNOOZED && e.By.GetKind() == actorpb.Party_KIND_SYSTEM
	s.Phase = e.To
	if rang {
		s.Unread = max(s.Unread, 1) // it came back to be seen, and keeps its time until it is
	} else {
		s.SnoozedUntilMs = e.UntilMs
	}
	if e.To == actorpb.Phase_PHASE_RESOLVED {
		s.read()
	}
	s.queue(stored)
}

// evolveSeen: whoever is to see what is new, and that it came back, has.
func (s *State) evolveSeen() {
	s.read()
	if s.Phase != actorpb.Phase_PHASE_SNOOZED {
		s.SnoozedUntilMs = 0
	}
}

// read leaves nothing unread.
func (s *State) read() { s.Unread, s.UnreadIds, s.MarkedUnread = 0, nil, false }
