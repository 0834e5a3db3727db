package conversation

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Command asks for something; one of the messages of commands.proto.
type Command = proto.Message

// Event says what happened; one of the messages of events.proto.
type Event = proto.Message

// Message is text on its way to the message table.
type Message = *actorpb.StoredMessage

// Decision is everything that one command brings about. Without events nothing
// is stored and the outcome alone is the answer.
type Decision struct {
	Events   []Event
	Messages []Message
	// Withdraw is what nobody may have claimed yet. The caller records what it catches
	// (RecordWithdrawn); State.Leaving then names what it came too late for.
	Withdraw *ledger.Withdrawal
	Effects  []ledger.Effect // beyond those that follow from the events
	Display  *Display        // nil: as it was
	Audit    []ledger.AuditLine
	Outcome  *actorpb.Outcome
	rang     bool // the answer says when to ring next
}

// Decide says what a command brings about. It reads the state and changes
// nothing. Its error is a *Refusal when a rule forbids the command.
func (s *State) Decide(cmd Command, facts Facts, now time.Time) (Decision, error) {
	d, err := s.decide(cmd, facts, now)
	s.place(&d, now)
	return d, err
}

// decide is the list of what a conversation can be asked. Each command has a file, or
// one with its kin, that decides it and evolves what it brings about.
func (s *State) decide(cmd Command, facts Facts, now time.Time) (Decision, error) {
	if c, ok := cmd.(*actorpb.ReceiveInbound); ok {
		return s.receiveInbound(c, facts, now)
	}
	if c, ok := cmd.(*actorpb.SendMessage); ok && c.Start != nil && !s.Exists() {
		return s.start(c, facts, now)
	}
	if !s.Exists() {
		return Decision{}, refusal.Of(NotFound, "there is no such conversation")
	}
	if by := orderer(cmd); by != nil {
		switch {
		case by.TenantId != s.TenantId:
			return Decision{}, refusal.Of(NotFound, "there is no such conversation")
		case by.AgentId == "":
			return Decision{}, refusal.Field("by", "by must name a seat")
		case !mayOrder(actorpb.KindOf(by)):
			return Decision{}, refusal.Field("by", "by is of no kind that gives orders")
		case by.Role == actorpb.Role_ROLE_AUDITOR:
			return Decision{}, refusal.Of(Forbidden, "an auditor reads, and changes nothing")
		case !s.sees(by):
			// Bare, even to what was carried out before: who passed a conversation on to
			// where he does not see it learns nothing of it any more.
			return Decision{}, refusal.Of(NotFound, "there is no such conversation")
		}
	}
	if err := admissible(cmd); err != nil {
		return Decision{}, refusal.Unless(s.made(cmd), err)
	}
	switch c := cmd.(type) {
	case *actorpb.RecordStatus:
		return s.recordStatus(c, facts, now)
	case *actorpb.SendMessage:
		return s.sendMessage(c, facts, now)
	case *actorpb.Reschedule:
		return s.reschedule(c, now)
	case *actorpb.CancelScheduled:
		return s.cancelScheduled(c)
	case *actorpb.RecordAccepted:
		return s.recordAccepted(c, now)
	case *actorpb.RecordRejected:
		return s.recordRejected(c, now)
	case *actorpb.RecordAmbiguous:
		return s.recordAmbiguous(c, now)
	case *actorpb.RecordWithdrawn:
		return s.recordWithdrawn(c, now)
	case *actorpb.ResolveAmbiguous:
		return s.resolveAmbiguous(c, now)
	case *actorpb.Claim:
		return s.claim(c, facts)
	case *actorpb.Assign:
		return s.assign(c, facts)
	case *actorpb.Transfer:
		return s.transfer(c, facts, now)
	case *actorpb.Release:
		return s.release(c)
	case *actorpb.TakeOver:
		return s.takeOver(c, facts, now)
	case *actorpb.SetPhase:
		return s.setPhase(c, facts, now)
	case *actorpb.MarkRead:
		return s.markRead(c)
	case *actorpb.MarkUnread:
		return s.markUnread(c)
	case *actorpb.RecordMedia:
		return s.recordMedia(c, facts)
	case *actorpb.RecordUploaded:
		return s.recordUploaded(c, facts, now)
	case *actorpb.AddNote:
		return s.addNote(c, now)
	case *actorpb.AlarmDue:
		return s.alarmDue(c, facts, now), nil
	case *actorpb.GetConversation:
		return Decision{}, nil
	}
	return Decision{}, fmt.Errorf("conversation %s: unknown command %T", s.Key, cmd)
}

