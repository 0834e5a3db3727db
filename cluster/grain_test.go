package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
)

func text(s string) *wrapperspb.StringValue { return wrapperspb.String(s) }

// grainFunc makes a grain of a function.
type grainFunc struct {
	receive   func(ctx context.Context, msg proto.Message) (proto.Message, error)
	passivate func()
}

func (g grainFunc) Receive(ctx context.Context, msg proto.Message) (proto.Message, error) {
	return g.receive(ctx, msg)
}

func (g grainFunc) Passivate() {
	if g.passivate != nil {
		g.passivate()
	}
}

func kind(name string, f cluster.Factory) map[string]cluster.Factory {
	return map[string]cluster.Factory{name: f}
}

func echo(key string) cluster.Grain {
	return grainFunc{receive: func(_ context.Context, msg proto.Message) (proto.Message, error) {
		return text(key + " " + msg.(*wrapperspb.StringValue).GetValue()), nil
	}}
}

func ask(t *testing.T, m cluster.Asker, kind, key, msg string) string {
	t.Helper()
	answer, err := cluster.Ask[*wrapperspb.StringValue](t.Context(), m, kind, key, text(msg))
	if err != nil {
		t.Fatalf("ask %s %s: %v", kind, key, err)
	}
	return answer.GetValue()
}

func TestAsk(t *testing.T) {
	t.Parallel()
	m := clustertest.Solo(t, kind("Echo", echo))
	if got := ask(t, m, "Echo", "a", "hi"); got != "a hi" {
		t.Errorf("answer = %q", got)
	}
	if !m.Ready() || !m.LeaseValid() || m.Activations() != 1 || len(m.Members()) != 1 || m.Owner("Echo", "a") != m.ID() {
		t.Errorf("ready %v, lease %v, activations %d, members %v", m.Ready(), m.LeaseValid(), m.Activations(), m.Members())
	}
	if _, err := cluster.Ask[*wrapperspb.BoolValue](t.Context(), m, "Echo", "a", text("hi")); !errors.Is(err, &cluster.Error{Code: cluster.CodeInternal}) {
		t.Errorf("answer of another type: %v", err)
	}
	if _, err := m.Ask(t.Context(), "Nothing", "a", text("hi")); !errors.Is(err, cluster.ErrNoMember) {
		t.Errorf("unknown kind: %v", err)
	}
}

func TestErrorsOfGrains(t *testing.T) {
	t.Parallel()
	answers := map[string]error{"typed": fmt.Errorf("wrapped: %w", &cluster.Error{Code: "not_owner", Text: "ana"}), "plain": errors.New("oops"), "nil": nil}
	m := clustertest.Solo(t, kind("K", func(key string) cluster.Grain {
		return grainFunc{receive: func(context.Context, proto.Message) (proto.Message, error) { return nil, answers[key] }}
	}))
	for key, want := range map[string]cluster.Error{
		"typed": {Code: "not_owner", Text: "ana"},
		"plain": {Code: cluster.CodeInternal, Text: "oops"},
		"nil":   {Code: cluster.CodeInternal, Text: "the grain answered nothing"},
	} {
		_, err := m.Ask(t.Context(), "K", key, text(""))
		var got *cluster.Error
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %v, want %v", key, err, want)
		}
	}
}

// Messages of one sender to one grain are processed in order, one at a time.
func TestOrder(t *testing.T) {
	t.Parallel()
	var inside atomic.Int32
	var mu sync.Mutex
	seen := map[string][]string{}
	m := clustertest.Solo(t, kind("K", func(key string) cluster.Grain {
		return grainFunc{receive: func(_ context.Context, msg proto.Message) (proto.Message, error) {
			if key == "a" && inside.Add(1) != 1 {
				t.Error("two messages at once")
			}
			defer func() {
				if key == "a" {
					inside.Add(-1)
				}
			}()
			mu.Lock()
			defer mu.Unlock()
			seen[key] = append(seen[key], msg.(*wrapperspb.StringValue).GetValue())
			return text(""), nil
		}}
	}))
	var want []string
	for i := range 500 {
		want = append(want, fmt.Sprint(i))
		m.Tell("K", "a", text(fmt.Sprint(i)))
		m.Tell("K", "b", text(fmt.Sprint(i)))
	}
	ask(t, m, "K", "a", "end")
	ask(t, m, "K", "b", "end")
	mu.Lock()
	defer mu.Unlock()
	for _, key := range []string{"a", "b"} {
		if got := strings.Join(seen[key], " "); got != strings.Join(append(want[:500:500], "end"), " ") {
			t.Errorf("%s: %s", key, got)
		}
	}
}

// A local message and its answer are the same pointers on both sides.
func TestLocalMessagesAreNotCopied(t *testing.T) {
	t.Parallel()
	m := clustertest.Solo(t, kind("K", func(string) cluster.Grain {
		return grainFunc{receive: func(_ context.Context, msg proto.Message) (proto.Message, error) { return msg, nil }}
	}))
	msg := text("x")
	if got, err := m.Ask(t.Context(), "K", "a", msg); err != nil || got != proto.Message(msg) {
		t.Errorf("%v %v", got, err)
	}
}

