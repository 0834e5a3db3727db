package phone

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Lanes of what leaves, by class. What shares gets a part of what the strict lanes
// leave over.
const (
	firstLane     = int(actorpb.MessageClass_MESSAGE_CLASS_CODE)
	firstSharing  = int(actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT)
	firstCampaign = int(actorpb.MessageClass_MESSAGE_CLASS_UTILITY)
	lastLane      = int(actorpb.MessageClass_MESSAGE_CLASS_MARKETING)
)

// Lanes is a number of sends for each class; class 0 has none.
type Lanes [lastLane + 1]int

// Sum counts the sends of all lanes.
func (l *Lanes) Sum() (n int) {
	for _, count := range l {
		n += count
	}
	return n
}

// Budget is what a number may still send, as the row that all members share has
// it: a token bucket and the state of the round of lanes. Whoever holds the lock of
// the row computes with it, by the database's clock: else two members spend one
// token. It is not safe for concurrent use.
//
// The bucket holds a second of the rate, so within any time d at most rate × (d + 1 s)
// leave, and an idle number answers a burst at once. Inbound messages may bring it
// below zero, by a second at most.
type Budget struct {
	Rate        float64 // messages a second, in and out, that Meta grants
	Factor      float64 // of the rate, until SlowUntil; Recovered says what it is after that
	Tokens      float64
	RefilledAt  time.Time
	SlowUntil   time.Time // the end of the hold after an overload
	PausedUntil time.Time // zero: not paused
	Hold        Hold      // by an administrator
	// CampaignsUntil is how long Meta lets the number begin nothing; zero: it may.
	CampaignsUntil time.Time
	// Served counts what assistant, utility and marketing got of the round of ten.
	Served [3]int32
}

// FullBudget is what a number has of which nothing is known.
func FullBudget() Budget { return Budget{Rate: defaultRate, Factor: 1, Tokens: defaultRate} }

// Refill brings the bucket to now. A clock that stands before the last reading adds
// nothing: another claimer's may be newer.
func (b *Budget) Refill(now time.Time) {
	// The debt is cut here, not where it is made: inbound is only subtracted, and
	// between two refills the order does not matter.
	b.Tokens = max(b.Tokens, -b.Rate)
	rate := b.pace(now)
	if passed := now.Sub(b.RefilledAt); passed > 0 {
		b.Tokens += passed.Seconds() * rate
		b.RefilledAt = now
	}
	b.Tokens = min(b.Tokens, max(1, rate))
}

// pace is the messages a second at a time.
func (b *Budget) pace(now time.Time) float64 {
	return b.Rate * Recovered(b.Factor, b.SlowUntil, now)
}

// Wait is how long from now until a whole token is there, 0 if one is.
func (b *Budget) Wait(now time.Time) time.Duration {
	if b.Tokens >= 1 {
		return 0
	}
	return time.Duration((1 - b.Tokens) / b.pace(now) * float64(time.Second))
}

// Paused is how long a pause lasts from now, 0 if there is none.
func (b *Budget) Paused(now time.Time) time.Duration { return max(0, b.PausedUntil.Sub(now)) }

// Grant divides what may leave, limit at most, over the lanes, of which each has
// some sends waiting: codes and agents first, strictly; assistant, utility and
// marketing by 6:3:1 within each round of ten, so none of them starves. A lane that
// has nothing leaves its part to the others. Tokens are spent by Spend, for what was
// really taken.
func (b *Budget) Grant(limit int, waiting *Lanes) (grants Lanes) {
	n := min(limit, max(0, int(b.Tokens)))
	for lane := firstLane; lane < firstSharing; lane++ {
		grants[lane] = min(n, waiting[lane])
		n -= grants[lane]
	}
	for ; n > 0; n-- {
		lane := b.nextSharing(waiting, &grants)
		if lane == 0 {
			return grants
		}
		grants[lane]++
		b.Served[lane-firstSharing]++
		if b.Served[0]+b.Served[1]+b.Served[2] >= 10 {
			b.Served = [3]int32{}
		}
	}
	return grants
}

// nextSharing is the lane that has least of its part of the round, 0 if none waits.
func (b *Budget) nextSharing(waiting, grants *Lanes) int {
	weights := [3]int32{6, 3, 1}
	lane, best := 0, 0
	for s, weight := range weights {
		open := waiting[firstSharing+s] > grants[firstSharing+s]
		if open && (lane == 0 || b.Served[s]*weights[best] < b.Served[best]*weight) {
			lane, best = firstSharing+s, s
		}
	}
	return lane
}

// Spend takes n sends off.
func (b *Budget) Spend(n int) { b.Tokens -= float64(n) }

// Slow halves the pace for a hold; after that it recovers by a sixteenth of the rate
// each second. Within the hold it changes nothing more: one overload refuses
// everything that was on the wire.
func (b *Budget) Slow(now time.Time) {
	if now.Before(b.SlowUntil) {
		return
	}
	b.Factor, b.SlowUntil = Slower(Recovered(b.Factor, b.SlowUntil, now)), now.Add(hold)
}

// Pause grants nothing for a while from now, and one send when it is over: whether the
// trouble is over too is found out by one and not by a second's worth of them. A pause is
// never shortened here.
func (b *Budget) Pause(now time.Time, lasting time.Duration) {
	if until := now.Add(lasting); until.After(b.PausedUntil) {
		b.PausedUntil, b.RefilledAt, b.Tokens = until, until, min(b.Tokens, 1)
	}
}

// StopCampaigns grants nothing for a while to what a number begins. It is never shortened
// here.
func (b *Budget) StopCampaigns(now time.Time, lasting time.Duration) {
	if until := now.Add(lasting); until.After(b.CampaignsUntil) {
		b.CampaignsUntil = until
	}
}

// Withhold takes out of what waits what may not leave now, by an administrator's or by
// Meta's will.
func (b *Budget) Withhold(now time.Time, waiting *Lanes) {
	b.Hold.Withhold(waiting)
	if now.Before(b.CampaignsUntil) {
		for lane := firstCampaign; lane <= lastLane; lane++ {
			waiting[lane] = 0
		}
	}
}
