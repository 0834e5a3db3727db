package conversation

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Effects is what the rows beside the journal must show for some events: they
// follow from the events alone, so that journal and rows cannot disagree.
type Effects struct {
	Queue    []QueuedSend
	Done     []SendRef
	Statuses []StatusChange
	// Told names messages whose file's fate is recorded with these events.
	Told []wa.MessageID
}

// QueuedSend becomes a row of the outbox.
type QueuedSend struct {
	MessageID      wa.MessageID
	Attempt        int32
	Class          actorpb.MessageClass
	OwnerEpoch     uint64
	TurnEpoch      uint64
	NotBefore      time.Time
	WindowClosesAt time.Time // zero: a template
}

// SendRef names one attempt.
type SendRef struct {
	MessageID wa.MessageID
	Attempt   int32
}

// StatusChange is what became known of one of our messages.
type StatusChange struct {
	MessageID wa.MessageID
	WAMID     wa.MessageID
	Status    string // accepted, ambiguous, withdrawn or a wa.Status
	At        time.Time
	ErrorCode int32
	ErrorText string
}

// Effects derives the rows for events that the state has just evolved.
func (s *State) Effects(events []Event, stored time.Time) Effects {
	var fx Effects
	for _, ev := range events {
		switch e := ev.(type) {
		case *actorpb.SendQueued:
			fx.Queue = append(fx.Queue, s.queuedSend(e))
		case *actorpb.SendAccepted:
			fx.outcome(e.MessageId, e.Attempt, StatusChange{WAMID: wa.MessageID(e.Wamid), Status: "accepted", At: stored})
		case *actorpb.SendRejected:
			change := StatusChange{}
			if e.Final {
				change = StatusChange{Status: string(wa.StatusFailed), At: stored, ErrorCode: e.Code, ErrorText: e.Text}
			}
			fx.outcome(e.MessageId, e.Attempt, change)
		case *actorpb.SendAmbiguous:
			fx.outcome(e.MessageId, e.Attempt, StatusChange{Status: "ambiguous", At: stored})
		case *actorpb.SendWithdrawn:
			fx.withdrawn(e, stored)
		case *actorpb.StatusReceived:
			fx.Statuses = append(fx.Statuses, StatusChange{
				MessageID: wa.MessageID(e.MessageId), Status: e.Status, At: at(e.AtMs),
				ErrorCode: e.ErrorCode, ErrorText: e.ErrorText,
			})
		case *actorpb.MediaRecorded:
			fx.Told = append(fx.Told, wa.MessageID(e.MessageId))
		}
	}
	return fx
}

func (s *State) queuedSend(e *actorpb.SendQueued) QueuedSend {
	q := QueuedSend{
		MessageID: wa.MessageID(e.MessageId), Attempt: e.Attempt,
		NotBefore: at(e.NotBeforeMs), TurnEpoch: s.TurnEpoch,
	}
	if o := s.send(e.MessageId); o != nil {
		q.Class, q.OwnerEpoch = o.Class, o.OwnerEpoch
		if o.Kind != string(wa.KindTemplate) {
			q.WindowClosesAt = at(s.WindowClosesAtMs)
		}
	}
	return q
}

func (fx *Effects) outcome(id string, attempt int32, change StatusChange) {
	fx.Done = append(fx.Done, SendRef{wa.MessageID(id), attempt})
	if change.Status != "" {
		change.MessageID = wa.MessageID(id)
		fx.Statuses = append(fx.Statuses, change)
	}
}

func (fx *Effects) withdrawn(e *actorpb.SendWithdrawn, stored time.Time) {
	id := wa.MessageID(e.MessageId)
	fx.Statuses = append(fx.Statuses, StatusChange{MessageID: id, Status: "withdrawn", At: stored, ErrorText: e.Reason})
	if e.Attempt > 0 {
		fx.Done = append(fx.Done, SendRef{id, e.Attempt})
	}
}
