package engine

import "testing"

func TestGarbageFollowsWhatIsAllocated(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for name, c := range map[string]struct {
		live, rate float64
		want       int
	}{
		"a flood through many conversations":     {250 * mb, 150 * mb, 200},
		"a flood that a collection in 5 s holds": {250 * mb, 80 * mb, 160},
		"many conversations at rest":             {250 * mb, 0, 20},
		"a little work among them":               {250 * mb, 2 * mb, 20},
		"a flood through few":                    {20 * mb, 150 * mb, 200},
		"few at rest have room":                  {20 * mb, 0, 120},
		"a heap of nothing":                      {0, 0, 2000},
	} {
		if got := garbage(c.live, c.rate); got != c.want {
			t.Errorf("%s: %d %%, want %d", name, got, c.want)
		}
	}
}

// What a flood leaves behind is given back within seconds, a pause in it is not
// taken for its end, and the next one has its room at the first look.
func TestMemoryIsGivenBackAfterAFlood(t *testing.T) {
	t.Parallel()
	const live = 250 << 20
	m := &memory{percent: mostGarbage}
	look := func(rate float64) int {
		m.look(m.allocated+rate, live)
		return m.percent
	}
	for range 5 {
		if got := look(160 << 20); got != 200 {
			t.Fatalf("%d %% in a flood, want 200", got)
		}
	}
	if got := look(0); got < 150 {
		t.Errorf("%d %% after a second's pause, want about half of what the flood had", got)
	}
	seconds := 1
	for ; m.percent > 25 && seconds < 60; seconds++ {
		look(0)
	}
	if seconds > 6 {
		t.Errorf("%d s until the room of the flood is given back, want 6 at most", seconds)
	}
	if m.look(m.allocated, live) {
		t.Error("changed without a reason")
	}
	if got := look(160 << 20); got != 200 {
		t.Errorf("%d %% as soon as the next flood comes, want 200", got)
	}
}
