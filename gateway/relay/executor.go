package relay

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// How long an effect rests after an attempt that failed or panicked: it doubles.
const (
	firstRest   = time.Second
	longestRest = time.Hour
)

// executor carries out effects of one kind, all but the sends, which leave by the
// pace of their numbers. A new kind is a number in ledger, a file with its executor
// and a line in executors.
type executor struct {
	kind  ledger.EffectKind
	name  string
	slots int           // attempts at once in this process
	share int           // of them, those of one scope at most
	lease time.Duration // longer than any attempt takes
	// run makes one attempt and gives the one command that tells the grain how it
	// ended. After an error, and after a panic, nobody is told and another attempt
	// follows, later and later; it may find what this one left. run may be cut off
	// anywhere, and what it does for good must bear being done twice.
	run func(ctx context.Context, c *effects.Claimed) (proto.Message, error)
}

// later is an error that says when the next attempt is due.
type later struct {
	pause time.Duration
	cause error
}

func (l *later) Error() string { return l.cause.Error() }
func (l *later) Unwrap() error { return l.cause }

// executors are the kinds of effects that wait in one queue of a scope, claimed by
// whoever has a slot.
func (r *Relay) executors() []executor {
	return []executor{
		fileExecutor(r),
		uploadExecutor(r),
	}
}

// attempt is one attempt at an effect.
type attempt struct {
	effects.Claimed
	command proto.Message // that tells how it ended; nil: there will be another
}

// execution is the work of an executor.
// busy is of this process alone, as its slots are: the loop that claims adds to it, each
// attempt takes itself off.
type execution struct {
	executor
	relay *Relay
	ends  *ends

	mu   sync.Mutex
	busy map[string]int // attempts by scope
}

func execute(r *Relay, x executor) worker {
	e := &execution{executor: x, relay: r, busy: make(map[string]int)}
	e.ends = newEnds(r, &ends{name: x.name, queue: r.store.Effects.Queue(x.kind), lease: x.lease})
	return newPump(r, kind[attempt]{
		name: x.name, slots: x.slots, pause: r.cfg.Pauses.Poll, ends: e.ends, claim: e.claim, run: e.try, outcome: e.outcome,
	})
}

// claim asks by a copy of busy, which can only be too high: nobody else adds to it. A
// scope gets less than its share for a moment, and never more.
func (e *execution) claim(ctx context.Context, _ string, free int) (lot[attempt], error) {
	e.mu.Lock()
	busy := maps.Clone(e.busy)
	e.mu.Unlock()
	list, err := e.ends.queue.Claim(ctx, e.relay.cfg.Member, free, e.share, busy)
	taken := lot[attempt]{work: make([]attempt, len(list)), more: len(list) == free}
	for n := range list {
		taken.work[n].Claimed = list[n]
		e.occupy(list[n].Scope, 1)
	}
	return taken, err
}

func (e *execution) occupy(scope string, by int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy[scope] += by; e.busy[scope] == 0 {
		delete(e.busy, scope)
	}
}

// try makes one attempt. It comes to its end in any case: an outcome, or another
// attempt.
func (e *execution) try(ctx context.Context, a *attempt) error {
	defer e.occupy(a.Scope, -1)
	var err error
	if e.relay.work.Guard(e.name, func() { a.command, err = e.run(ctx, &a.Claimed) }) && err == nil && a.command != nil {
		return nil
	}
	a.command = nil
	pause := restAfter(a.Attempt)
	if said, ok := errors.AsType[*later](err); ok {
		pause = said.pause
	} else if err != nil && ctx.Err() == nil {
		e.relay.cfg.Logger.Warn("attempt failed, another follows", "work", e.name, "effect", a.ID, "attempt", a.Attempt, "error", err)
	}
	return e.again(a, pause)
}

// again queues an effect for its next attempt, when the store is back. A stop cuts
// that off after a grace: then the claim ends with the member.
func (e *execution) again(a *attempt, pause time.Duration) error {
	return e.relay.work.Persist("queue "+e.name+" again", func(context.Context) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(e.relay.work.Context()), stopGrace)
		defer cancel()
		return e.ends.queue.Again(ctx, e.relay.cfg.Member, a.EffectRef, pause)
	})
}

// restAfter spreads pauses, so that what failed together does not come back together.
func restAfter(attempt int32) time.Duration {
	rest := min(firstRest<<(min(max(attempt, 1), 16)-1), longestRest)
	return rest/2 + rand.N(rest)
}

// outcome sees to the end of an attempt. Its scope may have another one now.
func (e *execution) outcome(_ context.Context, a *attempt) *telling {
	e.relay.wake(e.name, "")
	if a.command == nil {
		return nil
	}
	return e.ends.end(a.EffectRef, a.Grain, a.command)
}
