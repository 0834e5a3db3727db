package persistence

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// Panic is the error of work that panicked. It counts as a fault of the data: what
// a batch panics over is found by halving, and the others pass.
type Panic struct {
	Value any
	Stack []byte // for the log: its words are no reason to show
}

func (p *Panic) Error() string { return fmt.Sprint("panicked: ", p.Value) }

// Guarded makes an error of a panic in what a batch does: whoever stands in it gets
// an answer, and the next batch its turn.
func Guarded(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v, debug.Stack()}
		}
	}()
	return do()
}

// Guard does one piece of background work. A panic ends that piece and nothing else:
// it is logged, and whoever waits for the piece is the caller's to answer.
func Guard(log *slog.Logger, work string, do func()) {
	err := Guarded(func() error { do(); return nil })
	if struck, yes := errors.AsType[*Panic](err); yes {
		log.Error("panicked", "work", work, "panic", struck.Value, "stack", string(struck.Stack))
	}
}

// Panicked says of an error that it is a Panic.
func Panicked(err error) bool {
	_, yes := errors.AsType[*Panic](err)
	return yes
}
