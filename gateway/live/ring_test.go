package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/view"
)

// A flood does not keep a frame of each of its updates: what lies further back than
// ringBytes is told to be fetched anew.
func TestRingIsBoundedByBytes(t *testing.T) {
	t.Parallel()
	r := newRing()
	now := time.Now()
	preview := strings.Repeat("x", 8<<10)
	const updates = 2*ringBytes/(8<<10) + 1
	for n := range uint64(updates) {
		u := view.OfUpdate(&actorpb.ConversationUpdate{Row: &actorpb.InboxRow{
			TenantId: "t", TeamId: "a", PhoneNumberId: "100", ContactId: fmt.Sprint(n), Version: 1, LastPreview: preview,
		}})
		if e := r.add("e", n+1, u, now); len(e.row) < len(preview) {
			t.Fatalf("frame %d has %d bytes", n, len(e.row))
		}
	}
	held := 0
	for i := range r.entries {
		held += r.entries[i].size()
	}
	if held != r.bytes || held > ringBytes || held < ringBytes*9/10 {
		t.Errorf("holds %d bytes and says %d, the bound is %d", held, r.bytes, ringBytes)
	}
	if last := r.first + uint64(len(r.entries)) - 1; last != updates || r.first < updates/2 {
		t.Errorf("holds %d to %d of %d", r.first, last, updates)
	}
	if _, ok := r.since(r.first-2, &client{}, resumeLimit); ok {
		t.Error("resumed from what is gone")
	}
	if _, ok := r.since(updates-1, &client{}, resumeLimit); !ok {
		t.Error("what is held is not resumed")
	}
	r.reset(7)
	if r.bytes != 0 || len(r.entries) != 0 || r.first != 7 {
		t.Errorf("after a reset: %d bytes, %d entries from %d", r.bytes, len(r.entries), r.first)
	}
}
