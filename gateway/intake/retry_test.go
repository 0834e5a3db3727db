package intake

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// failLanes makes a problem of one event of each of some people.
func (b *bench) failLanes(people int) {
	b.T.Helper()
	b.Grains.Answers(func(context.Context, string, proto.Message) (proto.Message, error) {
		return nil, errors.New("not now")
	})
	for n := range people {
		b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text(fmt.Sprintf("1555%04d", n), fmt.Sprintf("wamid.%d", n)))))
	}
	b.Eventually("all lanes failed", func() bool {
		return b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'failed'`) == people
	})
}

// Failed lanes are tried at once: each waits here until all others are asked.
func TestFailedLanesAreTriedTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.failLanes(lanesAtOnce)
	var asked atomic.Int32
	all := make(chan struct{})
	b.Grains.Answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
		if asked.Add(1) == lanesAtOnce {
			close(all)
		}
		select {
		case <-all:
			return &actorpb.Outcome{}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	b.applier.retryProblems(t.Context())
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'replayed'`); n != lanesAtOnce {
		t.Errorf("%d of %d lanes applied", n, lanesAtOnce)
	}
	if keys := b.applier.lanes.failedKeys(); len(keys) != 0 {
		t.Errorf("%d lanes are not free", len(keys))
	}
}

// A registration does not wait for lanes that hang while they are tried again.
func TestRegistrationWaitsForNoLane(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.failLanes(2)
	b.AllDone(b.Post(relaytest.Envelope("900", relaytest.Messages(relaytest.Text("15550001", "wamid.parked")))))
	hangs := make(chan struct{})
	b.Grains.Answers(func(ctx context.Context, _ string, m proto.Message) (proto.Message, error) {
		if in, ok := m.(*actorpb.ReceiveInbound); !ok || in.MessageId == "wamid.parked" {
			return &actorpb.Outcome{}, nil
		}
		select {
		case hangs <- struct{}{}:
		case <-ctx.Done():
		}
		<-ctx.Done()
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.applier.retryProblems(ctx)
	}()
	<-hangs
	other := relaytest.OurRegistration()
	other.ID = "900"
	if err := b.Numbers.Register(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if err := b.applier.ApplyParked(t.Context(), "900"); err != nil {
		t.Fatal(err)
	}
	if !inboundArrived(b, "parked") {
		t.Error("what waited is not applied")
	}
	select {
	case <-done:
		t.Error("the lanes did not hang")
	default:
	}
	cancel()
	b.kill()
	<-done
}

// Of two processes one tries again; when it dies the other does.
func TestOneProcessTriesAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first := newBench(t, pool, benchOptions{})
	// Its first round is over before anything fails, or it would try that itself.
	first.Eventually("the first leads", func() bool {
		first.applier.retries.round.Lock()
		defer first.applier.retries.round.Unlock()
		return first.applier.retries.lead != nil
	})
	first.failLanes(3)
	second := newBench(t, pool, benchOptions{member: "member-2"})
	second.applier.retryProblems(t.Context())
	if n := second.Count(`SELECT count(*) FROM intake_problem WHERE tries > 0 OR state <> 'failed'`); n != 0 || len(second.Grains.IDs()) != 0 {
		t.Errorf("who does not lead tried %d events", n)
	}
	first.kill()
	// The server frees the lead of a closed session in its own time.
	second.Eventually("all applied by who leads now", func() bool {
		second.applier.retryProblems(t.Context())
		return second.Count(`SELECT count(*) FROM intake_problem WHERE state = 'replayed'`) == 3
	})
}
