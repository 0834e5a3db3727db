package persistence

import (
	"context"
	"errors"
	"testing"
	"time"
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
	for _, want := range []error{errPanicked, nil} {
		batch := []*pendingAppend{{Append: &Append{}, done: make(chan struct{})}, {Append: &Append{}, done: make(chan struct{})}}
		if want == nil {
			batch = batch[:1]
		}
		commit(t.Context(), batch)
		for i, p := range batch {
			<-p.done
			if i == 0 && p.err != nil || i == 1 && !errors.Is(p.err, want) {
				t.Errorf("append %d is answered %v", i, p.err)
			}
		}
		struck = false
	}
}
