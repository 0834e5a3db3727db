package journal

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// A panic in a batch answers everybody in it, and the next batch has its turn.
func TestPanicInABatchAnswersIt(t *testing.T) {
	t.Parallel()
	struck := true
	j := &Journal{observe: func(int, time.Duration, error) {}}
	commit := j.observed(func(_ context.Context, batch []*pendingAppend) error {
		batch[0].answer(nil)
		if struck {
			panic("struck")
		}
		return nil
	})
	for _, want := range []bool{true, false} {
		batch := []*pendingAppend{{Append: &ledger.Append{}, done: make(chan struct{})}, {Append: &ledger.Append{}, done: make(chan struct{})}}
		if !want {
			batch = batch[:1]
		}
		commit(t.Context(), batch)
		for i, p := range batch {
			<-p.done
			if i == 0 && p.err != nil || i == 1 && !persistence.Panicked(p.err) {
				t.Errorf("append %d is answered %v", i, p.err)
			}
		}
		struck = false
	}
}

// What the statement of a batch panics over is found by halving: each append is
// answered for itself, as refused, and none as a thing to wait for.
func TestPanicInTheStatementIsAFaultOfTheData(t *testing.T) {
	t.Parallel()
	w := &appendWriter{} // without a pool
	batch := []*pendingAppend{
		{Append: &ledger.Append{}, done: make(chan struct{})}, {Append: &ledger.Append{}, done: make(chan struct{})}, {Append: &ledger.Append{}, done: make(chan struct{})},
	}
	if err := w.settle(t.Context(), batch, 0); err != nil {
		t.Fatal(err)
	}
	for i, p := range batch {
		<-p.done
		if !errors.Is(p.err, persistence.ErrRefused) || !persistence.Panicked(p.err) {
			t.Errorf("append %d is answered %v", i, p.err)
		}
	}
}
