// Package chance is what in the simulator is left to chance, repeatable from a seed:
// which fault strikes when, and the ids that Meta gives. It is not safe for concurrent
// use.
package chance

import (
	"hash/fnv"
	"maps"
	"math/rand/v2"
)

// Fault is one way in which Meta misbehaves.
type Fault string

// Faults of deliveries.
const (
	Duplicate  Fault = "duplicate"  // a delivery comes twice
	Reorder    Fault = "reorder"    // an update is overtaken by later ones; within a second nothing tells
	Batch      Fault = "batch"      // waiting updates come in one POST
	Concurrent Fault = "concurrent" // a delivery does not wait for the one before
)

// Faults of answers to sends.
const (
	StatusFirst Fault = "status_first" // statuses arrive before the answer
	Slow        Fault = "slow"         // the answer takes long
	NoAnswer    Fault = "no_answer"    // accepted, but the answer never comes
	Drop        Fault = "drop"         // accepted, then the connection is cut
	Throttle    Fault = "130429"       // refused: throughput of the number
	Window      Fault = "131047"       // refused: window closed
	Pair        Fault = "131056"       // refused: pair rate
	Server      Fault = "131000"       // HTTP 500 with a Graph error
	Gateway     Fault = "502"          // HTTP 502 without one; nothing was accepted
	Token       Fault = "190"          // the token is refused
)

// Faults of files.
const (
	MediaGone      Fault = "media_404"       // a download answers 404
	MediaSlow      Fault = "media_slow"      // a download takes long to begin
	MediaDamaged   Fault = "media_damaged"   // a download brings other bytes
	UploadDown     Fault = "upload_503"      // an upload answers 503
	MediaForgotten Fault = "media_forgotten" // a send finds nothing that was uploaded
)

// Faults gives each fault a probability between 0 and 1.
type Faults map[Fault]float64

// All lists every fault in the order of the page.
func All() []Fault {
	return []Fault{
		Duplicate, Reorder, Batch, Concurrent, StatusFirst, Slow, NoAnswer,
		Drop, Throttle, Window, Pair, Server, Gateway, Token,
		MediaGone, MediaSlow, MediaDamaged, UploadDown, MediaForgotten,
	}
}

// Draws draws faults. Each has its own stream of numbers, so that switching one
// on does not move the others.
type Draws struct {
	Rates   Faults        // may be changed
	Once    map[Fault]int // strikes at its next opportunity, so many times
	streams map[Fault]*rand.Rand
}

// New draws repeatably from a seed, at the rates that are given.
func New(seed int64, rates Faults) *Draws {
	c := &Draws{Rates: Faults{}, Once: map[Fault]int{}, streams: map[Fault]*rand.Rand{}}
	maps.Copy(c.Rates, rates)
	for _, f := range All() {
		hash := fnv.New64a()
		hash.Write([]byte(f))
		c.streams[f] = rand.New(rand.NewPCG(uint64(seed), hash.Sum64())) // repeatable on purpose
	}
	return c
}

// Strikes draws whether a fault happens now.
func (c *Draws) Strikes(f Fault) bool {
	if c.Once[f] > 0 {
		c.Once[f]--
		return true
	}
	rate := c.Rates[f]
	return rate > 0 && c.streams[f].Float64() < rate
}
