package phone_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/phone"
)

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
