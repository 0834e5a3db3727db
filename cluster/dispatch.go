package cluster

import (
	"context"
	"maps"
	"sync"
	"time"
)

// releaseTimeout is how long a new owner waits for a former one to let go. After
// it the grain is activated anyway: the version in the database is the fence
// that holds whatever happens here.
const releaseTimeout = 3 * time.Second

// dispatch puts a request into the mailbox of its grain, which it activates if
// need be. It never blocks.
func (m *Member) dispatch(r *request) {
	now := m.lease.now()
	r.posted = now
	if !m.lease.validAt(now) {
		r.refuse()
		return
	}
	s := m.table.shard(r.hash)
	s.mu.Lock()
	a := s.active[r.id]
	if a == nil {
		if a = m.activate(s, r.id, r.hash, now); a == nil {
			s.mu.Unlock()
			r.refuse()
			return
		}
	}
	box := &a.mailbox
	if a.state != active {
		box = &a.transit.pending
	}
	full := int(box.length) >= m.cfg.MailboxLimit
	start := !full && box.put(r) && a.state == active
	s.mu.Unlock()
	switch {
	case full:
		r.end(result{outcome: busy})
	case start:
		m.workers.schedule(a)
	}
}

// activate makes the activation of a grain that this member owns in its view,
// else nil. The shard is locked, so a change of view is either seen here or
// finds the activation.
func (m *Member) activate(s *shard, id grainID, hash uint64, now time.Duration) *activation {
	v := m.view.Load()
	if m.kinds[id.kind] == nil || !m.owns(v, id, hash) || s.refuses(id, v.seq, now) {
		return nil
	}
	a := &activation{id: id, hash: hash, lastUsed: now}
	if m.table.add(s, a) > m.cfg.Warm {
		select {
		case m.crowded <- struct{}{}:
		default:
		}
	}
	if former := v.formerOwners(v.peer(m.id), id, hash, now, m.cfg.handoffWindow()); len(former) > 0 {
		a.state, a.transit = waiting, &transit{}
		go m.await(a, former)
	}
	return a
}

func (m *Member) owns(v *view, id grainID, hash uint64) bool {
	o := v.owner(id, hash)
	return o != nil && o.id == m.id
}

// await is takeOver on a goroutine of its own. Should that panic, who waits for
// the grain looks for its owner again.
func (m *Member) await(a *activation, former []*peer) {
	if !m.guard("take over", func() { m.takeOver(a, former) }) {
		m.answerWaiting(m.table.remove(a))
	}
}

// takeOver waits until the former owners have let go, then activates.
func (m *Member) takeOver(a *activation, former []*peer) {
	ctx, cancel := context.WithTimeout(m.base, releaseTimeout)
	defer cancel()
	var wg sync.WaitGroup
	for _, p := range former {
		wg.Go(func() {
			m.guard("release", func() {
				if err := m.net.release(ctx, p, a.id); err != nil {
					m.log.Warn("former owner did not release", "kind", a.id.kind, "member", p.id, "error", err)
				}
			})
		})
	}
	wg.Wait()

	if t := m.begin(a); t != nil {
		m.answerWaiting(t)
	}
}

// begin starts a grain that waited for its former owners, or gives it up and
// returns what waited for it: it was asked for elsewhere, or is not ours any more.
func (m *Member) begin(a *activation) *transit {
	s := m.table.shard(a.hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(a.transit.gone) > 0 || !m.owns(m.view.Load(), a.id, a.hash) {
		return m.table.drop(s, a)
	}
	// Under the lock: they stay ahead of later ones.
	a.state, a.mailbox, a.transit = active, a.transit.pending, nil
	if a.mailbox.running {
		m.workers.schedule(a)
	}
	return nil
}

// letGo releases a grain for another member and calls gone when it has left
// memory here. From then on, until the view changes, this member refuses it.
func (m *Member) letGo(id grainID, gone func()) {
	hash := id.hash()
	s := m.table.shard(hash)
	s.mu.Lock()
	s.refused[id] = refusal{view: m.view.Load().seq, until: m.lease.now() + refusalTime}
	a := s.active[id]
	if a == nil {
		s.mu.Unlock()
		gone()
		return
	}
	start := a.state == active && a.release()
	a.transit.gone = append(a.transit.gone, gone)
	s.mu.Unlock()
	if start {
		m.workers.schedule(a)
	}
}

// Release has the activations here that pick selects leave memory, each after what its
// mailbox holds. The next message to one of them activates it anew. It does not wait.
func (m *Member) Release(pick func(kind, key string) bool) {
	m.releaseWhere(func(a *activation) bool { return pick(a.id.kind, a.id.key) })
}

// releaseWhere sends away the activations that pick selects.
func (m *Member) releaseWhere(pick func(*activation) bool) {
	for _, a := range m.table.release(pick) {
		m.workers.schedule(a)
	}
}

// setView makes v the view of this member and sends away what it owns no more.
func (m *Member) setView(v *view) {
	m.viewMu.Lock()
	defer m.viewMu.Unlock()
	old := m.view.Load()
	if old.same(v) {
		return
	}
	v.seq = old.seq + 1
	m.view.Store(v)
	m.noteLost(old, v)
	m.releaseWhere(func(a *activation) bool { return !m.owns(v, a.id, a.hash) })
	if m.net != nil {
		m.net.viewChanged(v)
	}
	if m.cfg.OnView != nil {
		m.cfg.OnView()
	}
}

// noteLost keeps who is in the view no more, for as long as a lease of theirs can
// run and some more. Those who left have no row, and are harmless here.
func (m *Member) noteLost(old, now *view) {
	at := m.lease.now()
	for _, p := range old.peers {
		m.lost[p.id] = at
	}
	for _, p := range now.peers {
		delete(m.lost, p.id)
	}
	maps.DeleteFunc(m.lost, func(_ string, since time.Duration) bool { return at-since > m.cfg.handoffWindow() })
}

// sweep passivates until the member stops: what is idle, and what was used least
// recently when there are too many. Idle times are spread by a quarter either way, so
// that a burst of activations does not end as one.
func (m *Member) sweep() {
	defer m.background.Done()
	tick := time.NewTicker(min(max(m.cfg.Idle/10, 10*time.Millisecond), 30*time.Second))
	defer tick.Stop()
	for {
		select {
		case <-m.base.Done():
			return
		case <-tick.C:
		case <-m.crowded:
		}
		m.guard("sweep", m.sweepOnce)
	}
}

// sweepOnce ends activations one after the other: thousands of goroutines at once
// would take the memory that is to be freed. One that is at work stays.
func (m *Member) sweepOnce() {
	now := m.lease.now()
	cold := m.table.cold(m.cfg.Warm)
	for _, a := range m.table.release(func(a *activation) bool {
		idle := m.cfg.Idle*3/4 + time.Duration(a.hash%1024)*(m.cfg.Idle/2)/1024
		return !a.mailbox.running && (a.lastUsed < cold || now-a.lastUsed > idle)
	}) {
		m.run(a)
	}
	m.table.forget(now)
}
