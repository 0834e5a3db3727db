package relay

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
)

// kind is one sort of work that waits in the store for any member: where it is
// claimed, who does it, and whom to tell how it ended. The pump does the rest. A
// new kind is a file of its own and a line in kinds.
type kind[C any] struct {
	name  string        // in logs, of wake-ups and of work that panics
	slots int           // of it at once, in each scope
	room  int           // slots that must be free before more is claimed; 1
	pause time.Duration // between two looks at what is due; a wake-up looks at once
	// drains: what has begun ends before the relay stops. All else is cut off then,
	// and claimed again.
	drains bool

	// scopes names those that have something to claim: none waits for another. nil:
	// there is one, without a name.
	scopes func(ctx context.Context) ([]string, error)
	// claim takes what is due in a scope, up to free. Two claims never get the same.
	claim func(ctx context.Context, scope string, free int) (lot[C], error)
	// run does one, with a slot. After an error nobody is told: its claim ends, and
	// it is claimed again.
	run func(ctx context.Context, c *C) error
	// outcome gives the one command that tells how it ended, once the store knows
	// that; nil: nobody is told. It needs no slot. A kind without it has no outcomes.
	outcome func(ctx context.Context, c *C) *telling
	// ends sees to outcomes that survive their member, and to what members held that
	// died; nil: this kind has none.
	ends *ends
}

// lot is what a claim brings.
type lot[C any] struct {
	work []C
	more bool          // there may be more to claim
	wait time.Duration // until it may be claimed; 0: now
}

// worker is the pump of one kind, whatever it claims.
type worker interface {
	name() string
	start()
	wake(scope string)
	spawn(do func())
	idle() bool
	wait()
}

// kinds is all that is done for the store, each with a pump of its own.
func (r *Relay) kinds() []worker {
	list := []worker{
		sendKind(r),
		newPump(r, alarmKind(r)),
		newPump(r, listKind(r)),
		newPump(r, jobKind(r, kindJobs, jobs.LaneLong)), newPump(r, jobKind(r, kindHolds, jobs.LaneShort)),
		newPump(r, lookKind(r)),
		newPump(r, fleetKind(r)),
	}
	for _, x := range append(r.executors(), r.cfg.executors...) {
		list = append(list, execute(r, x))
		r.names[x.kind] = x.name
	}
	return list
}

// wake has a scope of a kind looked at now. It never blocks.
func (r *Relay) wake(kind, scope string) { r.pumps[kind].wake(scope) }

// pump claims and does the work of one kind.
type pump[C any] struct {
	relay *Relay
	kind  kind[C]

	mu       sync.Mutex
	loops    map[string]*claims[C] // by scope; a loop lives as long as the pump
	stopped  bool
	work     sync.WaitGroup // loops and all that they began
	underWay atomic.Int64   // claims, and what came of them
}

func newPump[C any](r *Relay, k kind[C]) *pump[C] {
	return &pump[C]{relay: r, kind: k, loops: make(map[string]*claims[C])}
}

func (p *pump[C]) name() string { return p.kind.name }

func (p *pump[C]) start() {
	p.relay.work.Every(p.kind.pause, p.poll)
	if p.kind.ends != nil {
		p.kind.ends.start()
		p.relay.work.Inherit(p.relay.cfg.Pauses.Sweep, p.tellUntold)
	}
}

// poll wakes scopes whose wake-up was lost or whose work became due.
func (p *pump[C]) poll(ctx context.Context) {
	if p.kind.scopes == nil {
		p.wake("")
		return
	}
	scopes, err := p.kind.scopes(ctx)
	p.heard("find due work", err)
	for _, scope := range scopes {
		p.wake(scope)
	}
}

func (p *pump[C]) wake(scope string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// Asked under the lock: once wait has begun to wait for the loops none may begin.
	if p.stopped || p.relay.hold.Load() {
		return
	}
	l := p.loops[scope]
	if l == nil {
		l = &claims[C]{pump: p, scope: scope, awake: make(chan struct{}, 1), slots: make(chan struct{}, p.kind.slots)}
		p.loops[scope] = l
		p.work.Go(p.relay.work.Kept(p.kind.name, l.loop))
	}
	background.Signal(l.awake)
}

