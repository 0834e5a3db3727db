package jobs

import (
	"maps"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
)

// pile are conversations of one number and team: whoever may own one may own all.
type pile struct {
	number wa.PhoneNumberID
	team   wa.TeamID
	n      int
	able   []wa.AgentID
}

// deal gives away as many conversations of piles as can be, to nobody more than is left
// for him, and says how many of each pile each gets. What only some may own is not taken
// from them by others who may own more: where a share is full, what fills it moves on.
func deal(piles []pile, left map[wa.AgentID]int) []map[wa.AgentID]int {
	left = maps.Clone(left)
	given := make([]map[wa.AgentID]int, len(piles))
	for p := range piles {
		given[p] = map[wa.AgentID]int{}
	}
	for p := range piles {
		for rest := piles[p].n; rest > 0; {
			way := findWay(piles, given, left, p)
			if way == nil {
				break
			}
			n := min(rest, left[way[len(way)-1].to])
			for _, s := range way[1:] {
				n = min(n, given[s.of][s.from])
			}
			for _, s := range way {
				given[s.of][s.to] += n
				if s.from != "" {
					given[s.of][s.from] -= n
				}
			}
			left[way[len(way)-1].to] -= n
			rest -= n
		}
	}
	return given
}

// step gives conversations of a pile to somebody, from somebody who had them; "": from
// none.
type step struct {
	of       int
	from, to wa.AgentID
}

// findWay is the shortest row of steps by which somebody gets one more of a pile: the last
// of them has room. nil: there is none.
func findWay(piles []pile, given []map[wa.AgentID]int, left map[wa.AgentID]int, of int) []step {
	came := map[wa.AgentID]step{} // how each is reached
	queue := []step{{of: of}}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, to := range piles[at.of].able {
			if _, seen := came[to]; seen {
				continue
			}
			came[to] = step{at.of, at.from, to}
			if left[to] > 0 {
				way := []step{came[to]}
				for way[0].from != "" {
					way = slices.Insert(way, 0, came[way[0].from])
				}
				return way
			}
			for q := range piles {
				if given[q][to] > 0 {
					queue = append(queue, step{of: q, from: to})
				}
			}
		}
	}
	return nil
}
