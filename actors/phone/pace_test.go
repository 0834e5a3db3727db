package phone_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
)

func TestRefill(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name                 string
		tokens, rate, factor float64
		elapsed              time.Duration
		want                 float64
	}{
		{"nothing passed", 3, 80, 1, 0, 3},
		{"a tenth of a second", 0, 80, 1, 100 * time.Millisecond, 8},
		{"slowed", 0, 80, 0.25, 100 * time.Millisecond, 2},
		{"at most a second of the rate", 70, 80, 1, time.Hour, 80},
		{"debt is paid first", -80, 80, 1, time.Second, 0},
		{"a clock that went back", 5, 80, 1, -time.Second, 5},
		{"slower than one a second", 0, 1, 1.0 / 16, time.Minute, 1},
		{"a full bucket of a slowed number", 80, 80, 0.5, 0, 40},
	} {
		if got := phone.Refill(test.tokens, test.rate, test.factor, test.elapsed); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: %g, want %g", test.name, got, test.want)
		}
	}
}

// However the time is cut, a bucket never gives more than the rate and one
// second's burst.
func TestBucketKeepsTheRate(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 0))
		rate := []float64{1, 20, 80, 1000}[rng.IntN(4)]
		tokens, passed, sent := rate, time.Duration(0), 0
		for range 500 {
			elapsed := time.Duration(rng.IntN(300)) * time.Millisecond
			passed += elapsed
			tokens = phone.Refill(tokens, rate, 1, elapsed)
			n := phone.Granted(tokens, rng.IntN(200))
			tokens -= float64(n)
			sent += n
			if tokens < 0 {
				t.Fatalf("seed %d: granted into debt", seed)
			}
		}
		if most := rate + rate*passed.Seconds(); float64(sent) > most+1e-6 {
			t.Errorf("seed %d: %d sent in %s at %g a second", seed, sent, passed, rate)
		}
	}
}

func TestWaitIsJustEnough(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1000) {
		rng := rand.New(rand.NewPCG(seed, 0))
		rate, factor := 1+999*rng.Float64(), phone.MinFactor+(1-phone.MinFactor)*rng.Float64()
		tokens := 3*rng.Float64() - 2
		wait := phone.Wait(tokens, rate, factor)
		if got := phone.Refill(tokens, rate, factor, wait); got < 1-1e-6 {
			t.Errorf("seed %d: %g tokens after the wait", seed, got)
		}
		if wait > 0 && phone.Refill(tokens, rate, factor, wait-2) >= 1 {
			t.Errorf("seed %d: waits too long", seed)
		}
	}
	if phone.Wait(0, 0, 1) <= 0 || phone.Wait(1, 0, 0) != 0 {
		t.Error("a number without a rate")
	}
	if phone.Granted(-3, 5) != 0 || phone.Granted(2.9, 5) != 2 || phone.Granted(9, 5) != 5 {
		t.Error("granted")
	}
}

func TestRecovery(t *testing.T) {
	t.Parallel()
	for _, factor := range []float64{phone.MinFactor, 0.25, 0.3125, 0.5, 0.9375, 1} {
		full, last := phone.RecoveredAt(factor, start), 0.0
		for ms := -2000; ms < 30_000; ms += 100 {
			now := start.Add(time.Duration(ms) * time.Millisecond)
			got := phone.Recovered(factor, start, now)
			switch {
			case got < last || got > 1:
				t.Fatalf("%g: %g after %g", factor, got, last)
			case now.Before(start) && got != factor:
				t.Fatalf("%g: %g within the hold", factor, got)
			case !now.Before(full) && got != 1, now.Before(full) && factor < 1 && got == 1:
				t.Fatalf("%g: %g at %s, full at %s", factor, got, now.Sub(start), full.Sub(start))
			}
			last = got
		}
	}
	if got := phone.Recovered(1, time.Time{}, start); got != 1 {
		t.Errorf("a number that never slowed: %g", got)
	}
}

