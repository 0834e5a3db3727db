package phone_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/phone"
)

func TestGrantByLane(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit         int
		waiting, want phone.Lanes
	}{
		"codes and agents first":      {8, phone.Lanes{1: 3, 2: 7, 3: 100}, phone.Lanes{1: 3, 2: 5}},
		"the rest by 6:3:1":           {30, phone.Lanes{1: 3, 2: 7, 3: 100, 4: 100, 5: 100}, phone.Lanes{1: 3, 2: 7, 3: 12, 4: 6, 5: 2}},
		"an empty lane leaves its":    {10, phone.Lanes{4: 100, 5: 100}, phone.Lanes{4: 7, 5: 3}},
		"marketing alone gets it all": {10, phone.Lanes{5: 100}, phone.Lanes{5: 10}},
		"no more than waits":          {50, phone.Lanes{2: 1, 3: 2, 5: 3}, phone.Lanes{2: 1, 3: 2, 5: 3}},
		"no more than there is":       {500, phone.Lanes{2: 500}, phone.Lanes{2: 80}},
		"nothing":                     {0, phone.Lanes{1: 1}, phone.Lanes{}},
	} {
		b := phone.FullBudget()
		if got := b.Grant(c.limit, &c.waiting); got != c.want {
			t.Errorf("%s: granted %v, want %v", name, got, c.want)
		}
	}
	// Small claims keep the proportion of the round.
	b, sum := phone.FullBudget(), phone.Lanes{}
	for range 10 {
		for lane, n := range b.Grant(1, &phone.Lanes{3: 9, 4: 9, 5: 9}) {
			sum[lane] += n
		}
	}
	if want := (phone.Lanes{3: 6, 4: 3, 5: 1}); sum != want {
		t.Errorf("ten grants of one by lane %v, want %v", sum, want)
	}
}

func TestPenaltyAndPause(t *testing.T) {
	t.Parallel()
	b := phone.FullBudget()
	b.RefilledAt = start
	b.Slow(start)
	b.Slow(start.Add(time.Second)) // what was on the wire reports the same
	if b.Refill(start); b.Tokens != 40 {
		t.Errorf("%g tokens after an overload, want half", b.Tokens)
	}
	// The hold is five seconds: two and a half after it three steps are back.
	if b.Refill(start.Add(7500 * time.Millisecond)); b.Tokens != 55 {
		t.Errorf("%g tokens, want 11/16 of 80", b.Tokens)
	}
	b.Pause(start, time.Hour)
	b.Pause(start, time.Minute)
	if got := b.Paused(start); got != time.Hour {
		t.Errorf("paused for %s: a pause was shortened", got)
	}
	if got := b.Paused(start.Add(2 * time.Hour)); got != 0 {
		t.Errorf("still paused for %s", got)
	}
	b.Factor = 1
	// Inbound costs a second at most, however much came while nobody claimed.
	b.Tokens, b.RefilledAt = -5000, start
	if b.Refill(start); b.Tokens != -80 || b.Wait(start) != 1012500*time.Microsecond {
		t.Errorf("%g tokens, wait %s, want a debt of one second", b.Tokens, b.Wait(start))
	}
	if b.Refill(start.Add(-time.Minute)); b.Tokens != -80 || !b.RefilledAt.Equal(start) {
		t.Errorf("a clock that went back gave %g tokens", b.Tokens)
	}
}

// One law: a claim recovers as the number's health tells people it does.
func TestBudgetRecoversAsHealthSays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		dice := rand.New(rand.NewPCG(seed, 3))
		b, now := phone.FullBudget(), start
		told, until := 1.0, time.Time{} // as State keeps them
		for range 200 {
			now = now.Add(time.Duration(dice.IntN(3000)) * time.Millisecond)
			if dice.IntN(6) == 0 {
				if !now.Before(until) {
					told, until = phone.Slower(phone.Recovered(told, until, now)), now.Add(5*time.Second)
				}
				b.Slow(now)
			}
			want := b.Rate * phone.Recovered(told, until, now)
			b.Tokens, b.RefilledAt = b.Rate, now
			if b.Refill(now); b.Tokens != want {
				t.Fatalf("seed %d: claims at %g a second, health says %g", seed, b.Tokens, want)
			}
		}
	}
}

// Whatever happens: within any time d at most rate × (d + 1 s) leave, the bucket's
// second included; no lane that has something waits for ever; nothing is granted that
// does not wait.
func TestBudgetNeverGrantsAboveTheRate(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		dice := rand.New(rand.NewPCG(seed, 5))
		b, now := phone.FullBudget(), start
		b.Rate, b.RefilledAt = []float64{20, 80, 1000}[dice.IntN(3)], start
		b.Tokens = b.Rate
		type leave struct {
			at time.Time
			n  int
		}
		var left []leave
		waiting := phone.Lanes{3: 1 << 20, 4: 1 << 20, 5: 1 << 20}
		var got phone.Lanes
		for range 300 {
			now = now.Add(time.Duration(dice.IntN(200)) * time.Millisecond)
			switch dice.IntN(12) {
			case 0:
				b.Slow(now)
			case 1:
				b.Spend(dice.IntN(40)) // inbound
			case 2:
				waiting[1], waiting[2] = dice.IntN(5), dice.IntN(5)
			}
			b.Refill(now)
			grants := b.Grant(1+dice.IntN(200), &waiting)
			for lane, n := range grants {
				if n > waiting[lane] {
					t.Fatalf("seed %d: %d granted of %d", seed, n, waiting[lane])
				}
				waiting[lane] -= n
				got[lane] += n
			}
			b.Spend(grants.Sum())
			left = append(left, leave{now, grants.Sum()})
		}
		for first := range left {
			sum := 0.0
			for _, l := range left[first:] {
				sum += float64(l.n)
				if most := b.Rate * (l.at.Sub(left[first].at).Seconds() + 1); sum > most+1e-6 {
					t.Fatalf("seed %d: %g left within %s at a rate of %g", seed, sum, l.at.Sub(left[first].at), b.Rate)
				}
			}
		}
		if shared := got[3] + got[4] + got[5]; got[5] < shared/10-1 || got[4] < shared*3/10-3 || got[3] < shared*6/10-6 {
			t.Errorf("seed %d: a lane starves: %v", seed, got)
		}
	}
}
