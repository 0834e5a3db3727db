package simulator

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
)

// Fault is one way in which Meta misbehaves.
type Fault string

// Faults of deliveries.
const (
	FaultDuplicate  Fault = "duplicate"  // a delivery comes twice
	FaultReorder    Fault = "reorder"    // an update is overtaken by later ones; within a second nothing tells
	FaultBatch      Fault = "batch"      // waiting updates come in one POST
	FaultConcurrent Fault = "concurrent" // a delivery does not wait for the one before
)

// Faults of answers to sends.
const (
	FaultStatusFirst Fault = "status_first" // statuses arrive before the answer
	FaultSlow        Fault = "slow"         // the answer takes long
	FaultNoAnswer    Fault = "no_answer"    // accepted, but the answer never comes
	FaultDrop        Fault = "drop"         // accepted, then the connection is cut
	FaultThrottle    Fault = "130429"       // refused: throughput of the number
	FaultWindow      Fault = "131047"       // refused: window closed
	FaultPair        Fault = "131056"       // refused: pair rate
	FaultServer      Fault = "131000"       // HTTP 500 with a Graph error
	FaultGateway     Fault = "502"          // HTTP 502 without one; nothing was accepted
	FaultToken       Fault = "190"          // the token is refused
)

// Faults of files.
const (
	FaultMediaGone    Fault = "media_404"     // a download answers 404
	FaultMediaSlow    Fault = "media_slow"    // a download takes long to begin
	FaultMediaDamaged Fault = "media_damaged" // a download brings other bytes
)

// Faults gives each fault a probability between 0 and 1.
type Faults map[Fault]float64

// allFaults lists every fault in the order of the page.
func allFaults() []Fault {
	return []Fault{
		FaultDuplicate, FaultReorder, FaultBatch, FaultConcurrent, FaultStatusFirst, FaultSlow, FaultNoAnswer,
		FaultDrop, FaultThrottle, FaultWindow, FaultPair, FaultServer, FaultGateway, FaultToken,
		FaultMediaGone, FaultMediaSlow, FaultMediaDamaged,
	}
}

// SetFault changes the probability of a fault; 0 switches it off.
func (s *Simulator) SetFault(f Fault, probability float64) error {
	if !slices.Contains(allFaults(), f) || !(probability >= 0 && probability <= 1) {
		return fmt.Errorf("set fault %q to %v: %w", f, probability, ErrBadRequest)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.rates[f] = probability
	s.version++
	s.notify()
	return nil
}

// Trigger makes a fault strike once, at its next opportunity. Several calls add up.
func (s *Simulator) Trigger(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.once[f]++
}

// strikes draws whether a fault happens now.
func (s *Simulator) strikes(f Fault) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.strikes(f)
}

// chance draws faults. Each has its own stream of numbers, so that switching one
// on does not move the others.
type chance struct {
	rates   Faults
	once    map[Fault]int
	streams map[Fault]*rand.Rand
}

func newChance(seed int64, rates Faults) *chance {
	c := &chance{rates: Faults{}, once: map[Fault]int{}, streams: map[Fault]*rand.Rand{}}
	maps.Copy(c.rates, rates)
	for _, f := range allFaults() {
		hash := fnv.New64a()
		hash.Write([]byte(f))
		c.streams[f] = rand.New(rand.NewPCG(uint64(seed), hash.Sum64())) // repeatable on purpose
	}
	return c
}

func (c *chance) strikes(f Fault) bool {
	if c.once[f] > 0 {
		c.once[f]--
		return true
	}
	rate := c.rates[f]
	return rate > 0 && c.streams[f].Float64() < rate
}