func TestPanicIsAnAnswerAndAFreshInstance(t *testing.T) {
	t.Parallel()
	var made, passivated atomic.Int32
	var log lockedLog
	cfg := cluster.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}
	m := clustertest.Start(t, cfg, kind("K", func(string) cluster.Grain {
		made.Add(1)
		count := 0
		return grainFunc{
			passivate: func() { passivated.Add(1) },
			receive: func(_ context.Context, msg proto.Message) (proto.Message, error) {
				count++
				if msg.(*wrapperspb.StringValue).GetValue() == "secret panic" {
					panic("boom")
				}
				return text(fmt.Sprint(count)), nil
			},
		}
	}))
	ask(t, m, "K", "a", "1")
	ask(t, m, "K", "a", "2")
	if _, err := m.Ask(t.Context(), "K", "a", text("secret panic")); !errors.Is(err, &cluster.Error{Code: cluster.CodeInternal}) {
		t.Errorf("panic: %v", err) // no answer would be an unknown outcome
	}
	if got := ask(t, m, "K", "a", "3"); got != "1" {
		t.Errorf("the next message met an instance with count %s", got)
	}
	if made.Load() != 2 || passivated.Load() != 1 || m.Activations() != 1 {
		t.Errorf("made %d, passivated %d, activations %d", made.Load(), passivated.Load(), m.Activations())
	}
	for _, want := range []string{"boom", "grain_test.go", "google.protobuf.StringValue", "key=a"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %q", want)
		}
	}
	if strings.Contains(log.String(), "secret") {
		t.Error("the log holds the message")
	}
}

type lockedLog struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestFactoryPanic(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	m := clustertest.Solo(t, kind("K", func(key string) cluster.Grain {
		if tries.Add(1) == 1 {
			panic("boom")
		}
		return echo(key)
	}))
	if _, err := m.Ask(t.Context(), "K", "a", text("")); !errors.Is(err, &cluster.Error{Code: cluster.CodeInternal}) {
		t.Errorf("first: %v", err)
	}
	if got := ask(t, m, "K", "a", "x"); got != "a x" {
		t.Errorf("second: %q", got)
	}
}

// blocker is a kind whose grains wait inside Receive until they are let go.
type blocker struct {
	entered chan string
	let     chan struct{}
}

func newBlocker() blocker { return blocker{make(chan string, 10000), make(chan struct{})} }

func (b blocker) factory(key string) cluster.Grain {
	return grainFunc{receive: func(_ context.Context, msg proto.Message) (proto.Message, error) {
		b.entered <- key
		<-b.let
		return msg, nil
	}}
}

func TestTimeoutIsUnknown(t *testing.T) {
	t.Parallel()
	b := newBlocker()
	m := clustertest.Solo(t, kind("K", b.factory))
	defer close(b.let)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := m.Ask(ctx, "K", "a", text(""))
	if !errors.Is(err, cluster.ErrUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
}

func TestMailboxLimit(t *testing.T) {
	t.Parallel()
	b := newBlocker()
	m := clustertest.Start(t, cluster.Config{MailboxLimit: 5}, kind("K", b.factory))
	m.Tell("K", "a", text("")) // is processed
	<-b.entered
	for range 5 { // wait
		m.Tell("K", "a", text(""))
	}
	if _, err := m.Ask(t.Context(), "K", "a", text("")); !errors.Is(err, cluster.ErrBusy) {
		t.Errorf("full mailbox: %v", err)
	}
	close(b.let)
	clustertest.Until(t, "the mailbox to have room", func() bool {
		_, err := m.Ask(t.Context(), "K", "a", text(""))
		return err == nil
	})
}

// The grain sees the asker's deadline but not its cancellation.
func TestGrainContext(t *testing.T) {
	t.Parallel()
	askCtx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	want, _ := askCtx.Deadline()
	type seen struct {
		deadline time.Time
		early    error
		end      error
	}
	got := make(chan seen, 1)
	var after context.Context
	m := clustertest.Solo(t, kind("K", func(string) cluster.Grain {
		return grainFunc{receive: func(ctx context.Context, _ proto.Message) (proto.Message, error) {
			cancel()
			d, _ := ctx.Deadline()
			s := seen{deadline: d, early: ctx.Err()}
			<-ctx.Done()
			s.end = ctx.Err()
			after = ctx
			got <- s
			return text(""), nil
		}}
	}))
	if _, err := m.Ask(askCtx, "K", "a", text("")); !errors.Is(err, cluster.ErrUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled ask: %v", err)
	}
	s := <-got
	if !s.deadline.Equal(want) || s.early != nil || !errors.Is(s.end, context.DeadlineExceeded) {
		t.Errorf("seen %+v, want deadline %s", s, want)
	}
	_ = after
}

// Idle grains leave memory and come back; no message meets the gap.
func TestPassivationAndReactivation(t *testing.T) {
	t.Parallel()
	var made, gone atomic.Int32
	m := clustertest.Start(t, cluster.Config{Idle: 20 * time.Millisecond}, kind("K", func(key string) cluster.Grain {
		made.Add(1)
		return grainFunc{
			passivate: func() { gone.Add(1) },
			receive:   func(_ context.Context, msg proto.Message) (proto.Message, error) { return msg, nil },
		}
	}))
	end, last := time.Now().Add(500*time.Millisecond), time.Now().Add(time.Minute)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := 0; time.Now().Before(end) || made.Load() <= 50 && time.Now().Before(last); i++ {
				ask(t, m, "K", fmt.Sprint((g+i)%50), "x")
				if i%20 == 0 {
					pauseFor(t, 15*time.Millisecond)
				}
			}
		})
	}
	wg.Wait()
	clustertest.Until(t, "all grains to leave", func() bool { return m.Activations() == 0 })
	if made.Load() <= 50 || made.Load() != gone.Load() {
		t.Errorf("made %d, passivated %d", made.Load(), gone.Load())
	}
}