func TestLane(t *testing.T) {
	t.Parallel()
	for class, want := range map[actorpb.MessageClass]int{
		actorpb.MessageClass_MESSAGE_CLASS_CODE: phone.LaneCode, actorpb.MessageClass_MESSAGE_CLASS_AGENT: phone.LaneAgent,
		actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT: phone.LaneAssistant, actorpb.MessageClass_MESSAGE_CLASS_UTILITY: phone.LaneUtility,
		actorpb.MessageClass_MESSAGE_CLASS_MARKETING: phone.LaneMarketing, 0: phone.LaneMarketing, 99: phone.LaneMarketing,
	} {
		if got := phone.Lane(class); got != want {
			t.Errorf("%s: lane %d, want %d", class, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		grant   int
		waiting [5]int
		want    [5]int
	}{
		{"nothing to give", 0, [5]int{1, 1, 1, 1, 1}, [5]int{}},
		{"debt", -5, [5]int{1, 1, 1, 1, 1}, [5]int{}},
		{"nothing waits", 10, [5]int{}, [5]int{}},
		{"codes before all", 3, [5]int{5, 5, 5, 5, 5}, [5]int{3, 0, 0, 0, 0}},
		{"then agents", 8, [5]int{5, 5, 5, 5, 5}, [5]int{5, 3, 0, 0, 0}},
		{"the rest by 6:3:1", 20, [5]int{4, 6, 90, 90, 90}, [5]int{4, 6, 6, 3, 1}},
		{"enough for all", 100, [5]int{1, 2, 3, 4, 5}, [5]int{1, 2, 3, 4, 5}},
		{"what one leaves others take", 10, [5]int{0, 0, 1, 0, 90}, [5]int{0, 0, 1, 0, 9}},
	} {
		if got, _ := phone.Split(test.grant, test.waiting, [3]int{}); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// With all lanes full, grants of any size add up to 6:3:1 at every moment, give
// or take one round.
func TestSplitIsFairOverSmallGrants(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var served [3]int
		var got [3]float64
		total := 0.0
		for range 1000 {
			grant := 1 + rng.IntN(1+int(seed)%7)
			quota, next := phone.Split(grant, [5]int{0, 0, 100, 100, 100}, served)
			served = next
			total += float64(grant)
			for i, weight := range []float64{6, 3, 1} {
				got[i] += float64(quota[phone.LaneAssistant+i])
				if want := total * weight / 10; math.Abs(got[i]-want) > 2 {
					t.Fatalf("seed %d: lane %d has %g of %g, want %g", seed, i, got[i], total, want)
				}
			}
		}
	}
}

// Whatever waits: nothing is given that is not there or not waiting, nothing
// usable is kept back, and the memory stays small.
func TestSplitGivesAwayWhatCanBeUsed(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 0))
	var served [3]int
	for i := range 20_000 {
		var waiting, quota [5]int
		all := 0
		for lane := range waiting {
			waiting[lane] = max(0, rng.IntN(12)-4)
			all += waiting[lane]
		}
		grant := rng.IntN(20)
		quota, served = phone.Split(grant, waiting, served)
		given := 0
		for lane, n := range quota {
			if n < 0 || n > waiting[lane] {
				t.Fatalf("step %d: %v of %v waiting", i, quota, waiting)
			}
			given += n
		}
		if given != min(grant, all) {
			t.Fatalf("step %d: gave %d of %d to %d waiting", i, given, grant, all)
		}
		if quota[phone.LaneAgent] > 0 && quota[phone.LaneCode] < waiting[phone.LaneCode] {
			t.Fatalf("step %d: an agent before a code: %v of %v", i, quota, waiting)
		}
		for _, n := range served {
			if n < 0 || n > 6 {
				t.Fatalf("step %d: memory %v", i, served)
			}
		}
	}
}

// A lane that was idle for long has no claim on the past.
func TestSplitSavesNothingUp(t *testing.T) {
	t.Parallel()
	for idle := range 3 {
		var served [3]int
		waiting := [5]int{0, 0, 1000, 1000, 1000}
		waiting[phone.LaneAssistant+idle] = 0
		for range 100 {
			_, served = phone.Split(7, waiting, served)
		}
		waiting[phone.LaneAssistant+idle] = 1000
		quota, _ := phone.Split(20, waiting, served)
		for i, weight := range []int{6, 3, 1} {
			if got := quota[phone.LaneAssistant+i]; got < 2*weight-1 || got > 2*weight+1 {
				t.Errorf("lane %d was idle: the next twenty go %v", idle, quota)
			}
		}
	}
}
