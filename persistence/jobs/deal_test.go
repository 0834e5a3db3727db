package jobs

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Who may own few gets his share of them though others, who may own all, come first.
func TestDealLeavesNothingToQueues(t *testing.T) {
	t.Parallel()
	piles := []pile{
		{number: "bras", n: 3, able: []wa.AgentID{"ana", "bia", "caio", "diego"}},
		{number: "fortaleza", n: 2, able: []wa.AgentID{"ana", "bia", "caio"}},
	}
	given := deal(piles, map[wa.AgentID]int{"ana": 2, "bia": 1, "caio": 1, "diego": 1})
	if given[0]["diego"] != 1 || given[1]["diego"] != 0 || sum(given[0]) != 3 || sum(given[1]) != 2 {
		t.Errorf("dealt %v", given)
	}
}

func sum(m map[wa.AgentID]int) (n int) {
	for _, one := range m {
		n += one
	}
	return n
}

// Whatever the piles: nobody gets what he may not own, nor more than his share, and none
// is left that somebody who has room may own.
func TestDealHoldsItsRules(t *testing.T) {
	t.Parallel()
	people := []wa.AgentID{"a", "b", "c", "d", "e"}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		piles, left := make([]pile, 1+r.IntN(6)), map[wa.AgentID]int{}
		for i := range piles {
			piles[i].n = r.IntN(9)
			for _, p := range people {
				if r.IntN(2) == 0 {
					piles[i].able = append(piles[i].able, p)
				}
			}
		}
		for _, p := range people {
			left[p] = r.IntN(8)
		}
		given, got, all := deal(piles, left), map[wa.AgentID]int{}, 0
		for i := range piles {
			for p, n := range given[i] {
				if n < 0 || n > 0 && !slices.Contains(piles[i].able, p) {
					t.Fatalf("seed %d: %s gets %d of %+v", seed, p, n, piles[i])
				}
				got[p] += n
			}
			if sum(given[i]) > piles[i].n {
				t.Fatalf("seed %d: %v of %d", seed, given[i], piles[i].n)
			}
			all += sum(given[i])
		}
		for p, n := range got {
			if n > left[p] {
				t.Fatalf("seed %d: %s gets %d of %d", seed, p, n, left[p])
			}
		}
		if most := mostDealt(piles, left, people); all != most {
			t.Fatalf("seed %d: %d are dealt, %d could be", seed, all, most)
		}
	}
}

// mostDealt is how many can be dealt: the least of what any set of people bounds (Hall).
func mostDealt(piles []pile, left map[wa.AgentID]int, people []wa.AgentID) int {
	best := -1
	for set := range 1 << len(people) {
		in := func(p wa.AgentID) bool { return set&(1<<slices.Index(people, p)) != 0 }
		n := 0
		for _, p := range people {
			if in(p) {
				n += left[p]
			}
		}
		for _, pile := range piles {
			if slices.ContainsFunc(pile.able, func(p wa.AgentID) bool { return !in(p) }) {
				n += pile.n
			}
		}
		if best < 0 || n < best {
			best = n
		}
	}
	return best
}
