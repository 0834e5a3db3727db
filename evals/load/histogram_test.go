package load

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsMeetWithoutGapOrOverlap(t *testing.T) {
	t.Parallel()
	for bucket := range histogramSize - 1 {
		top := bucketTop(bucket)
		if bucketOf(top) != bucket || bucketOf(top+1) != bucket+1 {
			t.Fatalf("bucket %d ends at %d µs, which falls into %d and the next into %d",
				bucket, top, bucketOf(top), bucketOf(top+1))
		}
	}
	if got := bucketOf(1 << 62); got != histogramSize-1 {
		t.Errorf("too long a time falls into %d", got)
	}
}

func TestPercentiles(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var parts [3]histogram
	var all []time.Duration
	for i := range 10_000 {
		d := time.Duration(random.ExpFloat64()*20_000) * time.Microsecond
		parts[i%3].add(d)
		all = append(all, d)
	}
	var h histogram
	for i := range parts {
		h.merge(&parts[i])
	}
	slices.Sort(all)
	for p, rank := range map[float64]int{0.01: 1, 50: 5000, 99: 9900, 99.99: 9999, 100: 10_000} {
		exact, got := all[rank-1], h.percentile(p)
		if got < exact || float64(got) > float64(exact)*1.016+1000 {
			t.Errorf("p%v = %v, exactly %v", p, got, exact)
		}
	}
	if h.max != all[len(all)-1] || h.total != 10_000 {
		t.Errorf("longest %v of %d", h.max, h.total)
	}
}

func TestEmptyAndNegativeTimes(t *testing.T) {
	t.Parallel()
	var h histogram
	if h.percentile(50) != 0 {
		t.Error("an empty histogram tells a time")
	}
	h.add(-time.Second) // clocks of two machines
	if h.percentile(50) != 0 || h.total != 1 {
		t.Errorf("p50 %v of %d", h.percentile(50), h.total)
	}
	var r Result
	r.percentiles("nothing", &histogram{})
	if len(r.Figures) != 0 {
		t.Errorf("figures of nothing: %v", r.Figures)
	}
}
