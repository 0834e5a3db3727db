package intake

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence"
)

// A panic while a batch is stored costs it its answer, and neither the process nor
// what comes after.
func TestIntakeWriterOutlivesAPanic(t *testing.T) {
	t.Parallel()
	i := &Intake{cfg: Config{Logger: slog.New(slog.DiscardHandler)}} // without a source: to ask for it panics
	i.bodies = i.group()
	go i.bodies.Run(context.Background())
	for range 2 {
		if _, err := i.Append(t.Context(), []byte("{}")); !persistence.Panicked(err) {
			t.Errorf("a body that nobody stored is answered %v", err)
		}
	}
	i.StopAppends()
}

// heard is a log that calls for every record.
type heard struct {
	slog.Handler
	call func()
}

func (heard) Enabled(context.Context, slog.Level) bool { return true }

func (h heard) Handle(context.Context, slog.Record) error {
	h.call()
	return nil
}

// A mark whose writing panics is written by the next look.
func TestIntakeMarksOutliveAPanic(t *testing.T) {
	t.Parallel()
	i := &Intake{stop: make(chan struct{}), sources: map[int64]*intakeSource{1: nil}} // looking at it panics
	looked := make(chan struct{})
	i.cfg.Logger = slog.New(heard{slog.DiscardHandler, func() {
		select {
		case looked <- struct{}{}:
		case <-i.stop:
		}
	}})
	i.done.Go(i.keepMarks)
	for range 2 {
		select {
		case <-looked:
		case <-time.After(time.Minute):
			t.Fatal("the marks are looked at no more")
		}
	}
	close(i.stop)
	i.done.Wait()
}
