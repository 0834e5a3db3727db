package deadline_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/cluster/deadline"
)

// Whoever is called bounds his own work without a second timer, and never beyond his caller.
func TestWithin(t *testing.T) {
	t.Parallel()
	type seen struct {
		Same  bool
		Until time.Duration
	}
	var got []seen
	look := func(ctx context.Context, within time.Duration) {
		bounded, cancel := deadline.Within(ctx, within)
		defer cancel()
		by, _ := bounded.Deadline()
		got = append(got, seen{bounded == ctx, time.Until(by).Round(time.Minute)})
	}
	ended, end := context.WithCancel(t.Context())
	end()
	ctx := deadline.New(t.Context(), ended, time.Now().Add(10*time.Minute))
	look(ctx, 20*time.Minute)
	look(ctx, 5*time.Minute)
	if ctx.Err() != nil { // now it has a timer, which does not move
		t.Error("it is over before its time")
	}
	look(ctx, 2*time.Minute)
	look(t.Context(), time.Minute)
	want := []seen{{true, 10 * time.Minute}, {true, 5 * time.Minute}, {false, 2 * time.Minute}, {false, time.Minute}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	derived, cancel := context.WithCancel(ctx)
	defer cancel()
	ctx.Close()
	<-derived.Done()
}

func TestOver(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	late := deadline.New(t.Context(), ended, time.Now().Add(-time.Second))
	defer late.Close()
	<-late.Done()
	closed := deadline.New(t.Context(), ended, time.Now().Add(time.Hour))
	closed.Close()
	<-closed.Done()
}
