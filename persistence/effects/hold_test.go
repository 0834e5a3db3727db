package effects_test

import (
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// What an administrator holds back is not claimed, alone or together, and goes when it
// is released; what an older version of the number said is not written any more.
func TestClaimHonoursHold(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	for lane := 1; lane <= 5; lane++ {
		queueOf(t, pool, second, lane, 1, "")
	}
	hold := func(h phone.Hold, version uint64) {
		t.Helper()
		if err := sends.Hold(t.Context(), second, h, version); err != nil {
			t.Fatal(err)
		}
	}
	classes := func() (got []int16) {
		t.Helper()
		for _, c := range together(t, sends, effects.Wanted{Number: second, Limit: 50}) {
			if c.Busy || c.More {
				t.Errorf("claimed %+v", c)
			}
			for _, s := range c.Sends {
				got = append(got, s.Class)
			}
		}
		alone, err := sends.Claim(t.Context(), second, "member-1", 50)
		if err != nil || len(alone.Sends) > 0 {
			t.Errorf("alone: %+v, %v", alone, err)
		}
		return got
	}
	hold(phone.HoldAll, 2)
	if got := classes(); len(got) != 0 {
		t.Errorf("all is held, and %v left", got)
	}
	hold(phone.HoldMachines, 3)
	if got := classes(); !slices.Equal(got, []int16{1, 2}) {
		t.Errorf("machines are held: %v left", got)
	}
	hold(phone.HoldNone, 2)
	if got := classes(); len(got) != 0 {
		t.Errorf("an older word counts: %v left", got)
	}
	hold(phone.HoldNone, 4)
	if got := classes(); !slices.Equal(got, []int16{3, 4, 5}) {
		t.Errorf("released: %v left", got)
	}
}
