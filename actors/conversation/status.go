package conversation

import (
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// What InboxRow.LastStatus says beyond Meta's statuses and actorpb.LastWithdrawn.
const (
	lastAccepted  = "accepted"
	lastAmbiguous = "ambiguous"
)

// recordStatus takes what Meta reports of one of our messages, if it is news.
// A status that comes before the answer to the send is the evidence that the
// send was accepted.
func (s *State) recordStatus(c *actorpb.RecordStatus, facts Facts, now time.Time) (Decision, error) {
	status := wa.Status(c.Status)
	if status.Rank() == 0 {
		return Decision{}, refusal.Field("status", "status "+wa.Trimmed(c.Status, maxKind)+" is not known")
	}
	o := s.send(c.MessageId)
	switch {
	case o == nil && facts.Status == nil, o != nil && o.State == actorpb.OpenSend_STATE_WAITING:
		return Decision{}, refusal.Of(NotFound, "no such message has been sent")
	case o == nil:
		if facts.Status.has(status) {
			return already(c.MessageId), nil
		}
		return Decision{Events: []Event{statusEvent(c, now)}}, nil
	case came(o, c.Status):
		return already(c.MessageId), nil
	}
	var events []Event
	if o.State != actorpb.OpenSend_STATE_ACCEPTED {
		events = s.accepted(o, c.Wamid, now)
	}
	return Decision{Events: append(events, statusEvent(c, now))}, nil
}

// came says whether the status is known of an open send. One that ranks below
// what is known is news as well: its first time is kept, whatever the order.
func came(o *actorpb.OpenSend, status string) bool {
	return slices.Contains(strings.Fields(o.Status), status)
}

func (k *KnownStatus) has(status wa.Status) bool {
	if k.Came == nil {
		return !climbs(k.Status, status)
	}
	return slices.Contains(k.Came, status)
}

// climbs says whether a list shows a status after another. Failed after delivered
// it does not: the message reached the phone.
func climbs(from, to wa.Status) bool { return to.Rank() > from.Rank() }

func statusEvent(c *actorpb.RecordStatus, now time.Time) *actorpb.StatusReceived {
	return &actorpb.StatusReceived{
		MessageId: c.MessageId, Status: c.Status, AtMs: ms(wa.MetaTime(at(c.AtMs), now)),
		ErrorCode: c.ErrorCode, ErrorText: wa.Trimmed(c.ErrorText, maxReason),
	}
}

func windowAllows(s *State, now time.Time) bool {
	return wa.FreeFormAllowed(at(s.WindowClosesAtMs), now)
}

func (s *State) evolveStatus(e *actorpb.StatusReceived) {
	if o := s.send(e.MessageId); o != nil && !came(o, e.Status) {
		all := append(strings.Fields(o.Status), e.Status)
		slices.Sort(all) // the order of arrival must leave no trace
		o.Status = strings.Join(all, " ")
		if wa.Status(e.Status).Rank() >= wa.StatusRead.Rank() {
			s.dropSend(e.MessageId) // nothing of interest can follow; older rows decide the rest
		}
	}
	if s.LastMessageId == e.MessageId && climbs(wa.Status(s.LastStatus), wa.Status(e.Status)) {
		s.LastStatus = e.Status
	}
}
