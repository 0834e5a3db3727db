package persistence_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/persistence"
)

// gathering is a group that waits an hour for two after a lot of three, and how large
// its lots were.
func gathering(t *testing.T) (g *persistence.Group[int], lots *[]int) {
	t.Helper()
	lots = new([]int)
	g = persistence.NewGroup(persistence.GroupConfig[int]{
		Gather: persistence.Gather{Busy: 3, Enough: 2, For: time.Hour},
		Do: func(_ context.Context, lot []*persistence.Ask[int]) error {
			*lots = append(*lots, len(lot))
			<-time.After(time.Second) // by the clock of the bubble: what comes meanwhile makes the next lot
			return nil
		},
	})
	go g.Run(t.Context())
	return g, lots
}

// put asks for n at once and waits until the group rests.
func put(t *testing.T, g *persistence.Group[int], n int) {
	t.Helper()
	for range n {
		if err := g.Put(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
}

func TestGather(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		run  func(t *testing.T, g *persistence.Group[int])
		want []int
		took time.Duration
	}{
		"who comes alone waits for nobody": {
			func(t *testing.T, g *persistence.Group[int]) {
				put(t, g, 1)
				put(t, g, 1)
			},
			[]int{1, 1},
			2 * time.Second,
		},
		"after a large lot until enough are there": {
			func(t *testing.T, g *persistence.Group[int]) {
				put(t, g, 1)
				put(t, g, 3)
				<-time.After(3 * time.Second)
				put(t, g, 1)
				<-time.After(time.Minute)
				put(t, g, 1)
			},
			[]int{1, 3, 2},
			time.Minute + 4*time.Second,
		},
		"after a large lot not longer than it may": {
			func(t *testing.T, g *persistence.Group[int]) {
				put(t, g, 1)
				put(t, g, 3)
				<-time.After(3 * time.Second)
				put(t, g, 1)
				<-time.After(time.Hour)
			},
			[]int{1, 3, 1},
			time.Hour + 3*time.Second,
		},
		"a long pause is enough": {
			func(t *testing.T, g *persistence.Group[int]) {
				put(t, g, 1)
				put(t, g, 3)
				<-time.After(2 * time.Hour)
				put(t, g, 1)
			},
			[]int{1, 3, 1},
			2*time.Hour + time.Second,
		},
		"nobody is to come any more": {
			func(t *testing.T, g *persistence.Group[int]) {
				put(t, g, 1)
				put(t, g, 3)
				<-time.After(3 * time.Second)
				put(t, g, 1)
			},
			[]int{1, 3, 1},
			4 * time.Second,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g, lots := gathering(t)
				began := time.Now()
				test.run(t, g)
				g.Close()
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %v, want %v", took, test.took)
				}
				if diff := cmp.Diff(test.want, slices.Clone(*lots)); diff != "" {
					t.Errorf("lots: %s", diff)
				}
			})
		})
	}
}
