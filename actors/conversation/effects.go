package conversation

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Effects is what the rows beside the journal must show for some events: they
// follow from the events alone, so that journal and rows cannot disagree.
type Effects struct {
	New      []ledger.Effect
	Done     []ledger.EffectRef // their outcome is recorded with these events
	Uses     []ledger.FileUse
	Statuses []StatusChange
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
		case *actorpb.SendRequested:
			if !e.Scheduled { // else it is noted since then
				fx.uses(e.MessageId, e.File)
			}
		case *actorpb.SendScheduled:
			fx.uses(e.MessageId, e.File)
		case *actorpb.UploadQueued:
			fx.New = append(fx.New, s.queuedUpload(e))
		case *actorpb.FileUploaded:
			fx.Done = append(fx.Done, s.uploadRef(e.MessageId, e.Attempt))
		case *actorpb.UploadRejected:
			fx.Done = append(fx.Done, s.uploadRef(e.MessageId, e.Attempt))
		case *actorpb.SendQueued:
			fx.New = append(fx.New, s.queuedSend(e))
		case *actorpb.SendAccepted:
			fx.outcome(s.sendRef(e.MessageId, e.Attempt), StatusChange{WAMID: wa.MessageID(e.Wamid), Status: "accepted", At: stored})
		case *actorpb.SendRejected:
			change := StatusChange{}
			if e.Final {
				change = StatusChange{Status: string(wa.StatusFailed), At: stored, ErrorCode: e.Code, ErrorText: e.Text}
			}
			fx.outcome(s.sendRef(e.MessageId, e.Attempt), change)
		case *actorpb.SendAmbiguous:
			fx.outcome(s.sendRef(e.MessageId, e.Attempt), StatusChange{Status: "ambiguous", At: stored})
		case *actorpb.SendWithdrawn:
			fx.withdrawn(s.sendRef(e.MessageId, e.Attempt), e.Reason, stored)
			if e.Upload > 0 { // whoever carries it out finds out that it is not wanted any more
				fx.Done = append(fx.Done, s.uploadRef(e.MessageId, e.Upload))
			}
		case *actorpb.SendUnscheduled:
			fx.Statuses = append(fx.Statuses, withdrawnWords(e, stored))
		case *actorpb.StatusReceived:
			fx.Statuses = append(fx.Statuses, StatusChange{
				MessageID: wa.MessageID(e.MessageId), Status: e.Status, At: at(e.AtMs),
				ErrorCode: e.ErrorCode, ErrorText: e.ErrorText,
			})
		case *actorpb.MediaRecorded:
			fx.Done = append(fx.Done, s.fileRef(e.MessageId, e.Attempt))
		}
	}
	return fx
}

// sendRef names an attempt to send.
func (s *State) sendRef(id string, attempt int32) ledger.EffectRef {
	return ledger.EffectRef{Kind: ledger.EffectSend, Scope: string(s.Key.PhoneNumberID), ID: id, Attempt: attempt}
}

// fileRef names an attempt to fetch the file of a message.
func (s *State) fileRef(id string, attempt int32) ledger.EffectRef {
	return ledger.EffectRef{Kind: ledger.EffectFile, Scope: string(s.Key.PhoneNumberID), ID: id, Attempt: attempt}
}

// uploadRef names an attempt to bring the file of a send to Meta.
func (s *State) uploadRef(id string, attempt int32) ledger.EffectRef {
	return ledger.EffectRef{Kind: ledger.EffectUpload, Scope: string(s.Key.PhoneNumberID), ID: id, Attempt: attempt}
}

func (s *State) queuedUpload(e *actorpb.UploadQueued) ledger.Effect {
	u := ledger.Effect{EffectRef: s.uploadRef(e.MessageId, e.Attempt), NotBefore: at(e.NotBeforeMs)}
	if o := s.send(e.MessageId); o != nil {
		u.Body = (&ledger.Upload{File: wa.UploadID(o.File), InsteadOf: e.InsteadOf}).Body()
	}
	return u
}

func (s *State) queuedSend(e *actorpb.SendQueued) ledger.Effect {
	q := ledger.Effect{EffectRef: s.sendRef(e.MessageId, e.Attempt), NotBefore: at(e.NotBeforeMs), TurnEpoch: s.TurnEpoch}
	if o := s.send(e.MessageId); o != nil {
		q.Class, q.OwnerEpoch = int16(o.Class), o.OwnerEpoch
		q.Body = (&ledger.Send{MediaID: o.MediaId}).Body()
		if o.Kind != string(wa.KindTemplate) {
			q.WindowClosesAt = at(s.WindowClosesAtMs)
		}
	}
	return q
}

// outcome takes the row of an attempt away; attempt 0 had none, for its file never came to
// Meta.
func (fx *Effects) outcome(ref ledger.EffectRef, change StatusChange) {
	if ref.Attempt > 0 {
		fx.Done = append(fx.Done, ref)
	}
	if change.Status != "" {
		change.MessageID = wa.MessageID(ref.ID)
		fx.Statuses = append(fx.Statuses, change)
	}
}

// uses notes what a message sends.
func (fx *Effects) uses(id, file string) {
	if file != "" {
		fx.Uses = append(fx.Uses, ledger.FileUse{MessageID: wa.MessageID(id), File: wa.UploadID(file)})
	}
}

// withdrawn takes the row of an attempt away; attempt 0 was waiting and has none.
func (fx *Effects) withdrawn(ref ledger.EffectRef, reason string, stored time.Time) {
	fx.Statuses = append(fx.Statuses, StatusChange{MessageID: wa.MessageID(ref.ID), Status: "withdrawn", At: stored, ErrorText: reason})
	if ref.Attempt > 0 {
		fx.Done = append(fx.Done, ref)
	}
}
