package conversation

import (
	"encoding/json"
	"slices"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Meta delivers in no order: what changes a message may come before it. Whatever
// the order, the thread, the row and the search end up the same, and of a text
// that was taken back before it came nothing is kept.

// editOf names the edit that came before the message of the command, whose content
// Decide needs, or "". It is about never.
func (s *State) editOf(c *actorpb.ReceiveInbound) wa.MessageID {
	if len(s.EarlyEdits) == 0 || s.isRevoked(c.MessageId) {
		return ""
	}
	return wa.MessageID(s.earlyEdit(hashID(c.MessageId)).GetEditId())
}

// isRevoked says whether the message is one of those that were taken back last.
func (s *State) isRevoked(id string) bool {
	return len(s.RevokedIds) > 0 && slices.Contains(s.RevokedIds, hashID(id))
}

// takenBack says whether a command brings words that their author has taken back:
// the message itself, or another wording of it.
func (s *State) takenBack(c *actorpb.ReceiveInbound) bool {
	switch kind := wa.ContentKind(c.Kind); {
	case kind == wa.KindEdit:
		return s.isRevoked(c.Target)
	case kind.ChangesEarlier():
		return false
	}
	return s.isRevoked(c.MessageId)
}

// isLast says whether an id names the message that stands last.
func (s *State) isLast(id string) bool {
	return id != "" && wa.MessageID(id).Same(wa.MessageID(s.LastMessageId))
}

// bare is a content without anything in it.
func bare(kind wa.ContentKind) []byte {
	content, err := json.Marshal(wa.Content{Kind: kind})
	if err != nil {
		panic("a kind always encodes: " + err.Error())
	}
	return content
}

// previewOf is the line for a stored content; "" if it is no longer kept.
func previewOf(content []byte) string {
	var c wa.Content
	if json.Unmarshal(content, &c) != nil {
		return ""
	}
	return c.PreviewText()
}

func (s *State) earlyEdit(target uint64) *actorpb.EarlyEdit {
	for _, e := range s.EarlyEdits {
		if e.Target == target {
			return e
		}
	}
	return nil
}

func (s *State) dropEarlyEdit(target uint64) {
	s.EarlyEdits = slices.DeleteFunc(s.EarlyEdits, func(e *actorpb.EarlyEdit) bool { return e.Target == target })
}

// evolveEdit changes what the row says of its message, or waits for it.
func (s *State) evolveEdit(e *actorpb.InboundReceived) {
	if s.isLast(e.Target) {
		s.LastEditMs = max(s.LastEditMs, e.SentAtMs)
		return
	}
	target := hashID(e.Target)
	if slices.Contains(s.RecentIds, target) || len(e.MessageId) > maxEarlyEditID {
		return
	}
	if known := s.earlyEdit(target); known != nil && known.AtMs > e.SentAtMs {
		return
	}
	s.dropEarlyEdit(target)
	s.EarlyEdits = append(s.EarlyEdits, &actorpb.EarlyEdit{Target: target, EditId: e.MessageId, AtMs: e.SentAtMs})
	if n := len(s.EarlyEdits); n > maxEarlyEdits {
		s.EarlyEdits = slices.Delete(s.EarlyEdits, 0, n-maxEarlyEdits)
	}
}

// evolveRevoke leaves nothing of its message, whether it has come or not.
func (s *State) evolveRevoke(e *actorpb.InboundReceived) {
	target := hashID(e.Target)
	if !slices.Contains(s.RevokedIds, target) {
		s.RevokedIds = newest(append(s.RevokedIds, target), maxRevokedIDs)
	}
	s.dropEarlyEdit(target)
	if i := slices.Index(s.UnreadIds, target); i >= 0 {
		s.UnreadIds = slices.Delete(s.UnreadIds, i, i+1)
		s.Unread--
	}
	if s.isLast(e.Target) {
		s.LastKind, s.LastEditMs = string(wa.KindRevoke), 0
	}
}

// newest keeps the last of a list.
func newest(ids []uint64, limit int) []uint64 {
	if n := len(ids); n > limit {
		return slices.Delete(ids, 0, n-limit)
	}
	return ids
}
