package conversation

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Bounds of the state. It is written with every append, so each byte costs.
const (
	maxRecentIDs   = 32 // a short-cut only: the key of the message table is the law
	maxUnreadIDs   = 32 // what is taken back beyond them still counts as unread
	maxRevokedIDs  = 32
	maxPlaceholder = 16 // one beyond them stays a placeholder
	maxEarlyEdits  = 8
	maxEarlyEditID = 160 // Meta's have some 60 characters
	maxOpenSends   = 64
	maxAccepted    = 8 // accepted sends kept to decide their statuses without a load
	maxSnapshot    = 8 << 10
	maxOpenFiles   = 30 // of these: what sends a file takes more room
	ambiguousHold  = 30 * time.Second
	uploadHold     = 30 * time.Second // what comes after a file waits so long for it at most
)

// State is a conversation at a version. The zero value is a conversation that
// does not exist yet. One caller owns it; it is not safe for concurrent use.
type State struct {
	actorpb.ConversationSnapshot
	// Key is given by the caller and never changes.
	Key wa.ConversationKey
	// Version counts the events of the journal.
	Version uint64
	// Display is what lists show in words. It is no part of the journal, so that
	// erasing a person leaves the journal valid.
	Display Display
}

// Display is how lists show the conversation in words.
type Display struct {
	ContactName    string
	ContactAddress string // phone or username
	LastPreview    string
}

// Restore makes the state of a stored snapshot. Those of older schemas are
// upgraded, those of a newer one refused.
func Restore(key wa.ConversationKey, version uint64, snapshot []byte, display Display) (*State, error) {
	s := &State{Key: key, Version: version, Display: display}
	if version == 0 {
		return s, nil
	}
	if err := actorpb.ReadSnapshot(snapshot, &s.ConversationSnapshot); err != nil {
		return nil, fmt.Errorf("restore %s: %w", key, err)
	}
	return s, nil
}

// Snapshot is the state as Restore reads it. One past 8 KB is an error: it would
// make every append of this conversation dear for ever.
func (s *State) Snapshot() ([]byte, error) {
	b, err := proto.Marshal(&s.ConversationSnapshot)
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %w", s.Key, err)
	}
	if len(b) > maxSnapshot {
		return nil, fmt.Errorf("snapshot %s: %d bytes, at most %d", s.Key, len(b), maxSnapshot)
	}
	return b, nil
}

// Exists says whether the conversation has started. Before that its journal may
// hold what is about messages that have not come: nobody is shown it.
func (s *State) Exists() bool { return s.Phase != actorpb.Phase_PHASE_UNSPECIFIED }

func (s *State) ownerKind() actorpb.Party_Kind { return s.Owner.GetKind() }

func (s *State) ownedBy(agent string) bool {
	return s.ownerKind() == actorpb.Party_KIND_AGENT && s.Owner.GetId() == agent
}

func (s *State) send(id string) *actorpb.OpenSend {
	for _, o := range s.Sends {
		if o.MessageId == id {
			return o
		}
	}
	return nil
}

func (s *State) dropSend(id string) {
	s.Sends = slices.DeleteFunc(s.Sends, func(o *actorpb.OpenSend) bool { return o.MessageId == id })
}

// seenInbound says whether the id is among the newest. Only hashes are kept: two
// different ids of one conversation meet in 64 bits about never.
func (s *State) seenInbound(id string) bool {
	return slices.Contains(s.RecentIds, hashID(id))
}

// hashID is of what names the message in this conversation: Meta may give one
// message two ids.
func hashID(id string) uint64 { return hashText(wa.MessageID(id).MessageKey()) }

func hashText(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum64()
}

func ms(t time.Time) int64 { return t.UnixMilli() }

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
