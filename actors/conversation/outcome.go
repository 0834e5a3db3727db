package conversation

import (
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// recordAccepted: Meta took the message and named it.
func (s *State) recordAccepted(c *actorpb.RecordAccepted, now time.Time) (Decision, error) {
	o := s.send(c.MessageId)
	if o == nil || o.State == actorpb.OpenSend_STATE_ACCEPTED || o.State == actorpb.OpenSend_STATE_WAITING {
		return already(c.MessageId), nil
	}
	return Decision{Events: s.accepted(o, c.Wamid, now)}, nil
}

// accepted records the evidence and lets the next send go.
func (s *State) accepted(o *actorpb.OpenSend, wamid string, now time.Time) []Event {
	if !isID(wamid) {
		wamid = "" // accepted it is: its statuses find it by our own data
	}
	ev := &actorpb.SendAccepted{MessageId: o.MessageId, Attempt: o.Attempt, Wamid: wamid}
	return append([]Event{ev}, s.next(o.MessageId, now)...)
}

// recordRejected: the attempt surely did not send. It is tried again while that
// makes sense, else it failed.
func (s *State) recordRejected(c *actorpb.RecordRejected, now time.Time) (Decision, error) {
	o := s.send(c.MessageId)
	if o == nil || o.State != actorpb.OpenSend_STATE_QUEUED || o.Attempt != c.Attempt {
		return already(c.MessageId), nil
	}
	ev := &actorpb.SendRejected{MessageId: c.MessageId, Attempt: c.Attempt, Code: c.Code, Text: wa.Trimmed(c.Text, maxReason)}
	delay, retry := retryOf(c)
	retry = retry && (c.Retries <= 0 || c.Attempt <= c.Retries)
	again := now.Add(delay)
	if c.Failure == actorpb.SendFailure_SEND_FAILURE_MEDIA && o.File != "" && !o.Renewed && s.retryBarred(o, now) == "" {
		return Decision{Events: s.renewed(o, ev, now)}, nil
	}
	if reason := s.retryBarred(o, again); retry && reason != "" {
		gone := &actorpb.SendWithdrawn{MessageId: c.MessageId, Attempt: c.Attempt, Reason: reason}
		return Decision{Events: append([]Event{ev, gone}, s.next(c.MessageId, now)...)}, nil
	}
	if !retry || again.Sub(at(o.SinceMs)) > timeOf(o.Class) {
		ev.Final = true
		return Decision{Events: append([]Event{ev}, s.next(c.MessageId, now)...)}, nil
	}
	queued := &actorpb.SendQueued{MessageId: c.MessageId, Attempt: c.Attempt + 1, NotBeforeMs: ms(again)}
	return Decision{Events: []Event{ev, queued}}, nil
}

// retryBarred says why a send must not leave any more: another attempt would be
// a word after a takeover, or outside the window.
func (s *State) retryBarred(o *actorpb.OpenSend, again time.Time) string {
	switch {
	case o.Superseded:
		return reasonSuperseded
	case !s.mayLeave(o, again):
		return reasonWindow
	}
	return ""
}

// recordAmbiguous: nobody knows whether it was sent. It is not sent again.
func (s *State) recordAmbiguous(c *actorpb.RecordAmbiguous, now time.Time) (Decision, error) {
	o := s.send(c.MessageId)
	if o == nil || o.State != actorpb.OpenSend_STATE_QUEUED || o.Attempt != c.Attempt {
		return already(c.MessageId), nil
	}
	// What has been passed over by it, for its file was not there yet, goes now.
	ev := &actorpb.SendAmbiguous{MessageId: c.MessageId, Attempt: c.Attempt}
	return Decision{Events: append([]Event{ev}, s.following(becomes{unknown: c.MessageId}, now)...)}, nil
}

// recordWithdrawn: the row was withdrawn before anybody claimed it.
func (s *State) recordWithdrawn(c *actorpb.RecordWithdrawn, now time.Time) (Decision, error) {
	o := s.send(c.MessageId)
	if o == nil || o.State != actorpb.OpenSend_STATE_QUEUED || o.Attempt != c.Attempt {
		return already(c.MessageId), nil
	}
	ev := &actorpb.SendWithdrawn{MessageId: c.MessageId, Reason: wa.Trimmed(c.Reason, maxReason), Attempt: c.Attempt}
	return Decision{Events: append([]Event{ev}, s.next(c.MessageId, now)...)}, nil
}

// resolveAmbiguous: a person says what an unknown send was to be. Sending again
// may reach the customer twice; that is why only a person decides it.
func (s *State) resolveAmbiguous(c *actorpb.ResolveAmbiguous, now time.Time) (Decision, error) {
	o := s.send(c.MessageId)
	switch {
	case o == nil: // ended and forgotten, or never there: the table of messages knows
		return Decision{}, refusal.Unless(wa.MessageID(c.MessageId), refusal.Of(NotFound, "there is no such message in this conversation"))
	case o.State != actorpb.OpenSend_STATE_AMBIGUOUS:
		return already(c.MessageId), nil
	case !s.isOwner(c.By) && c.By.Role < actorpb.Role_ROLE_MANAGER:
		return Decision{}, refusal.Of(NotOwner, "only the owner or a manager may decide it")
	case !c.Resend:
		ev := &actorpb.SendRejected{MessageId: o.MessageId, Attempt: o.Attempt, Final: true, Text: "given up"}
		return Decision{Events: append([]Event{ev}, s.next(o.MessageId, now)...)}, nil
	case !s.mayLeave(o, now):
		return Decision{}, refusal.Of(WindowClosed, "the 24-hour window is closed: only an approved template may be sent")
	case s.leaving():
		return Decision{}, refusal.Of(TooManyOpen, "another message is leaving: try again in a moment")
	}
	return Decision{Events: []Event{s.queued(o.MessageId, o.Attempt+1, now)}}, nil
}

// leaving says whether a send is an effect under way.
func (s *State) leaving() bool { return s.leavingBut() }

// leavingBut is leaving, where some are about to be none.
func (s *State) leavingBut(gone ...string) bool {
	return slices.ContainsFunc(s.Sends, func(o *actorpb.OpenSend) bool {
		return o.State == actorpb.OpenSend_STATE_QUEUED && !slices.Contains(gone, o.MessageId)
	})
}

// Leaving names the sends of owner epochs below the given one that were already
// on their way when the takeover committed.
func (s *State) Leaving(ownerEpochBelow uint64) []string {
	var ids []string
	for _, o := range s.Sends {
		if o.State == actorpb.OpenSend_STATE_QUEUED && o.OwnerEpoch < ownerEpochBelow {
			ids = append(ids, o.MessageId)
		}
	}
	return ids
}

// evolveAccepted keeps the newest accepted sends, to decide their statuses, and
// of each no more than that takes.
func (s *State) evolveAccepted(e *actorpb.SendAccepted) {
	for i, o := range s.Sends {
		if o.MessageId == e.MessageId {
			s.Sends[i] = &actorpb.OpenSend{
				MessageId: o.MessageId, State: actorpb.OpenSend_STATE_ACCEPTED, Attempt: o.Attempt,
			}
		}
	}
	if s.LastMessageId == e.MessageId {
		s.LastStatus = lastAccepted
	}
	kept := 0
	for i := len(s.Sends) - 1; i >= 0; i-- {
		if s.Sends[i].State != actorpb.OpenSend_STATE_ACCEPTED {
			continue
		}
		if kept++; kept > maxAccepted {
			s.Sends = slices.Delete(s.Sends, i, i+1)
		}
	}
}

func (s *State) evolveAmbiguous(e *actorpb.SendAmbiguous, stored time.Time) {
	if o := s.send(e.MessageId); o != nil {
		o.State, o.SinceMs = actorpb.OpenSend_STATE_AMBIGUOUS, ms(stored)
	}
	if s.LastMessageId == e.MessageId {
		s.LastStatus = lastAmbiguous
	}
}

// evolveRejected: only the last rejection ends a send, any other is tried again.
func (s *State) evolveRejected(e *actorpb.SendRejected) {
	if e.Final {
		s.evolveClosed(e.MessageId, string(wa.StatusFailed))
	}
}

// evolveClosed ends a send that did not reach the customer.
func (s *State) evolveClosed(id, status string) {
	s.dropSend(id)
	if s.LastMessageId == id {
		s.LastStatus = status
	}
}
