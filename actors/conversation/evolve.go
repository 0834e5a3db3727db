package conversation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Evolve applies one event, stored at a time. It validates nothing: what is in
// the journal happened. An unknown event type panics.
func (s *State) Evolve(ev Event, stored time.Time) {
	s.Version++
	s.Schema = actorpb.SnapshotSchema
	s.NewestPlaceMs = max(s.NewestPlaceMs, actorpb.PlaceMs(ev, ms(stored)))
	switch e := ev.(type) {
	case *actorpb.ConversationStarted:
		s.TenantId, s.TeamId = e.TenantId, e.TeamId
		s.Phase = actorpb.Phase_PHASE_OPEN
		s.StartedAtMs, s.QueuedSinceMs, s.LastAtMs = ms(stored), ms(stored), ms(stored)
		if e.Quiet {
			s.Phase, s.QueuedSinceMs = actorpb.Phase_PHASE_RESOLVED, 0
		}
	case *actorpb.InboundReceived:
		s.evolveInbound(e, stored)
	case *actorpb.InboundReplaced:
		s.evolveReplaced(e, stored)
	case *actorpb.SendRequested:
		s.evolveRequested(e, stored)
	case *actorpb.SendQueued:
		s.evolveQueued(e)
	case *actorpb.SendAccepted:
		s.evolveAccepted(e)
	case *actorpb.SendRejected:
		if e.Final {
			s.evolveClosed(e.MessageId, string(wa.StatusFailed))
		}
	case *actorpb.SendAmbiguous:
		s.evolveAmbiguous(e, stored)
	case *actorpb.SendWithdrawn:
		s.evolveClosed(e.MessageId, lastWithdrawn)
	case *actorpb.StatusReceived:
		s.evolveStatus(e)
	case *actorpb.OwnerChanged:
		s.evolveOwner(e, stored)
	case *actorpb.PhaseChanged:
		s.evolvePhase(e, stored)
	case *actorpb.ConversationRead:
		s.evolveSeen()
	case *actorpb.NoteAdded, *actorpb.MediaRecorded:
	default:
		panic(fmt.Sprintf("conversation %s: version %d is an event of unknown type %T", s.Key, s.Version, ev))
	}
}

func (s *State) evolveInbound(e *actorpb.InboundReceived, stored time.Time) {
	id, kind := hashID(e.MessageId), wa.ContentKind(e.Kind)
	s.RecentIds = newest(append(s.RecentIds, id), maxRecentIDs)
	if quiet(kind) {
		s.LastKind = cmp.Or(s.LastKind, e.Kind) // for lists, until there is more
		return
	}
	s.CustomerVersion = s.Version
	s.WindowClosesAtMs = max(s.WindowClosesAtMs, e.WindowClosesAtMs)
	s.LastInboundAtMs = max(s.LastInboundAtMs, e.SentAtMs)
	switch {
	case !changesEarlier(kind):
		s.evolveMessage(e, id, stored)
	case e.Target == "" || e.Revoked:
	case kind == wa.KindEdit:
		s.evolveEdit(e)
	case kind == wa.KindRevoke:
		s.evolveRevoke(e)
	}
}

// evolveMessage counts a message, and shows it in lists if it stands last.
func (s *State) evolveMessage(e *actorpb.InboundReceived, id uint64, stored time.Time) {
	s.LastAtMs = ms(stored)
	if !e.Revoked {
		s.Unread++
		s.UnreadIds = newest(append(s.UnreadIds, id), maxUnreadIDs)
	}
	s.dropPlaceholder(e.MessageId) // its message came, under the other id
	if e.Placeholder && !e.Revoked {
		s.PlaceholderIds = newest(append(s.PlaceholderIds, hashText(e.MessageId), id), 2*maxPlaceholder)
	}
	edit := s.earlyEdit(id)
	s.dropEarlyEdit(id)
	place := actorpb.PlaceMs(e, ms(stored))
	if place < s.LastPlaceMs {
		return
	}
	s.LastPlaceMs, s.LastOutbound, s.LastKind = place, false, cmp.Or(e.FileType, e.Kind)
	if e.Revoked {
		s.LastKind = string(wa.KindRevoke)
	}
	s.LastMessageId, s.LastStatus, s.LastEditMs = e.MessageId, "", edit.GetAtMs()
}

// read leaves nothing unread.
func (s *State) read() { s.Unread, s.UnreadIds = 0, nil }

func (s *State) evolveRequested(e *actorpb.SendRequested, stored time.Time) {
	s.OutboundVersion, s.OutboundAuthor = s.Version, e.Author.GetId()
	s.evolveSeen()
	s.LastPlaceMs = actorpb.PlaceMs(e, ms(stored))
	s.LastAtMs, s.LastOutbound, s.LastKind = ms(stored), true, e.Kind
	s.LastMessageId, s.LastStatus, s.LastEditMs = e.MessageId, "", 0
	s.Sends = append(s.Sends, &actorpb.OpenSend{
		MessageId: e.MessageId, State: actorpb.OpenSend_STATE_WAITING, Class: e.Class,
		OwnerEpoch: e.OwnerEpoch, Kind: e.Kind, SinceMs: ms(stored),
	})
}

func (s *State) evolveQueued(e *actorpb.SendQueued) {
	if e.Attempt == 1 { // retries are paced by their own back-off
		s.PairRateMs = max(s.PairRateMs, e.NotBeforeMs) + pairInterval.Milliseconds()
	}
	if o := s.send(e.MessageId); o != nil {
		o.State, o.Attempt = actorpb.OpenSend_STATE_QUEUED, e.Attempt
	}
	if s.LastMessageId == e.MessageId {
		s.LastStatus = "" // on its way again, if it was ambiguous
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

// evolveClosed ends a send that did not reach the customer.
func (s *State) evolveClosed(id, status string) {
	s.dropSend(id)
	if s.LastMessageId == id {
		s.LastStatus = status
	}
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

func (s *State) evolveOwner(e *actorpb.OwnerChanged, stored time.Time) {
	s.Owner, s.OwnerEpoch, s.OwnedSinceMs = e.To, e.OwnerEpoch, ms(stored)
	s.TurnEpoch++
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

// evolveSeen: whoever is to see what is new, and that it came back, has.
func (s *State) evolveSeen() {
	s.read()
	if s.Phase != actorpb.Phase_PHASE_SNOOZED {
		s.SnoozedUntilMs = 0
	}
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
