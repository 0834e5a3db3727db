package persistence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
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

// Group collects what many goroutines want done and hands it, many at a time, to
// one: what arrives while a batch is under way makes the next batch. There is no
// artificial delay, so a lone caller waits for nobody.
type Group[T any] struct {
	// take moves the next batch out of the queue and returns it with the rest.
	take func(queue []T) (batch, rest []T)
	run  func(ctx context.Context, batch []T)

	mu     sync.Mutex
	queue  []T
	closed bool
	wake   chan struct{}
	done   chan struct{}
}

func StartGroup[T any](take func([]T) (batch, rest []T), run func(context.Context, []T)) *Group[T] {
	g := &Group[T]{take: take, run: run, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go g.loop()
	return g
}

// Add queues one item. It reports false once the group is closed.
func (g *Group[T]) Add(item T) bool {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return false
	}
	g.queue = append(g.queue, item)
	g.mu.Unlock()
	g.signal()
	return true
}

func (g *Group[T]) signal() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

func (g *Group[T]) loop() {
	defer close(g.done)
	for range g.wake {
		for {
			g.mu.Lock()
			batch, rest := g.take(g.queue)
			g.queue = rest
			closed := g.closed
			g.mu.Unlock()
			if len(batch) > 0 {
				g.run(context.Background(), batch)
				continue
			}
			if closed {
				return
			}
			break
		}
	}
}

// Close flushes what is queued and waits for it.
func (g *Group[T]) Close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.signal()
	<-g.done
}
