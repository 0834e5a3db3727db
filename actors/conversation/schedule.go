package conversation

import (
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/content"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// A send that is scheduled is an open send that waits for the alarm. Its words are
// stored at once, as a message that no line of the thread names yet, so that they can be
// erased like any other; the state has its id. What may leave is judged when its time
// has come: the window, the account of its author, whether the words are still kept.
// One leaves with each ring, and the next time is answered, over or not.

// maxScheduled bounds what waits of one conversation.
const maxScheduled = 20

// Reasons for which a scheduled send never leaves, beside reasonWindow and reasonSuperseded.
const (
	ReasonCancelled  = actorpb.ReasonCancelled
	ReasonAnswered   = "answered"    // the customer wrote before
	ReasonHandedOver = "handed_over" // dropped by whoever passed the conversation on
	ReasonAuthorLeft = "author_left" // the account of its author is closed
	ReasonErased     = "erased"      // its words are not kept any more
	ReasonMonthSpent = "month_spent"
)

// admitSchedule judges the time of a send that is to leave later.
func (s *State) admitSchedule(c *actorpb.SendMessage, now time.Time) error {
	due := at(c.AtMs)
	switch {
	case !wa.MayBeSet(due, now):
		return refusal.Field("at", wa.AheadRange(now))
	case isMark(c):
		return &Refusal{Code: BadContent, Detail: "a reaction cannot be scheduled", Field: "at"}
	case c.Then != actorpb.Phase_PHASE_UNSPECIFIED:
		return refusal.Field("then", "what is sent later neither resolves nor snoozes now: leave then or at out")
	case c.Template == nil && c.CancelIfAnswered && !windowAllows(s, due):
		// Only the customer could open the window again, and that would cancel it.
		return &Refusal{Code: WindowClosed, Detail: "the 24-hour window will be closed then: only an approved template may be sent", Field: "at"}
	case s.openSends() >= maxOpenSends:
		return refusal.Of(TooManyOpen, "too many messages are waiting to leave")
	case len(s.scheduled()) >= maxScheduled:
		return &Refusal{Code: TooManyOpen, Detail: "a conversation has at most 20 scheduled messages", Field: "at"}
	}
	return nil
}

// schedule completes the decision of a send that is to leave later. Nothing is seen,
// opened or shown by it before.
func schedule(d Decision, c *actorpb.SendMessage, id wa.MessageID, say content.Said, now time.Time) Decision {
	author := party(c.By)
	d.Events = append(d.Events, &actorpb.SendScheduled{
		MessageId: string(id), Kind: c.Kind, Author: author, Class: lane(c.By, say.Class),
		DueMs: c.AtMs, CancelIfAnswered: c.CancelIfAnswered, File: scheduledFile(c, say),
	})
	d.Messages = []Message{{
		Id: string(id), Direction: actorpb.DirectionOut, Author: author, Kind: c.Kind, SentAtMs: ms(now), Content: say.Stored,
	}}
	d.Outcome = &actorpb.Outcome{MessageId: string(id)}
	return d
}

// reschedule moves a send, which nobody but its author, the owner and managers may.
func (s *State) reschedule(c *actorpb.Reschedule, now time.Time) (Decision, error) {
	o, err := s.scheduledFor(c.By, c.MessageId)
	switch {
	case err != nil:
		return Decision{}, err
	case o.DueMs == c.AtMs && o.CancelIfAnswered == c.CancelIfAnswered:
		return already(c.MessageId), nil
	case !wa.MayBeSet(at(c.AtMs), now):
		return Decision{}, refusal.Field("at", wa.AheadRange(now))
	case o.Kind != string(wa.KindTemplate) && c.CancelIfAnswered && !windowAllows(s, at(c.AtMs)):
		return Decision{}, &Refusal{Code: WindowClosed, Detail: "the 24-hour window will be closed then: only an approved template may be sent", Field: "at"}
	}
	return Decision{Events: []Event{&actorpb.SendRescheduled{
		MessageId: o.MessageId, DueMs: c.AtMs, CancelIfAnswered: c.CancelIfAnswered, By: party(c.By),
	}}}, nil
}

func (s *State) cancelScheduled(c *actorpb.CancelScheduled) (Decision, error) {
	o, err := s.scheduledFor(c.By, c.MessageId)
	if err != nil {
		return Decision{}, err
	}
	return Decision{Events: []Event{unscheduled(o, ReasonCancelled, party(c.By))}}, nil
}

// scheduledFor finds a send that somebody would change. One that has left is none.
func (s *State) scheduledFor(by *actorpb.Actor, id string) (*actorpb.OpenSend, error) {
	o := s.send(id)
	switch {
	case o == nil || o.State != actorpb.OpenSend_STATE_SCHEDULED:
		return nil, refusal.Of(NotFound, "no message of this id is scheduled any more")
	case o.Author.GetId() != actorpb.PartyID(by) && !s.isOwner(by) && by.Role < actorpb.Role_ROLE_MANAGER:
		return nil, refusal.Of(NotOwner, "only its author, the owner or a manager may do that")
	}
	return o, nil
}

// scheduled lists what waits for its time.
func (s *State) scheduled() []*actorpb.OpenSend { return actorpb.Scheduled(s.Sends) }

// dueSend is the scheduled send that leaves by a ring at a time, or nil.
func (s *State) dueSend(rangMS int64) *actorpb.OpenSend {
	if first := s.firstScheduled(); first != nil && first.DueMs <= rangMS {
		return first
	}
	return nil
}

// firstScheduled is the one that is due first; of two the one that was written first.
func (s *State) firstScheduled() *actorpb.OpenSend {
	var first *actorpb.OpenSend
	for _, o := range s.Sends {
		if o.State == actorpb.OpenSend_STATE_SCHEDULED && (first == nil || o.DueMs < first.DueMs) {
			first = o
		}
	}
	return first
}

// scheduleEnds is when the next one leaves; 0: none waits.
func (s *State) scheduleEnds() int64 { return s.firstScheduled().GetDueMs() }

// fire lets a send go whose time has come, or says why it never will.
func (s *State) fire(d Decision, o *actorpb.OpenSend, facts Facts, now time.Time) Decision {
	words := facts.Message
	if reason := s.keptBack(o, facts, now); reason != "" {
		d.Events = append(d.Events, unscheduled(o, reason, &actorpb.Party{Kind: actorpb.Party_KIND_SYSTEM, Id: "schedule"}))
		return d
	}
	waits := s.blocked(now) || slices.ContainsFunc(d.Events, func(ev Event) bool { _, queued := ev.(*actorpb.SendQueued); return queued })
	requested := &actorpb.SendRequested{
		MessageId: o.MessageId, Kind: o.Kind, Author: words.Author, OwnerEpoch: s.OwnerEpoch, Class: o.Class, Scheduled: true,
		FileType: fileTypeOf(words.Content),
	}
	d.Events = append(d.Events, requested)
	switch uploading := s.sendsFile(requested, o.File, facts.File, now); {
	case uploading:
		d.Events = append(d.Events, &actorpb.UploadQueued{MessageId: o.MessageId, Attempt: 1, NotBeforeMs: ms(now)})
	case !waits:
		d.Events = append(d.Events, s.queued(o.MessageId, 1, now))
	}
	d.Messages = []Message{{
		Id: o.MessageId, Direction: actorpb.DirectionOut, Author: words.Author, Kind: o.Kind, SentAtMs: ms(now),
		Content: words.Content, Replaces: true, // it was sent now, and not when it was written
	}}
	display := s.Display
	display.LastPreview = wa.Trimmed(previewOf(words.Content), maxPreview)
	d.Display = &display
	return d
}

// keptBack says why a send that is due must not leave.
func (s *State) keptBack(o *actorpb.OpenSend, facts Facts, now time.Time) string {
	switch {
	case facts.Message == nil || len(facts.Message.Content) == 0, o.File != "" && facts.File == nil:
		return ReasonErased
	case agentOf(o.Author) != "" && (facts.Seat == nil || facts.Seat.Disabled):
		return ReasonAuthorLeft
	case !s.mayLeave(o, now):
		return reasonWindow
	case facts.Spent:
		return ReasonMonthSpent
	}
	return ""
}

// dropAnswered cancels what was to leave only if the customer stays silent.
func (s *State) dropAnswered(d Decision, c *actorpb.ReceiveInbound) Decision {
	if kind := wa.ContentKind(c.Kind); kind.ChangesEarlier() || quiet(kind) || s.takenBack(c) {
		return d
	}
	for _, o := range s.scheduled() {
		if o.CancelIfAnswered {
			d.Events = append(d.Events, unscheduled(o, ReasonAnswered, s.contact()))
		}
	}
	return d
}

// dropHanded cancels what does not outlast a change of owner: everything if whoever
// orders it says so, and what somebody wrote who has left.
func (s *State) dropHanded(d Decision, drop bool, left string, by *actorpb.Actor) Decision {
	for _, o := range s.scheduled() {
		switch {
		case goes(d.Events, o.MessageId):
		case left != "" && agentOf(o.Author) == left:
			d.Events = append(d.Events, unscheduled(o, ReasonAuthorLeft, party(by)))
		case drop:
			d.Events = append(d.Events, unscheduled(o, ReasonHandedOver, party(by)))
		}
	}
	return d
}

// goes says whether the events cancel a scheduled send already.
func goes(events []Event, id string) bool {
	return slices.ContainsFunc(events, func(ev Event) bool {
		gone, ok := ev.(*actorpb.SendUnscheduled)
		return ok && gone.MessageId == id
	})
}

func unscheduled(o *actorpb.OpenSend, reason string, by *actorpb.Party) *actorpb.SendUnscheduled {
	return &actorpb.SendUnscheduled{MessageId: o.MessageId, Reason: reason, By: by, Kind: o.Kind, Author: o.Author}
}

// needsOfAlarm are what a ring must know: nothing, unless a scheduled send is due.
func (s *State) needsOfAlarm(c *actorpb.AlarmDue) FactSet {
	o := s.dueSend(rungAt(c))
	if o == nil {
		return FactSet{}
	}
	return FactSet{Message: wa.MessageID(o.MessageId), Seat: wa.AgentID(agentOf(o.Author)), File: wa.UploadID(o.File), Month: true}
}

// rungAt is the time by which an alarm rang, 0 for one that cannot be: the clock of the
// store alone says what is due, so that the facts are asked for what Decide judges.
func rungAt(c *actorpb.AlarmDue) int64 {
	if !wa.Plausible(at(c.NowMs)) {
		return 0
	}
	return c.NowMs
}

// evolveScheduled keeps no name of the author: it is with the words.
func (s *State) evolveScheduled(e *actorpb.SendScheduled, stored time.Time) {
	s.Sends = append(s.Sends, &actorpb.OpenSend{
		MessageId: e.MessageId, State: actorpb.OpenSend_STATE_SCHEDULED, Class: e.Class, Kind: e.Kind, SinceMs: ms(stored),
		Author: &actorpb.Party{Kind: e.Author.GetKind(), Id: e.Author.GetId()},
		DueMs:  e.DueMs, CancelIfAnswered: e.CancelIfAnswered, File: e.File,
	})
}

func (s *State) evolveRescheduled(e *actorpb.SendRescheduled) {
	if o := s.send(e.MessageId); o != nil {
		o.DueMs, o.CancelIfAnswered = e.DueMs, e.CancelIfAnswered
	}
}

// evolveUnscheduled: what did not leave though nobody chose so has to be seen.
func (s *State) evolveUnscheduled(e *actorpb.SendUnscheduled) {
	s.dropSend(e.MessageId)
	switch e.Reason {
	case reasonWindow, ReasonAuthorLeft, ReasonErased, ReasonMonthSpent:
		if s.Phase != actorpb.Phase_PHASE_RESOLVED {
			s.Unread = max(s.Unread, 1)
		}
	}
}

// withdrawnWords tells the ledger why the words of a scheduled send never left.
func withdrawnWords(e *actorpb.SendUnscheduled, stored time.Time) StatusChange {
	return StatusChange{MessageID: wa.MessageID(e.MessageId), Status: "withdrawn", At: stored, ErrorText: e.Reason}
}
