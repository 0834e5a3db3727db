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
