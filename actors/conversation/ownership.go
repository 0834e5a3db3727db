package conversation

import (
	"cmp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// ownerChange is the next ownership; it raises the owner epoch.
func (s *State) ownerChange(to *actorpb.Party, cause actorpb.OwnerChanged_Cause, by *actorpb.Actor) *actorpb.OwnerChanged {
	from := s.Owner
	if from == nil {
		from = &actorpb.Party{}
	}
	return &actorpb.OwnerChanged{From: from, To: to, OwnerEpoch: s.OwnerEpoch + 1, Cause: cause, By: agent(by)}
}

func (s *State) claim(c *actorpb.Claim, facts Facts) (Decision, error) {
	switch {
	case s.ownedBy(c.By.AgentId):
		return already(""), nil
	case s.ownerKind() != actorpb.Party_KIND_NOBODY:
		return Decision{}, refuse(AlreadyOwned, "somebody else owns the conversation")
	}
	if err := mayOwn(facts.Seat, s.TeamId); err != nil {
		return Decision{}, err
	}
	return Decision{Events: []Event{s.ownerChange(agent(c.By), actorpb.OwnerChanged_CAUSE_CLAIM, c.By)}}, nil
}

// assign gives the conversation to an agent: anybody's by a manager, an unowned
// one to himself by an agent.
func (s *State) assign(c *actorpb.Assign, facts Facts) (Decision, error) {
	toSelf := c.To.GetKind() == actorpb.Party_KIND_AGENT && c.To.GetId() == c.By.AgentId
	switch {
	case c.To.GetKind() != actorpb.Party_KIND_AGENT || c.To.GetId() == "":
		return Decision{}, badField("to", "to must name an agent")
	case s.ownedBy(c.To.Id):
		return already(""), nil
	case c.ExpectedOwnerEpoch != 0 && c.ExpectedOwnerEpoch != s.OwnerEpoch:
		return Decision{}, refuse(StaleEpoch, "the ownership has changed since")
	case toSelf && s.ownerKind() == actorpb.Party_KIND_NOBODY:
	case c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refuse(Forbidden, "only a manager may assign to others; the owner transfers")
	}
	if err := mayOwn(facts.Seat, s.TeamId); err != nil {
		return Decision{}, err
	}
	ev := s.ownerChange(named(c.To), actorpb.OwnerChanged_CAUSE_ASSIGN, c.By)
	return s.silence(Decision{Events: []Event{ev}}, ev), nil
}

// transfer passes it on, to an agent or to the queue of a team, with a note.
func (s *State) transfer(c *actorpb.Transfer, facts Facts, now time.Time) (Decision, error) {
	to := c.To
	if to == nil {
		to = &actorpb.Party{}
	}
	toAgent := to.Kind == actorpb.Party_KIND_AGENT && to.Id != ""
	inQueue := s.ownerKind() == actorpb.Party_KIND_NOBODY && (c.TeamId == "" || c.TeamId == s.TeamId)
	switch {
	case toAgent && s.ownedBy(to.Id), to.Kind == actorpb.Party_KIND_NOBODY && inQueue:
		return already(""), nil // first of all: who passed it on is the owner no more when he asks again
	case c.OnlyFrom != "" && !s.ownedBy(c.OnlyFrom):
		return already(""), nil
	case !s.ownedBy(c.By.AgentId) && c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refuse(NotOwner, "only the owner or a manager may transfer")
	case to.Kind != actorpb.Party_KIND_NOBODY && !toAgent:
		return Decision{}, badField("to", "to must name an agent, or nobody for the queue")
	}
	if toAgent {
		if err := mayOwn(facts.Seat, cmp.Or(c.TeamId, s.TeamId)); err != nil {
			return Decision{}, err
		}
	}
	ev := s.ownerChange(named(to), actorpb.OwnerChanged_CAUSE_TRANSFER, c.By)
	ev.TeamId = c.TeamId
	return s.silence(s.withNote(ev, c.Note, c.By, now), ev), nil
}

func (s *State) release(c *actorpb.Release) (Decision, error) {
	switch {
	case s.ownerKind() == actorpb.Party_KIND_NOBODY:
		return already(""), nil
	case !s.ownedBy(c.By.AgentId) && c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refuse(NotOwner, "only the owner or a manager may release")
	}
	ev := s.ownerChange(&actorpb.Party{}, actorpb.OwnerChanged_CAUSE_RELEASE, c.By)
	return s.silence(Decision{Events: []Event{ev}}, ev), nil
}

// takeOver takes the conversation from its owner, whose words that have not left
// yet are withdrawn with the same append.
func (s *State) takeOver(c *actorpb.TakeOver, facts Facts, now time.Time) (Decision, error) {
	switch {
	case s.ownedBy(c.By.AgentId):
		return already(""), nil
	case !wa.Visible(c.Reason) && s.ownerKind() != actorpb.Party_KIND_NOBODY:
		return Decision{}, badField("reason", "reason is missing: say why you take over")
	}
	if err := mayOwn(facts.Seat, s.TeamId); err != nil {
		return Decision{}, err
	}
	ev := s.ownerChange(agent(c.By), actorpb.OwnerChanged_CAUSE_TAKE_OVER, c.By)
	return s.silence(s.withNote(ev, c.Reason, c.By, now), ev), nil
}

// silenced lists the classes of sends that a change of owner silences: after a
// takeover all that the owner may have written, and whenever the assistant
// loses the conversation what it had not said yet. What an agent had sent before
// a transfer or a release stays sent.
func silenced(ev *actorpb.OwnerChanged) []actorpb.MessageClass {
	switch {
	case ev.From.GetKind() == actorpb.Party_KIND_NOBODY:
		return nil
	case ev.Cause == actorpb.OwnerChanged_CAUSE_TAKE_OVER:
		return []actorpb.MessageClass{
			actorpb.MessageClass_MESSAGE_CLASS_CODE, actorpb.MessageClass_MESSAGE_CLASS_AGENT,
			actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT, actorpb.MessageClass_MESSAGE_CLASS_MARKETING,
		}
	case ev.From.GetKind() == actorpb.Party_KIND_ASSISTANT:
		return []actorpb.MessageClass{actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT}
	}
	return nil
}

// silence withdraws what a change of owner silences: waiting sends here, rows of
// the outbox with the append.
func (s *State) silence(d Decision, ev *actorpb.OwnerChanged) Decision {
	classes := silenced(ev)
	if len(classes) == 0 {
		return d
	}
	d.Withdraw = &Withdrawal{OwnerEpochBelow: ev.OwnerEpoch, Classes: classes}
	for _, o := range s.Sends {
		if o.State == actorpb.OpenSend_STATE_WAITING && slices.Contains(classes, o.Class) {
			d.Events = append(d.Events, &actorpb.SendWithdrawn{MessageId: o.MessageId, Reason: reasonSuperseded})
		}
	}
	return d
}

// withNote stores the words that go with a change of owner as a note: events
// hold no text. The note's id follows from the epoch, so deciding again after a
// lost answer makes the same one; its author is empty, so no echo id of a seat
// can meet it.
func (s *State) withNote(ev *actorpb.OwnerChanged, text string, by *actorpb.Actor, now time.Time) Decision {
	d := Decision{Events: []Event{ev}}
	if !wa.Visible(text) {
		return d
	}
	id := EchoMessageID(s.Key, "", "owner-epoch-"+strconv.FormatUint(ev.OwnerEpoch, 10))
	ev.NoteId = string(id)
	d.Messages = []Message{note(id, text, by, now)}
	return d
}

func (s *State) addNote(c *actorpb.AddNote, now time.Time) (Decision, error) {
	id := EchoMessageID(s.Key, c.By.AgentId, c.EchoId)
	switch {
	case c.EchoId == "":
		return Decision{}, badField("echo_id", "echo_id is missing: name each note so that it can be repeated safely")
	case !wa.Visible(c.Text):
		return Decision{}, unless(id, &Refusal{Code: BadContent, Detail: wa.ErrEmptyText.Error(), Field: "text"})
	case utf8.RuneCountInString(c.Text) > wa.MaxTextLength:
		return Decision{}, unless(id, &Refusal{Code: BadContent, Detail: wa.ErrTextTooLong.Error(), Field: "text"})
	}
	return Decision{
		Events:   []Event{&actorpb.NoteAdded{NoteId: string(id), Author: agent(c.By)}},
		Messages: []Message{note(id, c.Text, c.By, now)},
		Outcome:  &actorpb.Outcome{MessageId: string(id)},
	}, nil
}
