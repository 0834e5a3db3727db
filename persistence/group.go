package persistence

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// Sizes of a group that names none.
const (
	groupItems = 256
	groupLots  = 16
)

// GroupConfig says what a Group makes lots of. Do is needed.
type GroupConfig[T any] struct {
	// Items and Bytes bound a lot; 0 is 256 items, and bytes that nobody counts. One
	// that is larger than Bytes makes a lot of its own.
	Items, Bytes int
	// Size is how large one is, if Bytes bounds a lot.
	Size func(one *T) int
	// Lots bounds what waits, as so many full lots; 0 is 16. Whoever comes then waits
	// for room, as long as its context allows.
	Lots int
	// Apart keeps two of the same number out of one lot, and in the order in which
	// they came. nil: any may share a lot.
	Apart func(one *T) uint64
	// Order sorts a lot: transactions that lock the rows of many in one order never
	// wait for each other in a circle. nil: as they came.
	Order func(a, b *T) int
	// Gather lets lots grow where they are large already; the zero value never waits.
	Gather Gather
	// Patience bounds one lot; 0: the group's own context does.
	Patience time.Duration
	// Hung is for how long a lot may be under way before newcomers are refused with
	// ErrHangs; 0: they wait.
	Hung time.Duration

	// Do does some of a lot, all or none, and is asked again for halves of what
	// failed. It may Answer those that have an answer of their own; the others are
	// answered with nil. Canary is that of Sieve, with as many pieces as the lot has.
	Do     func(ctx context.Context, some []*Ask[T]) error
	Canary func(ctx context.Context, lot []*Ask[T]) error
	// Guilty is told of one that cannot be done, alone. nil, or if it answers nothing
	// and returns an error: that one is answered with ErrRefused and the reason.
	Guilty func(ctx context.Context, one *Ask[T], err error) error
	// Insist runs a lot until it went well, if nobody else would; nil: whoever asked
	// hears of a failure and may ask again.
	Insist func(run func(context.Context) error) error
	// Observe hears of every lot: how many, how long, its error if it was nobody's fault.
	Observe func(items int, took time.Duration, err error)
	// Struck hears of every panic.
	Struck func(p *Panic)
}

// Gather says when a group waits for more: after a lot of Busy or more the next one
// begins when Enough wait for it, or when For has passed. A large lot costs less for
// each of it, and who comes among so many waits for others anyhow.
type Gather struct {
	Busy, Enough int
	For          time.Duration
}

// Group makes one piece of work of what many ask at once: what comes while a lot
// is under way makes the next one. There is no artificial delay unless Gather asks
// for one where many come, so a lone caller waits for nobody. What waits is bounded,
// and what nobody waits for any more is not done. Of a lot that the database does not
// take, the guilty one is found and refused alone, see Sieve; so is one over which the
// work panics.
type Group[T any] struct {
	cfg    GroupConfig[T]
	room   *semaphore.Weighted
	weight int64 // of the whole room
	wake   chan struct{}
	done   chan struct{}
	busy   atomic.Pointer[time.Time] // since when a lot is under way; nil: none is

	mu     sync.Mutex
	first  *Ask[T] // those that wait, in the order in which they came
	last   *Ask[T]
	count  int
	wanted int  // that are to wait before Run is woken
	inside int  // callers who have not left
	closed bool // for newcomers
	ended  bool // for all: nothing is taken any more

	seen map[uint64]struct{} // of the lot that is being taken
}

// Ask is one of a lot, from the moment it is asked until it is answered.
type Ask[T any] struct {
	Of T

	ctx        context.Context //nolint:containedctx // of the caller who waits, for as long as he does
	weight     int64
	next, prev *Ask[T]
	queued     bool // under the group's lock
	done       chan struct{}
	answered   bool // the lot's goroutine only
	err        error
}

