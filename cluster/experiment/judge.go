package main

import (
	"fmt"
	"slices"
	"time"
)

// findings are what a run shows.
type findings struct {
	moved   int           // activations after the event
	twice   int           // grains that were active on two members at once
	longest time.Duration // of them
	atEnd   int           // that still were when the run ended
	stale   int           // messages that an activation took after a newer one had
	failed  int           // asks
	back    []time.Duration
}

func (f findings) String() string {
	again := "–"
	if n := len(f.back); n > 0 {
		again = fmt.Sprintf("%s / %s (%d grains)", round(f.back[n/2]), round(f.back[n-1]), n)
	}
	return fmt.Sprintf("%d | %d | %s | %d | %d | %d | %s", f.moved, f.twice, round(f.longest), f.atEnd, f.stale, f.failed, again)
}

func round(d time.Duration) string {
	if d > time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// life is an activation on a member.
type life struct {
	member   int
	from, to int64
	took     []int64
}

// judge reads what was said, in the order of time.
func judge(said []saying, event, end int64, victim int) findings {
	slices.SortStableFunc(said, func(a, b saying) int { return int(a.at - b.at) })
	var f findings
	lives := map[string][]*life{}
	answered := map[string]int64{} // first after the event
	current := func(s saying) *life {
		for _, l := range slices.Backward(lives[s.about]) {
			if l.member == s.member && l.to == 0 {
				return l
			}
		}
		return &life{}
	}
	for _, s := range said {
		switch s.what {
		case "active":
			lives[s.about] = append(lives[s.about], &life{member: s.member, from: s.at})
		case "gone":
			current(s).to = s.at
		case "took":
			l := current(s)
			l.took = append(l.took, s.at)
		case "failed":
			if s.at >= event {
				f.failed++
			}
		case "answered":
			if s.at > event && answered[s.about] == 0 {
				answered[s.about] = s.at
			}
		}
	}
	for key, of := range lives {
		lost := false // with the victim
		for _, l := range of {
			if l.from >= event {
				f.moved++
			}
			if l.to == 0 && l.member == victim {
				l.to, lost = event, true
			}
		}
		if lost && answered[key] > 0 {
			f.back = append(f.back, time.Duration(answered[key]-event))
		}
		f.overlaps(of, event, end)
	}
	slices.Sort(f.back)
	return f
}

// overlaps looks at the lives of one grain, in the order of their beginnings, for those
// that began after the event.
func (f *findings) overlaps(of []*life, event, end int64) {
	var longest int64
	open := false
	for i, newer := range of {
		for _, older := range of[:i] {
			if older.member == newer.member || newer.from < event {
				continue
			}
			to := min(until(older, end), until(newer, end))
			longest = max(longest, to-newer.from)
			open = open || to == end
			if len(newer.took) == 0 {
				continue
			}
			for _, at := range older.took {
				if at > newer.took[0] {
					f.stale++
				}
			}
		}
	}
	if longest > 0 {
		f.twice++
		f.longest = max(f.longest, time.Duration(longest))
	}
	if open {
		f.atEnd++
	}
}

func until(l *life, end int64) int64 {
	if l.to == 0 {
		return end
	}
	return l.to
}
