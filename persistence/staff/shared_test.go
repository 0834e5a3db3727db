package staff

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prosa-chat/prosa/persistence"
)

// readings is what a store would read; each waits until it is let go. That of "hangs"
// ends with its caller only.
type readings struct {
	begun chan []string
	goOn  chan error
}

func (r *readings) read(ctx context.Context, keys []string) (map[string]string, error) {
	slices.Sort(keys)
	r.begun <- keys
	goOn := r.goOn
	if slices.Contains(keys, "hangs") {
		goOn = nil
	}
	select {
	case err := <-goOn:
		found := make(map[string]string)
		for _, key := range keys {
			if key != "gone" {
				found[key] = "value of " + key
			}
		}
		return found, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type gotten struct {
	value string
	err   error
}

func asking(ctx context.Context, r *sharedReadings[string], key string) <-chan gotten {
	answer := make(chan gotten, 1)
	go func() {
		value, err := r.get(ctx, key)
		answer <- gotten{value, err}
	}()
	return answer
}

// The first reads alone; those who come meanwhile share the next reading, which begins
// after they asked, and each gets his own.
func TestReadingsAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &readings{make(chan []string, 9), make(chan error)}
		r := &sharedReadings[string]{read: s.read, patience: sharePatience}
		first := asking(t.Context(), r, "a")
		if got := <-s.begun; !slices.Equal(got, []string{"a"}) {
			t.Fatalf("the first reads %v", got)
		}
		a, b, b2, gone := asking(t.Context(), r, "a"), asking(t.Context(), r, "b"), asking(t.Context(), r, "b"), asking(t.Context(), r, "gone")
		synctest.Wait()
		s.goOn <- nil
		if got := <-first; got != (gotten{"value of a", nil}) {
			t.Errorf("the first got %v", got)
		}
		if got := <-s.begun; !slices.Equal(got, []string{"a", "b", "gone"}) {
			t.Errorf("then %v are read", got)
		}
		late := asking(t.Context(), r, "late")
		synctest.Wait()
		s.goOn <- nil
		for n, got := range []gotten{<-a, <-b, <-b2} {
			if want := []string{"value of a", "value of b", "value of b"}[n]; got != (gotten{want, nil}) {
				t.Errorf("got %v, want %s", got, want)
			}
		}
		if got := <-gone; !errors.Is(got.err, persistence.ErrNotFound) {
			t.Errorf("of what there is not: %v", got)
		}
		<-s.begun
		s.goOn <- errors.New("away")
		if got := <-late; got.err == nil {
			t.Errorf("of a reading that failed: %v", got)
		}
		again := asking(t.Context(), r, "a") // nothing is under way any more
		<-s.begun
		s.goOn <- nil
		if got := <-again; got.err != nil {
			t.Error(got.err)
		}
	})
}

// A reading that hangs holds up nobody for long, and one that was given up nobody at all.
func TestReadingsDoNotHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &readings{make(chan []string, 9), make(chan error)}
		r := &sharedReadings[string]{read: s.read, patience: sharePatience}
		ctx, cancel := context.WithCancel(t.Context())
		hangs := asking(ctx, r, "hangs")
		<-s.begun
		began := time.Now()
		b := asking(t.Context(), r, "b")
		if got := <-s.begun; !slices.Equal(got, []string{"b"}) || time.Since(began) != sharePatience {
			t.Fatalf("%v is read after %s", got, time.Since(began))
		}
		s.goOn <- nil
		if got := <-b; got != (gotten{"value of b", nil}) {
			t.Errorf("the second got %v", got)
		}
		impatient, giveUp := context.WithCancel(t.Context())
		c := asking(impatient, r, "c")
		synctest.Wait()
		giveUp()
		if got := <-c; !errors.Is(got.err, context.Canceled) {
			t.Errorf("who gave up got %v", got)
		}
		cancel()
		if got := <-hangs; !errors.Is(got.err, context.Canceled) {
			t.Errorf("who hung got %v", got)
		}
		synctest.Wait() // what b and c had asked to share is read for nobody
		s.goOn <- nil
	})
}