// Answer answers one; a second answer counts for nothing. Only Do and Guilty call it.
func (a *Ask[T]) Answer(err error) {
	if a.answered {
		return
	}
	a.answered, a.err = true, err
	if a.done != nil {
		close(a.done)
	}
}

// NewGroup makes a group, whose lots are done by Run.
func NewGroup[T any](cfg GroupConfig[T]) *Group[T] {
	if cfg.Items <= 0 {
		cfg.Items = groupItems
	}
	if cfg.Lots <= 0 {
		cfg.Lots = groupLots
	}
	g := &Group[T]{cfg: cfg, wake: make(chan struct{}, 1), done: make(chan struct{}), seen: make(map[uint64]struct{})}
	g.weight = int64(cfg.Lots) * int64(max(cfg.Items, cfg.Bytes))
	g.room = semaphore.NewWeighted(g.weight)
	return g
}

// Do has one done and returns it as its lot left it. Its error is that of the lot,
// or its own; ErrClosed and ErrHangs, of which nothing was tried; or the context's.
// A context that ends before the lot was begun takes the one out of it, which is
// ErrNotBegun; after that the outcome is unknown.
func (g *Group[T]) Do(ctx context.Context, one T) (none T, err error) {
	a := &Ask[T]{Of: one, ctx: ctx, done: make(chan struct{})}
	if err := g.enter(ctx, a); err != nil {
		return none, err
	}
	defer g.leave()
	select {
	case <-a.done:
		return a.Of, a.err
	case <-ctx.Done():
	}
	if g.withdraw(a) {
		return none, fmt.Errorf("%w: %w", ErrNotBegun, ctx.Err())
	}
	select {
	case <-a.done: // at the same moment
		return a.Of, a.err
	default:
	}
	return none, fmt.Errorf("outcome unknown: %w", ctx.Err())
}

// Put has one done and waits for room only: nobody hears what became of it.
func (g *Group[T]) Put(ctx context.Context, one T) error {
	err := g.enter(ctx, &Ask[T]{Of: one})
	if err == nil {
		g.leave()
	}
	return err
}

// Waiting is how many wait for the next lot.
func (g *Group[T]) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.count
}

// enter puts one at the end of those that wait. Whoever was let in before Close is
// served, also if there was no room yet.
func (g *Group[T]) enter(ctx context.Context, a *Ask[T]) error {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return ErrClosed
	}
	g.inside++
	g.mu.Unlock()
	err := g.hung()
	if err == nil {
		a.weight = g.weigh(&a.Of)
		if err = g.room.Acquire(ctx, a.weight); err != nil {
			err = fmt.Errorf("%w, no room: %w", ErrNotBegun, err)
		}
	}
	if err == nil {
		err = g.append(a)
	}
	if err != nil {
		g.leave()
	}
	return err
}

func (g *Group[T]) hung() error {
	if since := g.busy.Load(); g.cfg.Hung > 0 && since != nil && time.Since(*since) > g.cfg.Hung {
		return ErrHangs
	}
	return nil
}

// weigh says how much of the room one takes: its bytes, or as much as each has if
// all of a lot weigh the same.
func (g *Group[T]) weigh(one *T) int64 {
	if g.cfg.Size == nil || g.cfg.Bytes == 0 {
		return int64(max(g.cfg.Items, g.cfg.Bytes) / g.cfg.Items)
	}
	return min(int64(max(g.cfg.Size(one), g.cfg.Bytes/g.cfg.Items, 1)), g.weight)
}

func (g *Group[T]) append(a *Ask[T]) error {
	g.mu.Lock()
	if g.ended {
		g.mu.Unlock()
		g.room.Release(a.weight)
		return ErrClosed
	}
	a.prev, a.queued = g.last, true
	if g.last == nil {
		g.first = a
	} else {
		g.last.next = a
	}
	g.last = a
	g.count++
	enough := g.count >= g.wanted
	g.mu.Unlock()
	if enough {
		g.signal()
	}
	return nil
}

