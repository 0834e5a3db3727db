package conversation

import (
	"cmp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// ownerChange is the next ownership; it raises the owner epoch.
func (s *State) ownerChange(to *actorpb.Party, cause actorpb.OwnerChanged_Cause, by *actorpb.Actor) *actorpb.OwnerChanged {
	from := s.Owner
	if from == nil {
		from = &actorpb.Party{}
	}
	return &actorpb.OwnerChanged{From: from, To: to, OwnerEpoch: s.OwnerEpoch + 1, Cause: cause, By: party(by)}
}

func (s *State) claim(c *actorpb.Claim, facts Facts) (Decision, error) {
	switch {
	case s.isOwner(c.By):
		return already(""), nil
	case s.ownerKind() != actorpb.Party_KIND_NOBODY:
		return Decision{}, refusal.Of(AlreadyOwned, "somebody else owns the conversation")
	}
	if err := s.mayTake(c.By, facts); err != nil {
		return Decision{}, err
	}
	return Decision{Events: []Event{s.ownerChange(party(c.By), actorpb.OwnerChanged_CAUSE_CLAIM, c.By)}}, nil
}

// assign gives the conversation to an agent: anybody's by a manager, an unowned
// one to himself by an agent.
func (s *State) assign(c *actorpb.Assign, facts Facts) (Decision, error) {
	toSelf := c.To.GetKind() == actorpb.Party_KIND_AGENT && c.To.GetId() == seatOf(c.By)
	switch {
	case c.To.GetKind() != actorpb.Party_KIND_AGENT || c.To.GetId() == "":
		return Decision{}, refusal.Field("to", "to must name an agent")
	case s.ownedBy(c.To.Id):
		if err := s.mayOwn(facts.Seat, s.TeamId); err != nil { // he has left since
			return Decision{}, err
		}
		return already(""), nil
	case c.ExpectedOwnerEpoch != 0 && c.ExpectedOwnerEpoch != s.OwnerEpoch:
		return Decision{}, refusal.Of(StaleEpoch, "the ownership has changed since")
	case toSelf && s.ownerKind() == actorpb.Party_KIND_NOBODY:
	case c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refusal.Of(Forbidden, "only a manager may assign to others; the owner transfers")
	}
	if err := s.mayOwn(facts.Seat, s.TeamId); err != nil {
		return Decision{}, err
	}
	ev := s.ownerChange(seated(c.To, facts.Seat), actorpb.OwnerChanged_CAUSE_ASSIGN, c.By)
	return s.dropHanded(s.silence(Decision{Events: []Event{ev}}, ev), c.DropScheduled, "", c.By), nil
}

// transfer passes it on, to an agent or to the queue of a team, with a note.
func (s *State) transfer(c *actorpb.Transfer, facts Facts, now time.Time) (Decision, error) {
	to := c.To
	if c.OnlyFromTeam != "" && c.KeepOwner {
		to = s.Owner
	}
	if to == nil {
		to = &actorpb.Party{}
	}
	toAgent := to.Kind == actorpb.Party_KIND_AGENT && to.Id != ""
	sameTeam := c.TeamId == "" || c.TeamId == s.TeamId
	words := beside{c.By, c.EchoId, c.Note}
	switch {
	// First of all what is so already: who passed it on is the owner no more when he
	// asks again.
	case to.Kind == actorpb.Party_KIND_NOBODY && s.ownerKind() == actorpb.Party_KIND_NOBODY && sameTeam,
		c.OnlyFrom != "" && !s.ownedBy(c.OnlyFrom),
		c.OnlyFromTeam != "" && s.TeamId != c.OnlyFromTeam:
		return s.words(words, now), nil
	case toAgent && s.ownedBy(to.Id) && sameTeam:
		if err := s.mayOwn(facts.Seat, s.TeamId); err != nil { // he has left since
			return Decision{}, refusal.Unless(s.made(c), err)
		}
		return s.words(words, now), nil
	case c.TeamId != "" && !facts.Team:
		return Decision{}, refusal.Unless(s.made(c), refusal.Field("team_id", "there is no such team"))
	case !s.isOwner(c.By) && c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refusal.Unless(s.made(c), refusal.Of(NotOwner, "only the owner or a manager may transfer"))
	case to.Kind != actorpb.Party_KIND_NOBODY && !toAgent && to != s.Owner:
		return Decision{}, refusal.Unless(s.made(c), refusal.Field("to", "to must name an agent, or nobody for the queue"))
	}
	if toAgent {
		if err := s.mayOwn(facts.Seat, cmp.Or(c.TeamId, s.TeamId)); err != nil {
			return Decision{}, refusal.Unless(s.made(c), err)
		}
	}
	cause := actorpb.OwnerChanged_CAUSE_TRANSFER
	switch {
	case c.OnlyFrom != "":
		cause = actorpb.OwnerChanged_CAUSE_OWNER_LEFT
	case c.OnlyFromTeam != "":
		cause = actorpb.OwnerChanged_CAUSE_TEAM_GONE
	}
	ev := s.ownerChange(seated(to, facts.Seat), cause, c.By)
	ev.TeamId = c.TeamId
	return s.dropHanded(s.silence(s.withWords(ev, words, now), ev), c.DropScheduled, c.OnlyFrom, c.By), nil
}

func (s *State) release(c *actorpb.Release) (Decision, error) {
	switch {
	case s.ownerKind() == actorpb.Party_KIND_NOBODY:
		return already(""), nil
	case !s.isOwner(c.By) && c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refusal.Of(NotOwner, "only the owner or a manager may release")
	}
	ev := s.ownerChange(&actorpb.Party{}, actorpb.OwnerChanged_CAUSE_RELEASE, c.By)
	return s.silence(Decision{Events: []Event{ev}}, ev), nil
}

// takeOver takes the conversation from its owner, whose words that have not left
// yet are withdrawn with the same append.
func (s *State) takeOver(c *actorpb.TakeOver, facts Facts, now time.Time) (Decision, error) {
	words := beside{c.By, c.EchoId, c.Reason}
	switch {
	case s.isOwner(c.By):
		return s.words(words, now), nil
	case !wa.Visible(c.Reason) && owesReason(s.ownerKind()):
		return Decision{}, refusal.Field("reason", "reason is missing: say why you take over")
	}
	if err := s.mayTake(c.By, facts); err != nil {
		return Decision{}, refusal.Unless(s.made(c), err)
	}
	ev := s.ownerChange(party(c.By), actorpb.OwnerChanged_CAUSE_TAKE_OVER, c.By)
	d := s.withWords(ev, words, now)
	if ev.From.GetKind() != actorpb.Party_KIND_NOBODY {
		d.Audit = []ledger.AuditLine{s.takenFrom(ev.From, c.By)}
	}
	return s.silence(d, ev), nil
}

// takenFrom is what administrators read of a takeover. Its reason is a note of the
// conversation, for those who may read that.
func (s *State) takenFrom(owner *actorpb.Party, by *actorpb.Actor) ledger.AuditLine {
	line := ledger.AuditedBy(by)
	line.Action, line.ObjectKind, line.ObjectID = "conversation.taken_over", "conversation", s.Key.String()
	line.Before = ledger.AuditValues(map[string]string{"owner": owner.GetName()})
	line.After = ledger.AuditValues(map[string]string{"owner": by.GetName()})
	return line
}

// owesReason says whether whoever takes over from a kind of owner says why: a program
// asks nobody, and nobody neither.
func owesReason(owner actorpb.Party_Kind) bool {
	return owner != actorpb.Party_KIND_NOBODY && owner != actorpb.Party_KIND_INTEGRATION
}

// silenced lists the classes of sends that a change of owner silences: after a
// takeover all that the owner may have written, and whenever the assistant
// loses the conversation what it had not said yet. What an agent had sent before
// a transfer or a release stays sent.
func silenced(ev *actorpb.OwnerChanged) []actorpb.MessageClass {
	switch {
	case ev.From.GetKind() == actorpb.Party_KIND_NOBODY, kept(ev):
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

// silence withdraws what a change of owner silences: waiting sends here, queued ones
// with the append.
func (s *State) silence(d Decision, ev *actorpb.OwnerChanged) Decision {
	classes := silenced(ev)
	if len(classes) == 0 {
		return d
	}
	d.Withdraw = &ledger.Withdrawal{OwnerEpochBelow: ev.OwnerEpoch}
	for _, o := range s.Sends {
		if !slices.Contains(classes, o.Class) {
			continue
		}
		switch o.State {
		case actorpb.OpenSend_STATE_SCHEDULED:
			d.Events = append(d.Events, unscheduled(o, reasonSuperseded, ev.By))
		case actorpb.OpenSend_STATE_WAITING:
			d.Events = append(d.Events, &actorpb.SendWithdrawn{MessageId: o.MessageId, Reason: reasonSuperseded, Upload: underWay(o)})
		case actorpb.OpenSend_STATE_QUEUED:
			d.Withdraw.Effects = append(d.Withdraw.Effects, s.sendRef(o.MessageId, o.Attempt))
		}
	}
	return d
}

// beside is what somebody says with a change of owner.
type beside struct {
	by   *actorpb.Actor
	echo string // of the order; "": the words themselves name it
	text string
}

// noteOf is the id of the note that the words become, with the change of owner to
// an epoch. It follows from the order, so that repeating it meets its own note. An
// order without a name is one with the same words on the same ownership; its note's
// author is empty, so no echo id of a seat can meet it.
func (s *State) noteOf(w beside, epoch uint64) wa.MessageID {
	if w.echo != "" {
		return OrderMessageID(s.Key, w.by, w.echo)
	}
	return EchoMessageID(s.Key, "", "owner-epoch-"+strconv.FormatUint(epoch, 10)+"\x00"+actorpb.PartyID(w.by)+"\x00"+w.text)
}

// withWords stores the words that go with a change of owner as a note: events
// hold no text.
func (s *State) withWords(ev *actorpb.OwnerChanged, w beside, now time.Time) Decision {
	d := Decision{Events: []Event{ev}}
	if !wa.Visible(w.text) {
		return d
	}
	id := s.noteOf(w, ev.OwnerEpoch)
	ev.NoteId = string(id)
	d.Messages = []Message{note(id, w.text, w.by, now)}
	return d
}

// words keeps what somebody says with an order that changes no owner, for it is so
// already. If the order is repeated, its note is stored, and the insert says so;
// another order's is not, and nobody's words are lost because someone was faster.
func (s *State) words(w beside, now time.Time) Decision {
	if !wa.Visible(w.text) {
		return already("")
	}
	return noted(s.noteOf(w, s.OwnerEpoch), w.text, w.by, now)
}

func (s *State) addNote(c *actorpb.AddNote, now time.Time) (Decision, error) {
	id := OrderMessageID(s.Key, c.By, c.EchoId)
	switch {
	case c.EchoId == "":
		return Decision{}, refusal.Field("echo_id", "echo_id is missing: name each note so that it can be repeated safely")
	case !wa.Visible(c.Text):
		return Decision{}, refusal.Unless(id, refusal.Content("text", wa.ErrEmptyText))
	case utf8.RuneCountInString(c.Text) > wa.MaxTextLength:
		return Decision{}, refusal.Unless(id, refusal.Content("text", wa.ErrTextTooLong))
	}
	return noted(id, c.Text, c.By, now), nil
}

func noted(id wa.MessageID, text string, by *actorpb.Actor, now time.Time) Decision {
	return Decision{
		Events:   []Event{&actorpb.NoteAdded{NoteId: string(id), Author: party(by)}},
		Messages: []Message{note(id, text, by, now)},
		Outcome:  &actorpb.Outcome{MessageId: string(id)},
	}
}

// kept says whether only the team has changed: for whoever owns it nothing begins anew.
func kept(e *actorpb.OwnerChanged) bool {
	return e.Cause == actorpb.OwnerChanged_CAUSE_TEAM_GONE && e.From.GetKind() == e.To.GetKind() && e.From.GetId() == e.To.GetId()
}

func (s *State) evolveOwner(e *actorpb.OwnerChanged, stored time.Time) {
	if !kept(e) {
		s.Owner, s.OwnedSinceMs = e.To, ms(stored)
		s.TurnEpoch++
	}
	s.OwnerEpoch = e.OwnerEpoch
	for _, o := range s.Sends {
		if o.State != actorpb.OpenSend_STATE_ACCEPTED && slices.Contains(silenced(e), o.Class) {
			o.Superseded = true
		}
	}
	if e.TeamId != "" {
		s.TeamId = e.TeamId
	}
	if s.Phase != actorpb.Phase_PHASE_SNOOZED {
		s.SnoozedUntilMs = 0
	}
	if given(e) && s.Phase != actorpb.Phase_PHASE_RESOLVED {
		s.Unread = max(s.Unread, 1)
	}
	s.queue(stored)
}

// given says whether an agent got the conversation from somebody else. He has
// read nothing of it, though the one before him may have read all.
func given(e *actorpb.OwnerChanged) bool {
	handed := e.Cause == actorpb.OwnerChanged_CAUSE_TRANSFER || e.Cause == actorpb.OwnerChanged_CAUSE_ASSIGN ||
		e.Cause == actorpb.OwnerChanged_CAUSE_OWNER_LEFT
	return handed && e.To.GetKind() == actorpb.Party_KIND_AGENT && e.To.GetId() != e.By.GetId()
}

// queue keeps I12: an open conversation has an owner or stands in the queue.
func (s *State) queue(stored time.Time) {
	unowned := s.ownerKind() == actorpb.Party_KIND_NOBODY
	switch {
	case !unowned || s.Phase == actorpb.Phase_PHASE_RESOLVED:
		s.QueuedSinceMs = 0
	case s.QueuedSinceMs == 0:
		s.QueuedSinceMs = ms(stored)
	}
	if unowned {
		s.OwnedSinceMs = 0
	}
}
