package cluster

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// gate is a grain whose Receive waits.
type gate struct{ entered, let chan struct{} }

func (g gate) Receive(_ context.Context, msg proto.Message) (proto.Message, error) {
	g.entered <- struct{}{}
	<-g.let
	return msg, nil
}
func (gate) Passivate() {}

func alone(t *testing.T, f Factory) *Member {
	t.Helper()
	m, err := Start(t.Context(), Config{}, map[string]Factory{"K": f})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return m
}

func newRequest(key string) (*request, waiter) {
	id, w := grainID{"K", key}, make(waiter, 1)
	return &request{id: id, hash: id.hash(), msg: wrapperspb.String("x"), deadline: time.Now().Add(time.Minute), deliver: w}, w
}

func await(t *testing.T, w waiter) result {
	t.Helper()
	select {
	case res := <-w:
		return res
	case <-time.After(time.Minute):
		t.Fatal("no result")
		return result{}
	}
}

// What stands before a release is processed by the activation that lets go, what
// comes after it by the next one, and none is lost.
func TestNothingIsLostAtARelease(t *testing.T) {
	t.Parallel()
	g := gate{make(chan struct{}, 100), make(chan struct{})}
	var made atomic.Int32
	m := alone(t, func(string) Grain { made.Add(1); return g })
	var all []waiter
	send := func(n int) {
		for range n {
			r, w := newRequest("a")
			m.dispatch(r)
			all = append(all, w)
		}
	}
	send(1)
	<-g.entered
	send(5)
	for range 2 { // the second finds it releasing
		m.releaseWhere(func(*activation) bool { return true })
	}
	send(5)
	close(g.let)
	for i, w := range all {
		if res := await(t, w); res.outcome != answered {
			t.Errorf("message %d: %+v", i, res)
		}
	}
	if made.Load() != 2 || m.Activations() != 1 {
		t.Errorf("%d grains were made, %d are active", made.Load(), m.Activations())
	}
	s := m.table.shard(grainID{"K", "a"}.hash())
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.active[grainID{"K", "a"}]; a.mailbox.first != nil || a.mailbox.last != nil || a.mailbox.length != 0 || a.transit != nil {
		t.Errorf("what is left: %+v", a.mailbox)
	}
}

// Release lets go of those that are picked, and of no other.
func TestReleaseOfSome(t *testing.T) {
	t.Parallel()
	g := gate{make(chan struct{}, 100), closed()}
	m := alone(t, func(string) Grain { return g })
	for _, key := range []string{"a", "b"} {
		r, w := newRequest(key)
		m.dispatch(r)
		await(t, w)
	}
	m.Release(func(kind, key string) bool { return kind == "K" && key == "b" })
	for deadline := time.Now().Add(time.Minute); m.Activations() != 1; {
		if time.Now().After(deadline) {
			t.Fatalf("%d are active", m.Activations())
		}
		runtime.Gosched()
	}
	m.Release(func(_, key string) bool { return key == "c" })
	if m.Activations() != 1 {
		t.Error("another went with it")
	}
}

// What panics outside of a grain is lost alone: the mailbox goes on.
func TestMailboxOutlivesAPanicOutsideOfTheGrain(t *testing.T) {
	t.Parallel()
	m := alone(t, func(string) Grain { return gate{make(chan struct{}, 10), closed()} })
	r, _ := newRequest("a")
	r.deliver = panicker{}
	m.dispatch(r)
	r, w := newRequest("a")
	m.dispatch(r)
	if res := await(t, w); res.outcome != answered {
		t.Errorf("behind the panic: %+v", res)
	}
}

type panicker struct{}

func (panicker) deliver(*request, result) { panic("boom") }

// Others may know a member's row, and ask it, before it has its first view.
func TestNothingIsHostedBeforeTheFirstView(t *testing.T) {
	t.Parallel()
	cfg, err := Config{}.withDefaults(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := newMember(cfg, map[string]Factory{"K": func(string) Grain { return gate{make(chan struct{}, 1), closed()} }})
	t.Cleanup(func() {
		if err := m.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	for range 2 { // the first must not leave the grain's shard locked
		r, w := newRequest("a")
		m.dispatch(r)
		if res := await(t, w); res.outcome != refused {
			t.Fatalf("without a view: %+v", res)
		}
	}
	gone := false
	m.letGo(grainID{"K", "b"}, func() { gone = true })
	if !gone {
		t.Error("a grain that is not here was not let go at once")
	}
}

// A grain released to another member is refused until the view changes.
func TestReleasedGrainIsRefused(t *testing.T) {
	t.Parallel()
	m := alone(t, func(string) Grain { return gate{make(chan struct{}, 10), closed()} })
	r, w := newRequest("a")
	m.dispatch(r)
	await(t, w)
	var gone sync.WaitGroup
	for range 3 {
		gone.Add(1)
		go m.letGo(r.id, gone.Done)
	}
	gone.Wait()
	if m.Activations() != 0 {
		t.Errorf("%d activations", m.Activations())
	}
	r, w = newRequest("a")
	m.dispatch(r)
	if res := await(t, w); res.outcome != refused {
		t.Errorf("released grain: %+v", res)
	}
	other := member("other", 0, true)
	m.setView(newView(append([]*peer{other}, m.view.Load().peers...)))
	s := m.table.shard(r.hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuses(r.id, m.view.Load().seq, m.lease.now()) {
		t.Error("still refused in the new view")
	}
}

func TestRefusalRunsOut(t *testing.T) {
	t.Parallel()
	s := &shard{refused: map[grainID]refusal{{"K", "a"}: {view: 1, until: 3 * time.Second}}}
	if !s.refuses(grainID{"K", "a"}, 1, 2*time.Second) || s.refuses(grainID{"K", "a"}, 1, 3*time.Second) || len(s.refused) != 0 {
		t.Error("the refusal does not end")
	}
}

// A member whose lease has run out refuses what is already in the mailbox.
func TestNothingIsProcessedWithoutALease(t *testing.T) {
	t.Parallel()
	g := gate{make(chan struct{}, 100), make(chan struct{})}
	m := alone(t, func(string) Grain { return g })
	r, first := newRequest("a")
	m.dispatch(r)
	<-g.entered
	r2, second := newRequest("a")
	m.dispatch(r2)
	m.lease.lost.Store(true)
	close(g.let)
	if res := await(t, first); res.outcome != answered {
		t.Errorf("first: %+v", res)
	}
	if res := await(t, second); res.outcome != refused {
		t.Errorf("second: %+v", res)
	}
}

// A request that nobody waits for any more is not processed.
func TestExpiredRequestIsSkipped(t *testing.T) {
	t.Parallel()
	g := gate{make(chan struct{}, 100), closed()}
	m := alone(t, func(string) Grain { return g })
	r, w := newRequest("a")
	r.deadline = time.Now().Add(-time.Second)
	m.dispatch(r)
	if res := await(t, w); res.outcome != unknown || len(g.entered) != 0 {
		t.Errorf("%+v, %d processed", res, len(g.entered))
	}
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// A piece of work that panics ends alone, with its stack in the log.
func TestGuardedWorkPanicsAlone(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	m := newMember(Config{Logger: slog.New(slog.NewTextHandler(&log, nil)), Idle: time.Minute, MailboxLimit: 1}, nil)
	t.Cleanup(m.cancel)
	if m.guard("trial", func() { panic("boom") }) {
		t.Error("work that panicked counts as done")
	}
	for _, want := range []string{"work=trial", "panic=boom", "activation_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in %s", want, log.String())
		}
	}
	if !m.guard("trial", func() {}) {
		t.Error("work that ended does not count as done")
	}
}
