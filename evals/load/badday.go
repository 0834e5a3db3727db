package load

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
)

// What the faults scenario sends.
const (
	faultMessages = 20_000 // at most
	faultContacts = 2_000
	faultEach     = 10   // messages of a contact
	faultBatch    = 8    // messages in a POST, at most
	faultDouble   = 0.05 // of the POSTs come twice
	faultHangUp   = 0.01 // of the POSTs break off before the answer
	faultReorder  = 64   // POSTs by which one may be overtaken
)

// badDay cuts n messages into batches, repeats some, has connections of some
// break off, and mixes neighbours up. The same seed gives the same day.
func badDay(n int64, seed int64) []job {
	random := rand.New(rand.NewPCG(uint64(seed), 0x6661756c7473))
	var jobs []job
	for first := int64(0); first < n; {
		count := min(1+random.Int64N(faultBatch), n-first)
		j := job{first: first, count: int(count), hangUp: random.Float64() < faultHangUp}
		jobs = append(jobs, j)
		if random.Float64() < faultDouble {
			jobs = append(jobs, j)
		}
		first += count
	}
	for i := range jobs {
		k := min(i+random.IntN(faultReorder), len(jobs)-1)
		jobs[i], jobs[k] = jobs[k], jobs[i]
	}
	return jobs
}

// inOrder gives the jobs out as they stand.
func inOrder(ctx context.Context, jobs []job) func() (job, bool) {
	var next atomic.Int64
	return func() (job, bool) {
		i := next.Add(1) - 1
		if i >= int64(len(jobs)) || ctx.Err() != nil {
			return job{}, false
		}
		return jobs[i], true
	}
}