func pauseFor(t *testing.T, d time.Duration) {
	select {
	case <-t.Context().Done():
	case <-time.After(d):
	}
}

func TestDrainAndStopAlone(t *testing.T) {
	t.Parallel()
	var gone atomic.Int32
	m := clustertest.Solo(t, kind("K", func(key string) cluster.Grain {
		return grainFunc{
			passivate: func() { gone.Add(1) },
			receive:   func(_ context.Context, msg proto.Message) (proto.Message, error) { return msg, nil },
		}
	}))
	for i := range 2000 {
		ask(t, m, "K", fmt.Sprint(i), "x")
	}
	if err := m.Drain(t.Context()); err != nil || m.Activations() != 0 || gone.Load() != 2000 || m.Ready() {
		t.Errorf("drain: %v, %d left, %d passivated, ready %v", err, m.Activations(), gone.Load(), m.Ready())
	}
	if _, err := m.Ask(t.Context(), "K", "1", text("")); !errors.Is(err, cluster.ErrStopped) {
		t.Errorf("ask after drain: %v", err)
	}
	for range 2 {
		if err := m.Stop(t.Context()); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	if _, err := m.Ask(t.Context(), "K", "1", text("")); !errors.Is(err, cluster.ErrStopped) {
		t.Errorf("ask after stop: %v", err)
	}
}

// What is queued behind the release is answered at once, not at its deadline.
func TestQueuedBehindTheReleaseIsRefused(t *testing.T) {
	t.Parallel()
	b := newBlocker()
	m := clustertest.Solo(t, kind("K", b.factory))
	m.Tell("K", "a", text(""))
	<-b.entered
	drained := make(chan error, 1)
	go func() { drained <- m.Drain(t.Context()) }()
	clustertest.Until(t, "the drain to begin", func() bool { return !m.Ready() })
	errs := make(chan error, 10)
	for range cap(errs) {
		go func() {
			_, err := m.Ask(t.Context(), "K", "a", text(""))
			errs <- err
		}()
	}
	close(b.let)
	for range cap(errs) {
		if err := <-errs; err != nil && !errors.Is(err, cluster.ErrStopped) {
			t.Errorf("err = %v", err) // at its deadline it would be unknown
		}
	}
	if err := <-drained; err != nil {
		t.Error(err)
	}
}

func TestDrainGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	b := newBlocker()
	m := clustertest.Solo(t, kind("K", b.factory))
	m.Tell("K", "a", text(""))
	<-b.entered
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := m.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("drain: %v", err)
	}
	close(b.let)
}

func TestEndpointHere(t *testing.T) {
	t.Parallel()
	m := clustertest.Solo(t, nil)
	got := make(chan string, 10)
	m.Handle("hub", func(_ context.Context, from string, msg proto.Message) {
		s := msg.(*wrapperspb.StringValue).GetValue()
		if s == "panic" {
			panic(s)
		}
		got <- from + " " + s
	})
	m.TellMember(m.ID(), "nobody", text("0"))
	m.TellMember("stranger", "hub", text("0"))
	for _, s := range []string{"panic", "1", "2"} {
		m.TellMember(m.ID(), "hub", text(s))
	}
	for _, want := range []string{"1", "2"} {
		if s := <-got; s != m.ID()+" "+want {
			t.Errorf("got %q", s)
		}
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]cluster.Config{
		"address": {Listen: "nonsense"},
		"any":     {Listen: "0.0.0.0:7000"},
		"alone":   {Alone: true},
		"lease":   {Lease: time.Second, Poll: time.Second},
		"url":     {DatabaseURL: "postgres://%"},
	} {
		if m, err := cluster.Start(t.Context(), cfg, nil); err == nil {
			t.Errorf("%s: started %v", name, m.ID())
		}
	}
	if _, err := cluster.Start(t.Context(), cluster.Config{}, kind("a/b", echo)); err == nil {
		t.Error("a kind with a slash")
	}
}
