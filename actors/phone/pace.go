package phone

import (
	"math"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// How a number slows down. Meta answers an overload with 130429 to everything
// that was on the wire, so reports during the hold belong to the first.
//
// This is the law for what the number's health says. What leaves is granted by
// persistence/pace.go, in the claim's transaction: its floor and its steps are
// the same and change with these; tokens and lanes are its own.
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

// Refill is a token bucket after some time. Rate is messages a second; the
// bucket holds one second of it, at least one token. Tokens below zero are debt,
// for what came in counts as well and cannot be refused.
func Refill(tokens, rate, factor float64, elapsed time.Duration) float64 {
	perSecond := rate * factor
	return min(tokens+max(elapsed, 0).Seconds()*perSecond, max(1, perSecond))
}

// Granted is how many of the sends that wait may leave now.
func Granted(tokens float64, waiting int) int {
	return max(0, min(waiting, int(math.Floor(tokens))))
}

// Wait is how long until the bucket holds a token. A number without a rate
// waits an hour: asking again is cheaper than a division by zero.
func Wait(tokens, rate, factor float64) time.Duration {
	perSecond := rate * factor
	switch {
	case tokens >= 1:
		return 0
	case perSecond <= 0:
		return time.Hour
	}
	return time.Duration(math.Ceil((1 - tokens) / perSecond * float64(time.Second)))
}

// Lanes of the outbox, in the order of Split's arrays.
const (
	LaneCode = iota
	LaneAgent
	LaneAssistant
	LaneUtility
	LaneMarketing
	lanes
)

// Lane is the lane of a class. An unknown class stands last.
func Lane(class actorpb.MessageClass) int {
	lane := int(class) - 1
	if lane < LaneCode || lane > LaneMarketing {
		return LaneMarketing
	}
	return lane
}

// Split divides a grant among the lanes that wait: codes and agents first,
// strictly, then assistant, utility and marketing by 6:3:1. It gives away as
// much as can be used.
//
// Served remembers how far ahead of the others each of the three is, so that
// many small grants are as fair as a large one: keep what Split returns for the
// next call, and start with zeros. A lane that had nothing waiting saves up no
// claim for later.
func Split(grant int, waiting [lanes]int, served [3]int) (quota [lanes]int, next [3]int) {
	for lane := LaneCode; lane <= LaneAgent; lane++ {
		quota[lane] = max(0, min(grant, waiting[lane]))
		grant -= quota[lane]
	}
	for ; grant > 0; grant-- {
		i := leastServed(waiting, quota, served)
		if i < 0 {
			break
		}
		quota[LaneAssistant+i]++
		served[i] += cost(i)
	}
	return quota, settled(waiting, quota, served)
}

// cost is the share that one send of a sharing lane takes: 1/6, 1/3 and 1 of the
// same unit.
func cost(i int) int { return [3]int{1, 2, 6}[i] }

// leastServed is the sharing lane with something left that is furthest behind,
// the first of equals; -1 if nothing is left.
func leastServed(waiting, quota [lanes]int, served [3]int) int {
	least := -1
	for i := range served {
		left := waiting[LaneAssistant+i] > quota[LaneAssistant+i]
		if left && (least < 0 || served[i] < served[least]) { //nolint:gosec // least is an earlier index
			least = i
		}
	}
	return least
}

// settled counts from the lane furthest behind, which keeps the numbers small,
// and lifts lanes that have nothing left to where that one stands.
func settled(waiting, quota [lanes]int, served [3]int) [3]int {
	least := leastServed(waiting, quota, served)
	if least < 0 {
		return [3]int{} // nobody was kept waiting: nobody is owed anything
	}
	base := served[least]
	for i := range served {
		served[i] = max(served[i]-base, 0)
	}
	return served
}
