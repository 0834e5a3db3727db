package intake

import (
	"context"
	"log/slog"
	"testing"
	"time"
)

// A panic outside the statements of a batch costs the batch its answer, and neither
// the process nor what comes after.
func TestIntakeWriterOutlivesAPanic(t *testing.T) {
	t.Parallel()
	i := &Intake{cfg: Config{Logger: slog.New(slog.DiscardHandler)}, queue: make(chan *intakeEntry, 4)}
	gone := &intakeEntry{answer: make(chan intakeAnswer)}
	close(gone.answer) // answering it panics
	behind := &intakeEntry{answer: make(chan intakeAnswer, 1)}
	later := &intakeEntry{answer: make(chan intakeAnswer, 1)}
	i.queue <- gone
	i.queue <- behind
	i.done.Go(i.write)
	if answer := <-behind.answer; answer.err == nil {
		t.Error("a body that nobody stored was acknowledged")
	}
	i.queue <- later
	if answer := <-later.answer; answer.err == nil { // there is no source
		t.Error("a body that nobody stored was acknowledged")
	}
	close(i.queue)
	i.done.Wait()
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