// remove takes one out of those that wait. The caller holds the lock.
func (g *Group[T]) remove(a *Ask[T]) {
	if a.prev == nil {
		g.first = a.next
	} else {
		a.prev.next = a.next
	}
	if a.next == nil {
		g.last = a.prev
	} else {
		a.next.prev = a.prev
	}
	a.next, a.prev, a.queued = nil, nil, false
	g.count--
}

// withdraw takes one back whose lot has not begun.
func (g *Group[T]) withdraw(a *Ask[T]) bool {
	g.mu.Lock()
	queued := a.queued
	if queued {
		g.remove(a)
	}
	g.mu.Unlock()
	if queued {
		g.room.Release(a.weight)
	}
	return queued
}

func (g *Group[T]) leave() {
	g.mu.Lock()
	g.inside--
	last := g.closed && g.inside == 0
	g.mu.Unlock()
	if last {
		g.signal()
	}
}

func (g *Group[T]) signal() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Run does lots until the group is closed and has nothing left, or ctx ends: then
// those that wait get ErrClosed. It is called once.
func (g *Group[T]) Run(ctx context.Context) {
	defer close(g.done)
	defer g.end()
	for ctx.Err() == nil {
		lot, over := g.take()
		switch {
		case len(lot) > 0:
			g.run(ctx, lot)
			if g.cfg.Gather.For > 0 && len(lot) >= g.cfg.Gather.Busy {
				g.gather(ctx)
			}
			continue
		case over:
			return
		}
		select {
		case <-g.wake:
		case <-ctx.Done():
		}
	}
}

// gather waits until enough are there for the next lot, some time has passed, or
// nobody is to come any more.
func (g *Group[T]) gather(ctx context.Context) {
	timer := time.NewTimer(g.cfg.Gather.For)
	defer timer.Stop()
	for {
		g.mu.Lock()
		g.wanted = g.cfg.Gather.Enough
		enough := g.count >= g.wanted || g.closed
		if enough {
			g.wanted = 0
		}
		g.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-g.wake: // perhaps a signal of before
			continue
		case <-timer.C:
		case <-ctx.Done():
		}
		g.mu.Lock()
		g.wanted = 0
		g.mu.Unlock()
		return
	}
}

// take begins a lot. over says that there will be no other.
func (g *Group[T]) take() (lot []*Ask[T], over bool) {
	g.mu.Lock()
	clear(g.seen)
	var weight int64
	bytes := 0
	for a := g.first; a != nil && len(lot) < g.cfg.Items; {
		one := a
		a = a.next
		if one.ctx != nil && one.ctx.Err() != nil {
			continue // its caller is about to withdraw it
		}
		if g.cfg.Bytes > 0 && g.cfg.Size != nil {
			size := g.cfg.Size(&one.Of)
			if bytes > 0 && bytes+size > g.cfg.Bytes {
				break
			}
			bytes += size
		}
		if g.cfg.Apart != nil {
			key := g.cfg.Apart(&one.Of)
			if _, twice := g.seen[key]; twice {
				continue
			}
			g.seen[key] = struct{}{}
		}
		g.remove(one)
		lot, weight = append(lot, one), weight+one.weight
	}
	over = g.closed && g.inside == 0 && g.count == 0
	g.mu.Unlock()
	if weight > 0 {
		g.room.Release(weight)
	}
	return lot, over
}

// end answers those that wait: nothing of them was tried.
func (g *Group[T]) end() {
	g.mu.Lock()
	g.closed, g.ended = true, true
	var left []*Ask[T]
	for g.first != nil {
		left = append(left, g.first)
		g.remove(g.first)
	}
	g.mu.Unlock()
	for _, a := range left {
		g.room.Release(a.weight)
		a.Answer(ErrClosed)
	}
}

// Close refuses newcomers, has done what was asked before and waits for it. Run
// must have been called.
func (g *Group[T]) Close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.signal()
	<-g.done
}
