package conversation

import (
	"cmp"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// receiveInbound takes a customer's message once, and reopens the conversation.
// What is about another message starts none: there is nothing to answer.
func (s *State) receiveInbound(c *actorpb.ReceiveInbound, facts Facts, now time.Time) (Decision, error) {
	switch {
	case c.MessageId == "":
		return Decision{}, refusal.Field("message_id", "message_id is missing")
	case !s.Exists() && c.TenantId == "":
		return Decision{}, refusal.Field("tenant_id", "tenant_id is missing")
	case s.seenInbound(c.MessageId) && !s.announced(c):
		return already(c.MessageId), nil
	}
	if err := admissibleInbound(c); err != nil {
		return Decision{}, err
	}
	if s.replaces(c) {
		return s.replaceInbound(c, facts, now), nil
	}
	var d Decision
	kind := wa.ContentKind(c.Kind)
	if !s.Exists() && !kind.ChangesEarlier() {
		d.Events = append(d.Events, &actorpb.ConversationStarted{TenantId: c.TenantId, TeamId: c.TeamId, Quiet: quiet(kind)})
	}
	sentAt, receivedAt := times(c, now)
	received := &actorpb.InboundReceived{
		MessageId: c.MessageId, SentAtMs: ms(sentAt), Kind: c.Kind, Target: c.Target,
		PlaceMs: ms(inboundPlace(sentAt, receivedAt)), Revoked: s.takenBack(c), EditedBy: string(s.editOf(c)),
		Placeholder: c.Placeholder,
	}
	if kind.OpensWindow() {
		received.WindowClosesAtMs = ms(wa.WindowClosesAt(sentAt, receivedAt))
	}
	d.Events = append(d.Events, received)
	d = s.dropAnswered(s.answered(s.reopen(d, kind, facts), kind), c)
	message := &actorpb.StoredMessage{
		Id: c.MessageId, Direction: actorpb.DirectionIn, Author: s.contact(),
		Kind: c.Kind, SentAtMs: ms(sentAt), Content: c.Content,
	}
	switch {
	case received.Revoked:
		message.Content = bare(kind)
	case kind == wa.KindMedia:
		file := fileOf(c)
		received.FileType, d.Effects = file.FileType(), s.wantedFile(c, file, now)
	}
	d.Messages = []Message{message}
	d.Display = s.displayAfter(c, received, facts)
	d.Outcome = &actorpb.Outcome{MessageId: c.MessageId}
	return d, nil
}

// reopen brings a conversation back that is answered or put away.
func (s *State) reopen(d Decision, kind wa.ContentKind, facts Facts) Decision {
	if !s.Exists() || s.Phase == actorpb.Phase_PHASE_OPEN || !kind.OpensWindow() {
		return d
	}
	d.Events = append(d.Events, &actorpb.PhaseChanged{
		From: s.Phase, To: actorpb.Phase_PHASE_OPEN, By: s.contact(),
	})
	return s.orphaned(d, facts.Seat)
}

// answered frees what a program owns: it sent something and waits for no answer, so
// the customer's words are anybody's.
func (s *State) answered(d Decision, kind wa.ContentKind) Decision {
	if s.ownerKind() != actorpb.Party_KIND_INTEGRATION || !kind.OpensWindow() {
		return d
	}
	d.Events = append(d.Events, &actorpb.OwnerChanged{
		From: s.Owner, To: &actorpb.Party{}, OwnerEpoch: s.OwnerEpoch + 1, Cause: actorpb.OwnerChanged_CAUSE_ANSWERED, By: s.contact(),
	})
	return d
}

// times are Meta's time and ours. One that is missing or cannot be must neither
// close the window nor cost the message.
func times(c *actorpb.ReceiveInbound, now time.Time) (sent, received time.Time) {
	received = wa.MetaTime(at(c.ReceivedAtMs), now)
	return wa.MetaTime(at(c.SentAtMs), received), received
}

// displayAfter is what lists say after an inbound: the words of the message that
// stands last in the thread, as they are now.
func (s *State) displayAfter(c *actorpb.ReceiveInbound, e *actorpb.InboundReceived, facts Facts) *Display {
	f := s.Display
	if c.ContactName != "" {
		f.ContactName = wa.Trimmed(c.ContactName, maxName)
	}
	if c.ContactAddress != "" {
		f.ContactAddress = wa.Trimmed(c.ContactAddress, maxName)
	}
	kind, ofLast := wa.ContentKind(e.Kind), s.isLast(e.Target)
	preview := wa.Trimmed(c.Preview, maxPreview)
	switch {
	case kind == wa.KindRevoke && ofLast:
		f.LastPreview = "" // what was taken back is not shown on
	case kind == wa.KindEdit && ofLast && !e.Revoked && e.SentAtMs >= s.LastEditMs:
		f.LastPreview = preview
	case kind.ChangesEarlier() || quiet(kind) || e.PlaceMs < s.LastPlaceMs:
	case e.Revoked:
		f.LastPreview = ""
	case e.EditedBy != "":
		f.LastPreview = previewOf(facts.Edit)
	default:
		f.LastPreview = preview
	}
	return &f
}

// quiet says of a kind that nobody has to answer it: a line of the thread, no
// work, and no news for lists.
func quiet(kind wa.ContentKind) bool { return kind == wa.KindSystem }

func (s *State) contact() *actorpb.Party {
	return &actorpb.Party{Kind: actorpb.Party_KIND_CONTACT, Id: string(s.Key.ContactID)}
}

func (s *State) evolveStarted(e *actorpb.ConversationStarted, stored time.Time) {
	s.TenantId, s.TeamId = e.TenantId, e.TeamId
	s.Phase = actorpb.Phase_PHASE_OPEN
	s.StartedAtMs, s.QueuedSinceMs, s.LastAtMs = ms(stored), ms(stored), ms(stored)
	if e.Quiet {
		s.Phase, s.QueuedSinceMs = actorpb.Phase_PHASE_RESOLVED, 0
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
	case !kind.ChangesEarlier():
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
