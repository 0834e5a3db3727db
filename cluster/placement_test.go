package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

const window = 15 * time.Second

func member(id string, joined time.Duration, draining bool) *peer {
	return &peer{
		id: id, address: id + ":1", kinds: []string{"K"}, draining: draining,
		joined: time.Unix(1000, 0).Add(joined), since: joined,
	}
}

func owner(v *view, key string) string {
	id := grainID{"K", key}
	if p := v.owner(id, id.hash()); p != nil {
		return p.id
	}
	return ""
}

func TestPlacementIsEven(t *testing.T) {
	t.Parallel()
	var peers []*peer
	for i := range 5 {
		peers = append(peers, member(fmt.Sprintf("127.0.0.1:700%d", i), 0, false))
	}
	v := newView(peers)
	got := map[string]int{}
	for i := range 50_000 {
		got[owner(v, fmt.Sprintf("1234567:%d", i))]++
	}
	for id, n := range got {
		if n < 9_500 || n > 10_500 {
			t.Errorf("%s owns %d of 50000", id, n)
		}
	}
}

func TestAJoinMovesOnlyTheJoinersShare(t *testing.T) {
	t.Parallel()
	three := newView([]*peer{member("a", 0, false), member("b", 0, false), member("c", 0, false)})
	four := newView([]*peer{member("a", 0, false), member("b", 0, false), member("c", 0, false), member("d", 0, false)})
	for i := range 10_000 {
		key := fmt.Sprint(i)
		if was, is := owner(three, key), owner(four, key); was != is && is != "d" {
			t.Fatalf("%s moved from %s to %s", key, was, is)
		}
	}
}

// Members of two releases place grains together: these owners are for ever.
func TestPlacementIsFrozen(t *testing.T) {
	t.Parallel()
	v := newView([]*peer{member("a", 0, false), member("b", 0, false), member("c", 0, false)})
	got := ""
	for i := range 24 {
		got += owner(v, fmt.Sprint(i))
	}
	if want := "accacbbbbcbbbbcacbabbaca"; got != want {
		t.Errorf("owners %s, want %s", got, want)
	}
}

func TestNobodyHostsAnUnknownKind(t *testing.T) {
	t.Parallel()
	v := newView([]*peer{member("a", 0, false)})
	id := grainID{"Other", "1"}
	if p := v.owner(id, id.hash()); p != nil {
		t.Errorf("owner %s", p.id)
	}
	if got := owner(newView([]*peer{member("a", 0, true)}), "1"); got != "" {
		t.Errorf("a draining member owns: %s", got)
	}
}

// Whatever the order in which they are listed, members are found by their id, and one
// that drains is found and hosts nothing.
func TestViewKnowsItsMembers(t *testing.T) {
	t.Parallel()
	v := newView([]*peer{member("c", 0, false), member("a", 0, true), member("d", 0, false), member("b", 0, false)})
	for _, id := range []string{"a", "b", "c", "d"} {
		if p := v.peer(id); p == nil || p.id != id {
			t.Errorf("member %s is not found", id)
		}
	}
	for i := range 1000 {
		if got := owner(v, strconv.Itoa(i)); got == "" || got == "a" {
			t.Fatalf("grain %d is hosted by %q", i, got)
		}
	}
}

func TestStableViewHasNoFormerOwners(t *testing.T) {
	t.Parallel()
	a, b := member("a", 0, false), member("b", 0, false)
	v := newView([]*peer{a, b})
	for i := range 100 {
		id := grainID{"K", fmt.Sprint(i)}
		if f := v.formerOwners(v.owner(id, id.hash()), id, id.hash(), window+time.Second, window); len(f) > 0 {
			t.Fatalf("former owners of %s: %v", id, f)
		}
	}
}

// Whatever joins, drains and dies, whoever may hold a grain is among the former
// owners of its present one. Holders are followed for a history of views in
// which each owner activates and nobody ever releases: the worst that can be.
func TestFormerOwnersMissNobody(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		if msg := history(rand.New(rand.NewPCG(seed, 1))); msg != "" {
			t.Fatalf("seed %d: %s", seed, msg)
		}
	}
}

func history(r *rand.Rand) string {
	now := time.Duration(0)
	var peers []*peer
	holders := map[string]map[string]time.Duration{} // key → member → when it lost the grain
	last := map[string]string{}                      // key → owner
	for step := range 40 {
		now += time.Duration(r.IntN(6000)) * time.Millisecond
		switch pick := r.IntN(10); {
		case len(peers) < 2 || pick < 4:
			peers = append(peers, member(fmt.Sprintf("m%d", step), now, false))
		case pick < 7:
			i := r.IntN(len(peers))
			p := *peers[i]
			p.draining = true
			peers[i] = &p
		default:
			i := r.IntN(len(peers))
			dead := peers[i].id
			peers = slices.Delete(peers, i, i+1)
			for _, h := range holders {
				delete(h, dead)
			}
		}
		v := newView(slices.Clone(peers))
		for k := range 20 {
			key := fmt.Sprint(k)
			id := grainID{"K", key}
			self := v.owner(id, id.hash())
			if self == nil {
				continue
			}
			former := v.formerOwners(self, id, id.hash(), now, window)
			if holders[key] == nil {
				holders[key] = map[string]time.Duration{}
			}
			if was := last[key]; was != "" && was != self.id {
				if _, living := holders[key][was]; living {
					holders[key][was] = now
				}
			}
			for h, lost := range holders[key] {
				// A holder that lost the grain longer than the window ago has
				// seen that view and released; until then it may linger.
				if h == self.id || now-lost > window {
					continue
				}
				if !slices.ContainsFunc(former, func(p *peer) bool { return p.id == h }) {
					return fmt.Sprintf("step %d: %s may hold %s, owner %s asks %d others", step, h, key, self.id, len(former))
				}
			}
			holders[key][self.id], last[key] = now, self.id
		}
	}
	return ""
}

func TestLease(t *testing.T) {
	t.Parallel()
	l := &lease{length: 6 * time.Second}
	l.renew(10 * time.Second)
	for _, c := range []struct {
		age    time.Duration
		locked bool
		valid  bool
	}{
		{0, true, true},
		{5399 * time.Millisecond, true, true},
		{5400 * time.Millisecond, true, false},
		{1349 * time.Millisecond, false, true},
		{1350 * time.Millisecond, false, false},
	} {
		l.locked.Store(c.locked)
		if got := l.validAt(10*time.Second + c.age); got != c.valid {
			t.Errorf("age %s, locked %v: valid %v", c.age, c.locked, got)
		}
	}
	if l.overdue(15*time.Second) || !l.overdue(15400*time.Millisecond) {
		t.Error("overdue at the wrong time")
	}
	l.renew(16 * time.Second)
	l.locked.Store(true)
	l.lost.Store(true)
	if l.validAt(16 * time.Second) {
		t.Error("valid after a fence")
	}
	if alone := (&lease{}); !alone.validAt(time.Hour) {
		t.Error("a lease without length expired")
	}
}

func TestViewSame(t *testing.T) {
	t.Parallel()
	v := newView([]*peer{member("a", 0, false), member("b", 0, false)})
	if !v.same(newView([]*peer{member("b", 0, false), member("a", 0, false)})) {
		t.Error("order matters")
	}
	for name, w := range map[string]*view{
		"draining": v.withDraining("a"),
		"rejoined": newView([]*peer{member("a", 0, false), member("b", 1, false)}),
		"fewer":    newView([]*peer{member("a", 0, false)}),
	} {
		if v.same(w) {
			t.Errorf("%s: same", name)
		}
	}
}
