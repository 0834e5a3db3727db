package live

import (
	"encoding/json"
	"log/slog"
	"math"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/telemetry"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// A replay that panics closes the socket that waits for it: it would never be
// sent the rest.
func TestReplayThatPanicsClosesItsSocket(t *testing.T) {
	t.Parallel()
	m, err := telemetry.NewMetrics(noop.Meter{})
	if err != nil {
		t.Fatal(err)
	}
	h := &Hub{ // without an inbox to read from
		log: slog.New(slog.DiscardHandler), metrics: m, replays: make(chan struct{}, 1), done: make(chan struct{}),
	}
	h.guard = telemetry.NewGuard(h.log, m)
	key := wa.ConversationKey{PhoneNumberID: "1", ContactID: "c1"}
	c := &client{hub: h, person: staff.Person{TenantID: "lume"}, wake: make(chan struct{}, 1)}
	ts := newTenantStream(h, "lume")
	sub := &subscription{}
	ts.room(key).subs[c] = sub
	ts.startReplay(key, c, sub, 1)
	h.wg.Wait()
	if !c.finished() || c.closing.code != closeInternal().code {
		t.Errorf("the socket ends with %+v, want %+v", c.closing, closeInternal())
	}
	if len(h.replays) != 0 {
		t.Error("the replay kept its seat")
	}
	if !ts.mu.TryLock() {
		t.Error("the replay kept the lock of all updates")
	}
}

// Every frame can be encoded, whatever times and contents are stored.
func TestEveryStoredValueIsEncoded(t *testing.T) {
	t.Parallel()
	for _, ms := range []int64{math.MinInt64, math.MaxInt64, -1, 253_402_300_800_000, -62_167_219_200_001, -62_135_596_800_001} {
		row := view.OfRow(actorpb.Row{ConversationSnapshot: &actorpb.ConversationSnapshot{
			OwnedSinceMs: ms, LastAtMs: ms, WindowClosesAtMs: ms, SnoozedUntilMs: ms, QueuedSinceMs: ms, StartedAtMs: ms,
		}})
		message := view.OfMessage(&actorpb.StoredMessage{SentAtMs: ms, Content: []byte("{")})
		frame := encodeFrame(&frameOut{T: "thread", Row: row, Items: []view.Item{{At: view.Time(ms), Message: message}}})
		var f struct{ T string }
		if err := json.Unmarshal(frame, &f); err != nil || f.T == "error" {
			t.Errorf("%d: %s: %v", ms, frame, err)
		}
	}
}

// What no view lets pass makes an error frame of the stream, not a panic.
func TestUnwritableFrameIsAnError(t *testing.T) {
	t.Parallel()
	year := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	var f frameOut
	body := encodeFrame(&frameOut{T: "thread", Stream: "conversation:1:c", Items: []view.Item{{At: &year}}})
	if err := json.Unmarshal(body, &f); err != nil || f.T != "error" || f.Stream != "conversation:1:c" || f.Error.Code != 111 {
		t.Errorf("%s: %v", body, err)
	}
}
