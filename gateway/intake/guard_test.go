package intake

import (
	"context"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// An event over which something panics becomes a problem; the others pass.
func TestPanicOverAnEventIsItsOwnProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Grains.Answers(func(_ context.Context, _ string, m proto.Message) (proto.Message, error) {
		if c, ok := m.(*actorpb.ReceiveInbound); ok && c.MessageId == "wamid.bad" {
			panic("struck")
		}
		return &actorpb.Outcome{}, nil
	})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("1", "wamid.bad"), relaytest.Text("2", "wamid.good")))))
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'failed' AND reason LIKE '%panicked%'`); n != 1 {
		t.Errorf("%d problems, want that of the event", n)
	}
	if ids := b.Grains.IDs(); len(ids) != 1 {
		t.Errorf("applied %v, want the other one", ids)
	}
}

// A problem whose noting panics is noted by a later try.
func TestLaneOutlivesAPanicInNoting(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	if b.applier.lanes.note([]*item{nil}) {
		t.Error("what panicked counts as noted")
	}
}
