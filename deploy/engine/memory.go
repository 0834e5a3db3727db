package engine

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Garbage is memory that buys processor time: the more may lie about, the rarer
// the collector walks through all that lives. A flood is worth it, its end is not:
// with a fixed share, 100,000 conversations in memory kept three times their own
// size for as long as the process lived.
const (
	// mostGarbage is per cent of what lives, however much is allocated. A message of a
	// flood costs 2 µs more of collecting at 200 than at 300, of some 250, and 100,000
	// conversations 130 MB less.
	mostGarbage  = 200
	leastGarbage = 20 // per cent of what lives, however little is
	// garbageFloor is what a small heap may always drop: a share of little would
	// have it collected for nothing.
	garbageFloor = 24 << 20
	// collectEvery is how rare collections are meant to be, where mostGarbage allows.
	collectEvery = 5 * time.Second
	memoryTick   = time.Second
)

// memory follows how much is allocated and sets the share of garbage by it. The
// runtime gives back by itself what lies above the next collection's goal; so no
// collection is forced, and nothing is freed that a next second would ask for.
type memory struct {
	allocated float64 // in all, at the last look
	rate      float64 // bytes a second: the present one, or what is left of a higher one
	percent   int
}

// TendMemory lets garbage lie while the process is busy and gives memory back when
// it is not, until ctx ends. A GOGC in the environment is the operator's word and
// stays as it is; GOMEMLIMIT goes together with either.
func TendMemory(ctx context.Context, getenv func(string) string) {
	if getenv("GOGC") != "" {
		return
	}
	m := &memory{percent: mostGarbage}
	debug.SetGCPercent(m.percent)
	go m.tend(ctx)
}

func (m *memory) tend(ctx context.Context) {
	figures := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(memoryTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(figures)
		if m.look(float64(figures[0].Value.Uint64()), float64(figures[1].Value.Uint64())) {
			debug.SetGCPercent(m.percent)
		}
	}
}

// look takes the bytes that were allocated in all and those that the last
// collection found alive, a tick after the last look, and says whether percent has
// another value now. To change it stops the world for a moment and may begin a
// collection: small differences are not worth that.
func (m *memory) look(allocated, live float64) bool {
	now := (allocated - m.allocated) / memoryTick.Seconds()
	m.allocated = allocated
	// A flood pauses now and then: what it needed is forgotten by halves.
	m.rate = max(now, m.rate/2)
	want := garbage(live, m.rate)
	if want > m.percent*4/5 && want < m.percent*5/4 {
		return false
	}
	m.percent = want
	return true
}

// garbage is the share of a live heap, in per cent, that may be garbage while this
// much is allocated a second.
func garbage(live, rate float64) int {
	live = max(live, 1)
	most, least := live*mostGarbage/100, live*leastGarbage/100
	room := min(max(rate*collectEvery.Seconds(), least, garbageFloor), max(most, garbageFloor))
	return int(min(room/live*100, 10*mostGarbage))
}
