package conversation

import (
	"cmp"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Meta announces some messages before it can show them, the first of an advert
// above all. The message itself may come seconds later under the same id, or
// never. Until then a placeholder stands in its place.

// placeholderAt is where the state has the placeholder of a message, or -1. It
// has two hashes of each: of the id, and behind it of the key within the id.
func (s *State) placeholderAt(id string) int {
	for i := 0; i+1 < len(s.PlaceholderIds); i += 2 {
		if s.PlaceholderIds[i+1] == hashID(id) {
			return i
		}
	}
	return -1
}

// announced says whether a command brings the message of a placeholder.
func (s *State) announced(c *actorpb.ReceiveInbound) bool {
	return !c.Placeholder && !s.isRevoked(c.MessageId) && s.placeholderAt(c.MessageId) >= 0
}

// replaces says whether it brings it under the placeholder's own id: the row is
// found by that. Under the other id that Meta has for it, it is a message of its own.
func (s *State) replaces(c *actorpb.ReceiveInbound) bool {
	return s.announced(c) && s.PlaceholderIds[s.placeholderAt(c.MessageId)] == hashText(c.MessageId)
}

func (s *State) dropPlaceholder(id string) {
	if i := s.placeholderAt(id); i >= 0 {
		s.PlaceholderIds = slices.Delete(s.PlaceholderIds, i, i+2)
	}
}

// replaceInbound puts a message where its placeholder stands. It is news: whoever
// has seen the placeholder has not read the message.
func (s *State) replaceInbound(c *actorpb.ReceiveInbound, facts Facts, now time.Time) Decision {
	kind := wa.ContentKind(c.Kind)
	sentAt, receivedAt := times(c, now)
	replaced := &actorpb.InboundReplaced{MessageId: c.MessageId, Kind: c.Kind, SentAtMs: ms(sentAt)}
	if kind.OpensWindow() {
		replaced.WindowClosesAtMs = ms(wa.WindowClosesAt(sentAt, receivedAt))
	}
	d := Decision{
		Events: []Event{replaced},
		Messages: []Message{{
			Id: c.MessageId, Direction: actorpb.DirectionIn, Author: s.contact(),
			Kind: c.Kind, SentAtMs: ms(sentAt), Content: c.Content, Replaces: true,
		}},
		Outcome: &actorpb.Outcome{MessageId: c.MessageId},
	}
	if kind == wa.KindMedia {
		file := fileOf(c)
		replaced.FileType, d.Effects = file.FileType(), s.wantedFile(c, file, now)
	}
	d = s.reopen(d, kind, facts)
	if s.isLast(c.MessageId) && s.LastEditMs == 0 {
		display := s.Display
		display.LastPreview = wa.Trimmed(c.Preview, maxPreview)
		d.Display = &display
	}
	return d
}

func (s *State) evolveReplaced(e *actorpb.InboundReplaced, stored time.Time) {
	id := hashID(e.MessageId)
	s.dropPlaceholder(e.MessageId)
	s.CustomerVersion, s.LastAtMs = s.Version, ms(stored)
	s.WindowClosesAtMs = max(s.WindowClosesAtMs, e.WindowClosesAtMs)
	s.LastInboundAtMs = max(s.LastInboundAtMs, e.SentAtMs)
	if !slices.Contains(s.UnreadIds, id) {
		s.Unread++
		s.UnreadIds = newest(append(s.UnreadIds, id), maxUnreadIDs)
	}
	if s.isLast(e.MessageId) {
		s.LastKind = cmp.Or(e.FileType, e.Kind)
	}
}
