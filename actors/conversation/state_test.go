package conversation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/wa"
)

// longID is as long as the ids that Meta gives.
func longID(i int) string {
	return fmt.Sprintf("wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYIDNBRjQ2N0E0RkY2QjE1QzQ2%08d==", i)
}

// A lively conversation: many messages behind it, eight answers not yet read.
func TestSnapshotOfATypicalStateIsUnderAKilobyte(t *testing.T) {
	t.Parallel()
	w := open()
	for i := range 50 {
		w.do(w.inbound(longID(i), "mensagem"))
		echo := fmt.Sprintf("e%d", i)
		w.do(w.reply("ana", echo, "resposta"))
		w.do(&actorpb.RecordAccepted{MessageId: string(ours("ana", echo)), Wamid: longID(1000 + i)})
		w.do(w.status(ours("ana", echo), "sent", w.now))
		w.do(w.status(ours("ana", echo), "delivered", w.now))
	}
	if n := len(snapshot(w.state)); n > 1024 {
		t.Errorf("%d bytes", n)
	}
}

// The largest state that rules allow: every open send taken, half of them unknown.
func TestLargestSnapshotIsAllowed(t *testing.T) {
	t.Parallel()
	w := open()
	for i := range 40 {
		w.do(w.inbound(longID(i), "mensagem"))
	}
	for i := range 64 {
		echo := fmt.Sprintf("e%d", i)
		var order *actorpb.SendMessage
		if i%2 == 1 && i < 60 {
			order = w.attach("ana", echo, "document")
			w.uploads[wa.UploadID(order.File)].MediaID, w.uploads[wa.UploadID(order.File)].Until = "12345678901234567890", w.now.Add(29*24*time.Hour)
		} else {
			order = w.template("ana", echo, "MARKETING", "")
		}
		if r := w.do(order); r.refusal != nil {
			t.Fatal(r.refusal)
		}
		if i%2 == 0 {
			w.do(&actorpb.RecordAmbiguous{MessageId: string(ours("ana", echo)), Attempt: 1})
			w.now = w.now.Add(30e9)
		}
	}
	change := func(kind, id, target string) {
		c := w.inbound(id, "mensagem")
		c.Kind, c.Target = kind, target
		w.do(c)
	}
	for i := range 40 {
		w.do(w.inbound(longID(100+i), "mensagem"))
		change("revoke", longID(200+i), longID(300+i))
		change("edit", longID(400+i)+strings.Repeat("x", 70), longID(500+i))
	}
	if len(w.state.UnreadIds) != 32 || len(w.state.RevokedIds) != 32 || len(w.state.EarlyEdits) != 8 {
		t.Errorf("%d unread, %d revoked, %d edits: not the bounds", len(w.state.UnreadIds), len(w.state.RevokedIds), len(w.state.EarlyEdits))
	}
	n := len(snapshot(w.state))
	if n > 8<<10 || n < 3000 {
		t.Errorf("%d bytes, want at most 8 KB and near it", n)
	}
}

func TestSnapshotPastEightKilobytesIsRefused(t *testing.T) {
	t.Parallel()
	w := open()
	w.state.OutboundAuthor = strings.Repeat("x", 8<<10)
	if _, err := w.state.Snapshot(); err == nil {
		t.Error("allowed")
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	w := open()
	display := conversation.Display{ContactName: "João", LastPreview: "oi"}
	s, err := conversation.Restore(testKey, w.state.Version, []byte(snapshot(w.state)), display)
	if err != nil {
		t.Fatal(err)
	}
	if s.Version != w.state.Version || s.Display != display || snapshot(s) != snapshot(w.state) {
		t.Error("the restored state differs")
	}
	if s, err := conversation.Restore(testKey, 0, nil, display); err != nil || s.Exists() {
		t.Errorf("no conversation yet: %v, exists %v", err, s.Exists())
	}
	if _, err := conversation.Restore(testKey, 3, []byte{0xff}, display); err == nil {
		t.Error("restored from garbage")
	}
	w.state.Schema = 99
	if _, err := conversation.Restore(testKey, 3, []byte(snapshot(w.state)), display); err == nil {
		t.Error("restored a snapshot of another schema")
	}
}

func TestEvolveRefusesUnknownEventsLoudly(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an event of unknown type was skipped")
		}
	}()
	(&conversation.State{Key: testKey}).Evolve(&actorpb.Outcome{}, start)
}

// An answer outlives the version of the state that it was made of.
func TestDescribeIsItsOwnCopy(t *testing.T) {
	t.Parallel()
	w := open()
	o := w.state.Describe(nil)
	o.Owner.Name = "changed"
	if w.state.Owner.Name != "Ana" {
		t.Error("the answer shares the owner with the state")
	}
}
