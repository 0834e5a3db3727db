package conversation_test

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
)

// A journal written before threads had places, one event of every type: it is
// evolved, and stands in the order of Meta's times.
func TestOldJournalIsReplayed(t *testing.T) {
	t.Parallel()
	s, lines := &conversation.State{Key: testKey}, stored(t, "testdata/old/journal.hex")
	types := map[string]bool{}
	for i, line := range lines {
		name, body, _ := strings.Cut(line, " ")
		ev := message(t, name, body)
		types[name] = true
		s.Evolve(ev, start.Add(time.Duration(i)*time.Second))
	}
	if len(types) != 14 {
		t.Errorf("%d types of events, want all 14 that were ever written", len(types))
	}
	row := rowOf(s)
	if row.LastMessageId != "wamid.2" || row.LastKind != "text" || row.Unread != 1 || row.LastOutbound {
		t.Errorf("row %v", row)
	}
	if want := start.Add(20 * time.Second).UnixMilli(); s.LastPlaceMs != want {
		t.Errorf("the last message stands at %d, want Meta's time %d", s.LastPlaceMs, want)
	}
}

// A snapshot of schema 1 comes back with its thread in the order of arrival.
func TestOldSnapshotIsUpgraded(t *testing.T) {
	t.Parallel()
	body, err := hex.DecodeString(stored(t, "testdata/old/snapshot.hex")[0])
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld()
	if w.state, err = conversation.Restore(testKey, 17, body, conversation.Display{LastPreview: "oi"}); err != nil {
		t.Fatal(err)
	}
	w.now = start.Add(time.Minute)
	if s := w.state; s.LastPlaceMs != s.LastAtMs || s.NewestPlaceMs != s.LastAtMs || s.LastAtMs == 0 {
		t.Errorf("last at %d, its place %d, the newest %d", s.LastAtMs, s.LastPlaceMs, s.NewestPlaceMs)
	}
	late := w.inbound("wamid.late", "antes")
	late.SentAtMs = start.UnixMilli()
	w.do(late)
	if row := rowOf(w.state); row.LastPreview != "oi" || row.Unread != 2 {
		t.Errorf("after an older message: %q, %d unread", row.LastPreview, row.Unread)
	}
	w.do(w.inbound("wamid.new", "depois"))
	if row := rowOf(w.state); row.LastPreview != "depois" {
		t.Errorf("after a newer message: %q", row.LastPreview)
	}
}

func stored(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func message(t *testing.T, name, body string) proto.Message {
	t.Helper()
	raw, err := hex.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	ev, err := actorpb.DecodeEvent(name, raw)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}
