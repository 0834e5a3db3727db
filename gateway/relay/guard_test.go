package relay

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// An event over which something panics becomes a problem; the others pass.
func TestPanicOverAnEventIsItsOwnProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.grains.answers(func(_ context.Context, _ string, m proto.Message) (proto.Message, error) {
		if c, ok := m.(*actorpb.ReceiveInbound); ok && c.MessageId == "wamid.bad" {
			panic("struck")
		}
		return &actorpb.Outcome{}, nil
	})
	b.allDone(b.post(envelope(numberID, messages(text("1", "wamid.bad"), text("2", "wamid.good")))))
	if n := b.count(`SELECT count(*) FROM intake_problem WHERE state = 'failed' AND reason LIKE '%panicked%'`); n != 1 {
		t.Errorf("%d problems, want that of the event", n)
	}
	if ids := b.grains.ids(); len(ids) != 1 {
		t.Errorf("applied %v, want the other one", ids)
	}
}

// panics is a transport that panics at its first call.
type panics struct{ called chan struct{} }

func (p panics) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return nil, errors.New("not reached")
	}
	select {
	case <-p.called:
	default:
		close(p.called)
		panic("struck")
	}
	return nil, errors.New("not reached")
}

// A loop that panics begins anew, and what is periodic goes on.
func TestLoopsBeginAnewAfterAPanic(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	runs := 0
	b.relay.kept("test", func() {
		if runs++; runs == 1 {
			panic("struck")
		}
	})()
	if runs != 2 {
		t.Errorf("the loop ran %d times, want twice", runs)
	}
	again := make(chan struct{})
	ticks := 0
	b.relay.every(1, func(context.Context) {
		switch ticks++; ticks {
		case 1:
			panic("struck")
		case 2:
			close(again)
		}
	})
	<-again
}

// Of a call that panicked nobody knows whether it left: it is shown as unconfirmed
// and never sent again by itself. Its place is free for the next.
func TestPanicInACallIsAmbiguous(t *testing.T) {
	t.Parallel()
	called := make(chan struct{})
	b := newBench(t, pgtest.Pool(t), benchOptions{http: &http.Client{Transport: panics{called}}, limits: Limits{Sends: 1}})
	b.remembers()
	b.queue("m1", wa.Alias{Kind: wa.AliasPhone, Value: "15550001"}, time.Hour)
	b.eventually("the send is ambiguous", func() bool { return len(of[*actorpb.RecordAmbiguous](b.grains)) == 1 })
	<-called
	b.queue("m2", wa.Alias{Kind: wa.AliasPhone, Value: "15550002"}, time.Hour)
	b.eventually("the next is tried", func() bool { return len(of[*actorpb.RecordRejected](b.grains)) > 0 })
	if n := len(of[*actorpb.RecordAmbiguous](b.grains)); n != 1 {
		t.Errorf("%d sends are ambiguous, want the one that panicked", n)
	}
}

// A problem whose noting panics is noted by a later try.
func TestLaneOutlivesAPanicInNoting(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	if b.relay.lanes.note([]*item{nil}) {
		t.Error("what panicked counts as noted")
	}
}
