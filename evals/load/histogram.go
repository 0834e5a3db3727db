package load

import (
	"math"
	"math/bits"
	"time"
)

// Histograms have 64 steps for each power of two: what they tell is at most
// 1.6 % too high, never too low.
const (
	histogramSteps = 64
	histogramBits  = 6
	histogramSize  = (48 - histogramBits) * histogramSteps
)

// histogram counts durations in microseconds. The zero value is empty. Not safe
// for concurrent use; merge those of several goroutines.
type histogram struct {
	counts [histogramSize]int64
	total  int64
	sum    time.Duration
	max    time.Duration
}

// bucketOf gives durations below 64 µs a bucket each, then 64 to each doubling.
func bucketOf(us uint64) int {
	if us < histogramSteps {
		return int(us)
	}
	shift := bits.Len64(us) - histogramBits - 1
	return min(shift*histogramSteps+int(us>>shift), histogramSize-1)
}

// bucketTop is the longest duration, in microseconds, that falls into a bucket.
func bucketTop(bucket int) uint64 {
	if bucket < 2*histogramSteps {
		return uint64(bucket)
	}
	shift := bucket/histogramSteps - 1
	return uint64(bucket-shift*histogramSteps+1)<<shift - 1
}

func (h *histogram) add(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d.Microseconds()))]++
	h.total++
	h.sum += d
	h.max = max(h.max, d)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
	h.sum += o.sum
	h.max = max(h.max, o.max)
}

// percentile is the smallest duration that p percent of all do not exceed; zero
// when there are none.
func (h *histogram) percentile(p float64) time.Duration {
	if h.total == 0 {
		return 0
	}
	rank := max(1, int64(math.Ceil(p/100*float64(h.total))))
	for bucket, n := range h.counts {
		if rank -= n; rank <= 0 {
			return min(time.Duration(bucketTop(bucket))*time.Microsecond, h.max)
		}
	}
	return h.max
}
