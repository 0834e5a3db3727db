package intake

import (
	"context"
	"slices"
	"sync"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence/intake"
)

const (
	lanesAtOnce   = 16   // failed lanes that are tried again
	lanesInRound  = 1000 // the longest waiting first
	numbersAtOnce = 4    // whose parked events are applied
	problemLot    = 20   // bodies in memory for each of them
)

// retries tries again what was not applied. Of all processes one has the lead.
// Round guards lead, mu guards numbers. A round may last long; mu is held for a moment.
type retries struct {
	round sync.Mutex // one round at a time; registering a number does not wait for it
	lead  *intake.Lead

	mu      sync.Mutex
	numbers map[wa.PhoneNumberID]*parkedLock
}

// parkedLock lets one apply what is parked for a number; two would apply it twice.
type parkedLock struct {
	sync.Mutex
	users int
}

// lock counts who holds or wants the lock of a number: the last one takes it away, or
// there would be one for each number that was ever registered.
func (m *retries) lock(number wa.PhoneNumberID) (unlock func()) {
	m.mu.Lock()
	if m.numbers == nil {
		m.numbers = make(map[wa.PhoneNumberID]*parkedLock)
	}
	one := m.numbers[number]
	if one == nil {
		one = &parkedLock{}
		m.numbers[number] = one
	}
	one.users++
	m.mu.Unlock()
	one.Lock()
	return func() {
		one.Unlock()
		m.mu.Lock()
		defer m.mu.Unlock()
		if one.users--; one.users == 0 {
			delete(m.numbers, number)
		}
	}
}

// leads says whether this process has the lead, and takes it if no living member
// has. It ends with the member's lease. The caller holds round.
func (a *Applier) leads(ctx context.Context) (bool, error) {
	m := &a.retries
	valid := a.cfg.LeaseValid()
	if m.lead != nil {
		if valid && m.lead.Holds(ctx) {
			return true, nil
		}
		a.endLead()
	}
	if !valid {
		return false, nil
	}
	lead, ok, err := a.store.Problems.Lead(ctx, a.cfg.Member, a.cfg.Lost())
	if ok {
		m.lead = lead
	}
	return ok, err
}

// endLead is called with round held.
func (a *Applier) endLead() {
	if a.retries.lead != nil {
		a.retries.lead.Close()
		a.retries.lead = nil
	}
}

// stopRetries waits for a round and gives the lead to another process.
func (a *Applier) stopRetries() {
	a.retries.round.Lock()
	defer a.retries.round.Unlock()
	a.endLead()
}

// ApplyParked applies what waited for a number that was registered now. What
// fails stands in the list of problems; what nothing can be said of stays parked.
func (a *Applier) ApplyParked(ctx context.Context, number wa.PhoneNumberID) error {
	defer a.retries.lock(number)()
	a.store.Numbers.Forget(number)
	for after := int64(0); ; {
		list, err := a.store.Problems.ParkedFor(ctx, number, after, problemLot)
		if err != nil || len(list) == 0 {
			return err
		}
		for n := range list {
			err := a.replay(ctx, &list[n])
			if nobodysFault(err) {
				return err // what follows must not pass it
			}
			if err != nil {
				a.cfg.Logger.Warn("parked event not applied", "phone_number_id", number, "error", err)
			}
			after = list[n].ID
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// retryProblems tries failed lanes again, head first, many at once, and parked
// events of numbers that another process registered; the leader does that for all.
// A head that failed five times stays in the list for people, and lets the others
// pass: then each process lets the events of the lane through again.
func (a *Applier) retryProblems(ctx context.Context) {
	a.retries.round.Lock()
	defer a.retries.round.Unlock()
	leads, err := a.leads(ctx)
	if err != nil {
		a.problemsNotRead(ctx, err)
	}
	if leads {
		a.retryAll(ctx)
	}
	failed := a.lanes.failedKeys()
	// Asked of the store and not of this round: the leader is another process, mostly.
	open, err := a.store.Problems.OpenLanes(ctx, failed, maxTries)
	if err != nil {
		a.problemsNotRead(ctx, err)
		return
	}
	for _, lane := range failed {
		if !slices.Contains(open, lane) {
			a.lanes.free(lane)
		}
	}
}

func (a *Applier) retryAll(ctx context.Context) {
	lanes, err := a.store.Problems.FailedLanes(ctx, maxTries, lanesInRound)
	if err != nil {
		a.problemsNotRead(ctx, err)
		return
	}
	background.InParallel(lanes, lanesAtOnce, func(n int) {
		a.work.Guard("retry lane", func() { a.retryLane(ctx, lanes[n]) })
	})
	numbers, err := a.store.Problems.ParkedKnown(ctx)
	if err != nil {
		a.problemsNotRead(ctx, err)
		return
	}
	background.InParallel(numbers, numbersAtOnce, func(n int) {
		a.work.Guard("apply parked", func() {
			if err := a.ApplyParked(ctx, numbers[n]); err != nil {
				a.problemsNotRead(ctx, err)
			}
		})
	})
}

// problemsNotRead logs what cut a round of tries short; the next round begins in
// a minute.
func (a *Applier) problemsNotRead(ctx context.Context, err error) {
	if ctx.Err() == nil {
		a.cfg.Logger.Warn("intake problems not tried again", "error", err)
	}
}

// retryLane tries what failed of one conversation, in order, until something fails
// that will be tried again.
func (a *Applier) retryLane(ctx context.Context, lane string) {
	for after := int64(0); ctx.Err() == nil; {
		list, err := a.store.Problems.Lane(ctx, lane, after, maxTries, problemLot)
		if err != nil {
			a.problemsNotRead(ctx, err)
			return
		}
		for n := range list {
			err := a.replay(ctx, &list[n])
			if err != nil && (nobodysFault(err) || list[n].Tries+1 < maxTries) {
				return
			}
			after = list[n].ID
		}
		if len(list) < problemLot {
			return
		}
	}
}
