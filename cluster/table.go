package cluster

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const shards = 64

// refusalTime is how long a member refuses a grain that another member has
// asked it to release, although it owns the grain in its own view: one of the
// two views is behind and will have caught up by then.
const refusalTime = 3 * time.Second

// table holds the activations of this member.
type table struct {
	shards [shards]shard
	count  atomic.Int64
}

type shard struct {
	mu      sync.Mutex
	active  map[grainID]*activation
	refused map[grainID]refusal
}

type refusal struct {
	view  uint64
	until time.Duration
}

func newTable() *table {
	t := &table{}
	for i := range t.shards {
		t.shards[i].active = map[grainID]*activation{}
		t.shards[i].refused = map[grainID]refusal{}
	}
	return t
}

func (t *table) shard(hash uint64) *shard { return &t.shards[hash%shards] }

// refuses says whether the grain was released to another member a moment ago.
// The shard is locked.
func (s *shard) refuses(id grainID, view uint64, now time.Duration) bool {
	r, ok := s.refused[id]
	if !ok {
		return false
	}
	if r.view == view && now < r.until {
		return true
	}
	delete(s.refused, id)
	return false
}

// add puts a new activation into its shard, which is locked, and returns how many
// there are.
func (t *table) add(s *shard, a *activation) int {
	s.active[a.id] = a
	return int(t.count.Add(1))
}

// cold is the instant before which those were used last that are too many, and a tenth
// of warm more, so that it is not asked for each new one; 0 if there are not too many.
func (t *table) cold(warm int) time.Duration {
	if int(t.count.Load()) <= warm {
		return 0
	}
	var used []time.Duration
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		for _, a := range s.active {
			if a.state == active { // the others leave already
				used = append(used, a.lastUsed)
			}
		}
		s.mu.Unlock()
	}
	if len(used) <= warm {
		return 0
	}
	slices.Sort(used)
	return used[len(used)-warm+warm/10]
}

// remove takes the activation out and returns what waited for its end.
func (t *table) remove(a *activation) *transit {
	s := t.shard(a.hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.drop(s, a)
}

// drop is remove with the shard locked.
func (t *table) drop(s *shard, a *activation) *transit {
	if s.active[a.id] == a {
		delete(s.active, a.id)
		t.count.Add(-1)
	}
	if a.transit == nil {
		return &transit{}
	}
	left := a.transit
	a.transit = nil
	return left
}

// next takes what the activation has to do next, at this instant. With nothing left
// the mailbox rests, unless the activation is to let go: then it has ended, and takes
// nothing any more.
func (t *table) next(a *activation, now time.Duration) (r *request, ended bool) {
	s := t.shard(a.hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r = a.mailbox.take(); r != nil {
		a.lastUsed = now
		return r, false
	}
	ended = a.state == releasing
	a.mailbox.running = ended
	return nil, ended
}

// release has an active activation let go once its mailbox is empty, and says whether
// the mailbox is to be run for that. The shard is locked.
func (a *activation) release() (start bool) {
	a.state, a.transit = releasing, &transit{}
	return a.mailbox.start()
}

// release has every active activation that pick selects let go, and returns those
// whose mailboxes are to be run for that.
func (t *table) release(pick func(*activation) bool) []*activation {
	var picked []*activation
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		for _, a := range s.active {
			if a.state == active && pick(a) && a.release() {
				picked = append(picked, a)
			}
		}
		s.mu.Unlock()
	}
	return picked
}

// forget drops refusals that have run out. They are few: releases asked for by
// members that this one did not know yet.
func (t *table) forget(now time.Duration) {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		for id, r := range s.refused {
			if now >= r.until {
				delete(s.refused, id)
			}
		}
		s.mu.Unlock()
	}
}
