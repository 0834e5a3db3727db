package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// SetFault changes the probability of a fault; 0 switches it off.
func (s *Simulator) SetFault(f chance.Fault, probability float64) error {
	if !slices.Contains(chance.All(), f) || !(probability >= 0 && probability <= 1) {
		return fmt.Errorf("set fault %q to %v: %w", f, probability, ErrBadRequest)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Rates[f] = probability
	s.version++
	s.notify()
	return nil
}

// Trigger makes a fault strike once, at its next opportunity. Several calls add up.
func (s *Simulator) Trigger(f chance.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Once[f]++
}

// strikes draws whether a fault happens now.
func (s *Simulator) strikes(f chance.Fault) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.Strikes(f)
}

// Reseed makes ids unpredictable from now on. A demo tells its seeded messages
// with repeatable ids first, so that telling them again changes nothing.
func (s *Simulator) Reseed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = chance.NewIDs(int64(rand.Uint64())) // ids of a simulation
}
