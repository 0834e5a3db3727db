package background

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/metric/noop"
)

func newWork(t *testing.T) *Work {
	t.Helper()
	w, err := New("prosa.test.", slog.New(slog.DiscardHandler), noop.Meter{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.End()
		w.Wait()
	})
	return w
}

// A loop that panics begins anew, and what is periodic goes on.
func TestLoopsBeginAnewAfterAPanic(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	runs := 0
	w.Kept("test", func() {
		if runs++; runs == 1 {
			panic("struck")
		}
	})()
	if runs != 2 {
		t.Errorf("the loop ran %d times, want twice", runs)
	}
	again := make(chan struct{})
	ticks := 0
	w.Every(1, func(context.Context) {
		switch ticks++; ticks {
		case 1:
			panic("struck")
		case 2:
			close(again)
		}
	})
	<-again
}

// What is inherited is done at once when a member has died, and nothing begins
// once the work has ended.
func TestWorkEnds(t *testing.T) {
	t.Parallel()
	w, err := New("prosa.test.", slog.New(slog.DiscardHandler), noop.Meter{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	w.Inherit(time.Hour, func(context.Context) { done <- struct{}{} })
	<-done
	w.MembersChanged()
	<-done
	w.End()
	w.Once(func(context.Context) { t.Error("something began after the end") })
	if w.Pause(time.Hour) {
		t.Error("a pause outlasts the end")
	}
	w.Wait()
}

// The store is waited for while it is away or broken; who is to mend it is told
// until it goes on.
func TestPersistWaitsForTheStore(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	broken := &pgconn.PgError{Code: "42501"}
	answers := []error{&pgconn.PgError{Code: "08006"}, broken, nil}
	asked := 0
	err := w.Persist("note things", func(context.Context) error {
		if told := w.Trouble() != nil; told != (asked == 2) {
			t.Errorf("before try %d: in trouble %t", asked+1, told)
		}
		asked++
		return answers[asked-1]
	})
	if err != nil || asked != 3 || w.Trouble() != nil {
		t.Errorf("ended after %d tries with %v, trouble %v", asked, err, w.Trouble())
	}
	data := &pgconn.PgError{Code: "22003"}
	if err := w.Persist("note things", func(context.Context) error { return data }); !errors.Is(err, data) {
		t.Errorf("data that are refused: %v, want that error at once", err)
	}
}