// heard logs what the store could not do, and says so on readiness while it can do
// it for nobody: no work of this kind begins until somebody has mended that.
func (p *pump[C]) heard(what string, err error) {
	what += ": " + p.kind.name
	if err == nil {
		p.relay.work.Clear(what)
		return
	}
	p.relay.work.Complain(what, persistence.FaultOf(err), err)
}

// idle says that nothing is under way that the relay should not be stopped over.
func (p *pump[C]) idle() bool { return !p.kind.drains || p.underWay.Load() == 0 }

// wait ends after quit was closed and everything under way came back.
func (p *pump[C]) wait() {
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.work.Wait()
}

// tellUntold tells outcomes that were not recorded.
func (p *pump[C]) tellUntold(ctx context.Context) {
	list, err := p.kind.ends.untold(ctx, untoldLot)
	if p.heard("find untold outcomes", err); err != nil {
		return
	}
	background.InParallel(list, tellAtOnce, func(n int) { p.relay.work.Guard(p.kind.name, func() { p.relay.tell(ctx, &list[n]) }) })
}

// claims is the loop of one scope. It alone fills the slots.
type claims[C any] struct {
	pump  *pump[C]
	scope string
	awake chan struct{}
	slots chan struct{} // one for each run at once
}

func (l *claims[C]) loop() {
	for {
		select {
		case <-l.pump.relay.work.Quit():
			return
		case <-l.awake:
		}
		for l.claim() {
		}
	}
}

// claim takes what fits, begins it, and reports whether to claim again at once.
func (l *claims[C]) claim() bool {
	p, r := l.pump, l.pump.relay
	p.underWay.Add(1)
	defer p.underWay.Add(-1)
	// Without its lease a member has no claims: others judge what it had.
	if !l.waitForRoom() || r.hold.Load() || !r.cfg.LeaseValid() {
		return false
	}
	if p.kind.ends != nil && p.kind.ends.late.Load() > 0 {
		return false // nothing is begun while it cannot be written how it ends; the poll comes again
	}
	taken, err := p.kind.claim(r.work.Context(), l.scope, cap(l.slots)-len(l.slots))
	if p.heard("claim", err); err != nil {
		return false // the poll comes again
	}
	for n := range taken.work {
		l.slots <- struct{}{}
		l.begin(&taken.work[n])
	}
	switch {
	case !taken.more:
		return false
	case taken.wait > 0:
		return r.work.Pause(min(taken.wait, time.Second))
	}
	return len(taken.work) > 0
}

// waitForRoom reports false when the relay stops.
// It gives the room back at once: only this loop fills slots, so what was free stays so.
func (l *claims[C]) waitForRoom() bool {
	room := max(1, l.pump.kind.room)
	for range room {
		select {
		case l.slots <- struct{}{}:
		case <-l.pump.relay.work.Context().Done():
			return false
		}
	}
	for range room {
		<-l.slots
	}
	return true
}

// begin does one and sees to its outcome. A panic ends it alone: its claim ends,
// and it is claimed again, or its outcome is told.
func (l *claims[C]) begin(c *C) {
	p, r := l.pump, l.pump.relay
	p.spawn(func() {
		if !l.run(c) || p.kind.outcome == nil {
			return
		}
		if told := p.kind.outcome(r.work.Context(), c); told != nil {
			r.tell(r.work.Context(), told)
		}
	})
}

// run reports whether one came to its end, whatever that is.
func (l *claims[C]) run(c *C) (ended bool) {
	defer func() { <-l.slots }()
	p, r := l.pump, l.pump.relay
	err := background.ErrPanicked
	if r.work.Guard(p.kind.name, func() { err = p.kind.run(r.work.Context(), c) }) && err != nil && r.work.Context().Err() == nil {
		r.cfg.Logger.Warn("work not done, it is tried again", "work", p.kind.name, "error", err)
	}
	return err == nil
}

// spawn does something beside the work that calls it. The relay waits for it as
// it does for that.
func (p *pump[C]) spawn(do func()) {
	p.underWay.Add(1)
	p.work.Go(func() {
		defer p.underWay.Add(-1)
		p.relay.work.Guard(p.kind.name, do)
	})
}
