package persistence

import (
	"context"
	"errors"
	"slices"
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
	for _, want := range []bool{true, false} {
		batch := []*pendingAppend{{Append: &Append{}, done: make(chan struct{})}, {Append: &Append{}, done: make(chan struct{})}}
		if !want {
			batch = batch[:1]
		}
		commit(t.Context(), batch)
		for i, p := range batch {
			<-p.done
			if i == 0 && p.err != nil || i == 1 && !panicked(p.err) {
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
		{Append: &Append{}, done: make(chan struct{})}, {Append: &Append{}, done: make(chan struct{})}, {Append: &Append{}, done: make(chan struct{})},
	}
	if err := w.settle(t.Context(), batch, 0); err != nil {
		t.Fatal(err)
	}
	for i, p := range batch {
		<-p.done
		if !errors.Is(p.err, ErrRefused) || !panicked(p.err) {
			t.Errorf("append %d is answered %v", i, p.err)
		}
	}
}

func TestSieveFindsWhatPanics(t *testing.T) {
	t.Parallel()
	var done, guilty []int
	s := Sieve[int]{
		Do: func(_ context.Context, some []int) error {
			for _, n := range some {
				if n == 13 {
					panic("struck")
				}
			}
			done = append(done, some...)
			return nil
		},
		Guilty: func(_ context.Context, n int, err error) error {
			if FaultOf(err) != FaultData || !panicked(err) {
				t.Errorf("blamed for %v", err)
			}
			guilty = append(guilty, n)
			return nil
		},
	}
	if err := s.Run(t.Context(), []int{11, 12, 13, 14, 15}); err != nil {
		t.Fatal(err)
	}
	if slices.Sort(done); !slices.Equal(done, []int{11, 12, 14, 15}) || !slices.Equal(guilty, []int{13}) {
		t.Errorf("done %v, guilty %v", done, guilty)
	}
}