// Evolve applies one event, stored at a time. It validates nothing: what is in
// the journal happened. An unknown event type panics.
func (s *State) Evolve(ev Event, stored time.Time) {
	s.Version++
	s.Schema = actorpb.SnapshotSchema
	s.NewestPlaceMs = max(s.NewestPlaceMs, actorpb.PlaceMs(ev, ms(stored)))
	s.evolve(ev, stored)
	s.arm(stored)
}

func (s *State) evolve(ev Event, stored time.Time) {
	switch e := ev.(type) {
	case *actorpb.ConversationStarted:
		s.evolveStarted(e, stored)
	case *actorpb.InboundReceived:
		s.evolveInbound(e, stored)
	case *actorpb.InboundReplaced:
		s.evolveReplaced(e, stored)
	case *actorpb.SendRequested:
		s.evolveRequested(e, stored)
	case *actorpb.SendScheduled:
		s.evolveScheduled(e, stored)
	case *actorpb.SendRescheduled:
		s.evolveRescheduled(e)
	case *actorpb.SendUnscheduled:
		s.evolveUnscheduled(e)
	case *actorpb.UploadQueued:
		s.evolveUploadQueued(e)
	case *actorpb.FileUploaded:
		s.evolveUploaded(e)
	case *actorpb.UploadRejected:
		s.evolveUploadRejected(e)
	case *actorpb.SendQueued:
		s.evolveQueued(e)
	case *actorpb.SendAccepted:
		s.evolveAccepted(e)
	case *actorpb.SendRejected:
		s.evolveRejected(e)
	case *actorpb.SendAmbiguous:
		s.evolveAmbiguous(e, stored)
	case *actorpb.SendWithdrawn:
		s.evolveClosed(e.MessageId, actorpb.LastWithdrawn)
	case *actorpb.StatusReceived:
		s.evolveStatus(e)
	case *actorpb.OwnerChanged:
		s.evolveOwner(e, stored)
	case *actorpb.PhaseChanged:
		s.evolvePhase(e, stored)
	case *actorpb.ConversationRead:
		s.evolveSeen()
	case *actorpb.ConversationMarkedUnread:
		s.Unread, s.MarkedUnread = max(s.Unread, 1), true
	case *actorpb.NoteAdded, *actorpb.MediaRecorded: // happened, and change nothing here
	default:
		panic(fmt.Sprintf("conversation %s: version %d is an event of unknown type %T", s.Key, s.Version, ev))
	}
}

// orderer is the seat behind a command, nil for those of the engine itself.
func orderer(cmd Command) *actorpb.Actor {
	if c, ok := cmd.(interface{ GetBy() *actorpb.Actor }); ok {
		if by := c.GetBy(); by != nil {
			return by
		}
		return &actorpb.Actor{} // a seat must be named; this one belongs to no tenant
	}
	return nil
}

// made names the message that a command of a seat makes, or "".
func (s *State) made(cmd Command) wa.MessageID {
	c, ok := cmd.(interface{ GetEchoId() string })
	if !ok || c.GetEchoId() == "" {
		return ""
	}
	return OrderMessageID(s.Key, orderer(cmd), c.GetEchoId())
}

// Describe completes an outcome with the state as it is now. A refusal that says
// "not found" stays bare: a seat of another tenant learns nothing.
func (s *State) Describe(o *actorpb.Outcome) *actorpb.Outcome {
	if o == nil {
		o = &actorpb.Outcome{}
	}
	if o.Refusal == NotFound {
		return o
	}
	o.Version = s.Version
	o.OwnerEpoch, o.OwnedSinceMs = s.OwnerEpoch, s.OwnedSinceMs
	o.Phase, o.WindowClosesAtMs = s.Phase, s.WindowClosesAtMs
	if s.Owner != nil {
		o.Owner = proto.CloneOf(s.Owner) // the answer outlives this version of the state
	}
	return o
}

// Answer completes the outcome of a decision whose events the state has evolved. Only
// then it is known when the alarm rings next: the events may arm it.
func (s *State) Answer(d Decision) *actorpb.Outcome {
	o := s.Describe(d.Outcome)
	if d.rang && len(d.Events) > 0 {
		o.NextAlarmMs = s.AlarmMs
	}
	if d.Withdraw != nil {
		o.Leaving = s.Leaving(d.Withdraw.OwnerEpochBelow)
	}
	return o
}

func already(messageID string) Decision {
	return Decision{Outcome: &actorpb.Outcome{Already: true, MessageId: wa.Trimmed(messageID, wa.MaxID)}}
}
