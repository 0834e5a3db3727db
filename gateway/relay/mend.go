package relay

import (
	"context"
	"slices"
	"sync"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/intake"
)

const (
	lanesAtOnce   = 16   // failed lanes that are tried again
	lanesInRound  = 1000 // the longest waiting first
	numbersAtOnce = 4    // whose parked events are applied
	problemLot    = 20   // bodies in memory for each of them
)

// mender tries again what was not applied. Of all processes one has the lead.
type mender struct {
	round sync.Mutex // one round at a time; registering a number does not wait for it
	lead  *intake.Lead

	mu      sync.Mutex
	numbers map[wa.PhoneNumberID]*numberMend
}

// numberMend lets one apply what is parked for a number; two would apply it twice.
type numberMend struct {
	sync.Mutex
	users int
}

func (m *mender) lock(number wa.PhoneNumberID) (unlock func()) {
	m.mu.Lock()
	if m.numbers == nil {
		m.numbers = make(map[wa.PhoneNumberID]*numberMend)
	}
	one := m.numbers[number]
	if one == nil {
		one = &numberMend{}
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
func (r *Relay) leads(ctx context.Context) (bool, error) {
	m := &r.mender
	valid := r.cfg.LeaseValid()
	if m.lead != nil {
		if valid && m.lead.Holds(ctx) {
			return true, nil
		}
		r.endLead()
	}
	if !valid {
		return false, nil
	}
	lead, ok, err := r.store.Problems.Lead(ctx, r.cfg.Member, r.cfg.Lost())
	if ok {
		m.lead = lead
	}
	return ok, err
}

func (r *Relay) endLead() {
	if r.mender.lead != nil {
		r.mender.lead.Close()
		r.mender.lead = nil
	}
}

// stopMending waits for a round and gives the lead to another process.
func (r *Relay) stopMending() {
	r.mender.round.Lock()
	defer r.mender.round.Unlock()
	r.endLead()
}

// ApplyParked applies what waited for a number that was registered now. What
// fails stands in the list of problems; what nothing can be said of stays parked.
func (r *Relay) ApplyParked(ctx context.Context, number wa.PhoneNumberID) error {
	defer r.mender.lock(number)()
	r.store.Numbers.Forget(number)
	for after := int64(0); ; {
		list, err := r.store.Problems.ParkedFor(ctx, number, after, problemLot)
		if err != nil || len(list) == 0 {
			return err
		}
		for n := range list {
			err := r.replay(ctx, &list[n])
			if nobodysFault(err) {
				return err // what follows must not pass it
			}
			if err != nil {
				r.cfg.Logger.Warn("parked event not applied", "phone_number_id", number, "error", err)
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
func (r *Relay) retryProblems(ctx context.Context) {
	r.mender.round.Lock()
	defer r.mender.round.Unlock()
	leads, err := r.leads(ctx)
	if err != nil {
		r.problemsNotRead(ctx, err)
	}
	if leads {
		r.retryAll(ctx)
	}
	failed := r.lanes.failedKeys()
	open, err := r.store.Problems.OpenLanes(ctx, failed, maxTries)
	if err != nil {
		r.problemsNotRead(ctx, err)
		return
	}
	for _, lane := range failed {
		if !slices.Contains(open, lane) {
			r.lanes.free(lane)
		}
	}
}

func (r *Relay) retryAll(ctx context.Context) {
	lanes, err := r.store.Problems.FailedLanes(ctx, maxTries, lanesInRound)
	if err != nil {
		r.problemsNotRead(ctx, err)
		return
	}
	inParallel(lanes, lanesAtOnce, func(n int) {
		r.guarded("retry lane", func() { r.retryLane(ctx, lanes[n]) })
	})
	numbers, err := r.store.Problems.ParkedKnown(ctx)
	if err != nil {
		r.problemsNotRead(ctx, err)
		return
	}
	inParallel(numbers, numbersAtOnce, func(n int) {
		r.guarded("apply parked", func() {
			if err := r.ApplyParked(ctx, numbers[n]); err != nil {
				r.problemsNotRead(ctx, err)
			}
		})
	})
}

// problemsNotRead logs what cut a round of tries short; the next round begins in
// a minute.
func (r *Relay) problemsNotRead(ctx context.Context, err error) {
	if ctx.Err() == nil {
		r.cfg.Logger.Warn("intake problems not tried again", "error", err)
	}
}

// retryLane tries what failed of one conversation, in order, until something fails
// that will be tried again.
func (r *Relay) retryLane(ctx context.Context, lane string) {
	for after := int64(0); ctx.Err() == nil; {
		list, err := r.store.Problems.Lane(ctx, lane, after, maxTries, problemLot)
		if err != nil {
			r.problemsNotRead(ctx, err)
			return
		}
		for n := range list {
			err := r.replay(ctx, &list[n])
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
