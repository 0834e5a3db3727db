package search

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// indexedTypes are the events that name a message.
func indexedTypes() []string {
	return []string{"InboundReceived", "InboundReplaced", "SendRequested", "NoteAdded", "OwnerChanged"}
}

// step is what one event does to the index.
type step struct {
	kind    wa.ContentKind // edit and revoke are about target, reaction changes nothing
	message wa.MessageID   // "" when the event names none
	target  wa.MessageID
	edit    wa.MessageID // the edit of the message that came before it, "" without one
	revoked bool         // nothing of the message was kept
	late    bool         // the message came after its placeholder
	version uint64
}

func stepOf(e *actorpb.StoredEvent) (step, error) {
	s := step{version: e.Version}
	event, err := e.Decode()
	if err != nil {
		return step{}, err
	}
	switch m := event.(type) {
	case *actorpb.InboundReceived:
		s.kind, s.message, s.target = wa.ContentKind(m.Kind), wa.MessageID(m.MessageId), wa.MessageID(m.Target)
		s.edit, s.revoked = wa.MessageID(m.EditedBy), m.Revoked
	case *actorpb.InboundReplaced:
		s.kind, s.message, s.late = wa.ContentKind(m.Kind), wa.MessageID(m.MessageId), true
	case *actorpb.SendRequested:
		s.kind, s.message = wa.ContentKind(m.Kind), wa.MessageID(m.MessageId)
	case *actorpb.NoteAdded:
		s.kind, s.message = wa.KindNote, wa.MessageID(m.NoteId)
	case *actorpb.OwnerChanged:
		s.kind, s.message = wa.KindNote, wa.MessageID(m.NoteId)
	}
	return s, nil
}

// textOf is what people read of a message, one part a line; "" of a content that
// has no words or cannot be read.
func textOf(content []byte) string {
	var c wa.Content
	if json.Unmarshal(content, &c) != nil {
		return ""
	}
	return strings.Join(slices.DeleteFunc(c.Words(), func(s string) bool { return s == "" }), "\n")
}

// The lexemes that are no words: their sign keeps them apart from all that are.
func tenantLexeme(tenant wa.TenantID) string { return "t=" + url.QueryEscape(string(tenant)) }
func dayLexeme(at time.Time) string          { return "d=" + at.UTC().Format("2006-01-02") }
func monthLexeme(at time.Time) string        { return "m=" + at.UTC().Format("2006-01") }

func messageWords(tenant wa.TenantID, at time.Time, text string) []string {
	return append(distinct(text), tenantLexeme(tenant), dayLexeme(at), monthLexeme(at))
}

// contactWords are what a person is found by. Addresses that are no phones are
// user ids, found whole.
func contactWords(s *searchindex.Subject) []string {
	all := distinct(append(slices.Clone(s.Names), s.Addresses...)...)
	for _, address := range s.Addresses {
		if run, other := digits(address); !other {
			all = append(all, ends(run)...)
		}
	}
	slices.Sort(all)
	return append(slices.Compact(all), tenantLexeme(s.TenantID))
}
