// Package bucket bounds how much happens in a time.
package bucket

import "time"

// Bucket is a token bucket on the simulator's clock.
type Bucket struct {
	tokens float64
	rate   float64 // tokens a second
	burst  float64
	at     time.Time
}

// New is full.
func New(rate, burst float64) Bucket { return Bucket{tokens: burst, rate: rate, burst: burst} }

func (b *Bucket) refill(now time.Time) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 && !b.at.IsZero() {
		b.tokens = min(b.burst, b.tokens+passed*b.rate)
	}
	b.at = now
}

// Take takes a token if there is one.
func (b *Bucket) Take(now time.Time) bool {
	b.refill(now)
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// Charge takes a token for what cannot be refused: inbound traffic.
func (b *Bucket) Charge(now time.Time) {
	b.refill(now)
	b.tokens = max(0, b.tokens-1)
}
