package simulator

import "time"

// Now is the simulator's clock: the base clock moved by all that was advanced.
func (s *Simulator) Now() time.Time {
	return s.config.Clock().Add(time.Duration(s.offset.Load()))
}

// Ahead is how far the clock is ahead of its base.
func (s *Simulator) Ahead() time.Duration { return time.Duration(s.offset.Load()) }

// Advance moves the clock. Windows close and rates recover as if the time had
// passed; deliveries under way are not hurried. Going back is possible, unless
// Config.Move refuses it: the error is its.
func (s *Simulator) Advance(d time.Duration) error {
	s.moving.Lock()
	defer s.moving.Unlock()
	ahead := s.Ahead() + d
	if s.config.Move != nil {
		if err := s.config.Move(ahead); err != nil {
			return err
		}
	}
	s.offset.Store(int64(ahead))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.notify()
	return nil
}

// bucket is a token bucket on the simulator's clock.
type bucket struct {
	tokens float64
	rate   float64 // tokens a second
	burst  float64
	at     time.Time
}

func newBucket(rate, burst float64) bucket { return bucket{tokens: burst, rate: rate, burst: burst} }

func (b *bucket) refill(now time.Time) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 && !b.at.IsZero() {
		b.tokens = min(b.burst, b.tokens+passed*b.rate)
	}
	b.at = now
}

// take takes a token if there is one.
func (b *bucket) take(now time.Time) bool {
	b.refill(now)
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// charge takes a token for what cannot be refused: inbound traffic.
func (b *bucket) charge(now time.Time) {
	b.refill(now)
	b.tokens = max(0, b.tokens-1)
}
