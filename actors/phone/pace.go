package phone

import (
	"math"
	"time"
)

// How a number slows down. Meta answers an overload with 130429 to everything
// that was on the wire, so reports during the hold belong to the first.
//
// This is the law for both: what the number's health says (state.go) and what leaves
// (budget.go).
const (
	// MinFactor is the lowest pace, as a part of the rate.
	MinFactor = 1.0 / 16
	hold      = 5 * time.Second
	step      = 1.0 / 16    // of the rate, given back
	stepEvery = time.Second // after the hold
)

// Slower is the pace after an overload.
func Slower(factor float64) float64 { return max(factor/2, MinFactor) }

// Recovered is the pace at a time, if it was factor until the hold ended: it
// comes back by a sixteenth of the rate each second.
func Recovered(factor float64, heldUntil, now time.Time) float64 {
	if now.Before(heldUntil) {
		return factor
	}
	steps := now.Sub(heldUntil)/stepEvery + 1
	return min(1, factor+step*float64(min(steps, 16)))
}

// RecoveredAt is when Recovered reaches the full rate.
func RecoveredAt(factor float64, heldUntil time.Time) time.Time {
	steps := math.Ceil((1 - factor) / step)
	return heldUntil.Add(time.Duration(max(steps-1, 0)) * stepEvery)
}
