package phone

import "time"

// Pace is the part of the rate that the number sends at, at a time.
func (s *State) Pace(now time.Time) float64 {
	_, factor, _ := s.health(now)
	return factor
}
