package cluster

// mailbox is what waits for one grain, first come first served: a list through the
// requests, so that a grain with nothing to do keeps no room for them. The library's
// actors are not used for grains: each took 750 bytes and a place in a registry for
// what is four words here.
//
// A mailbox takes requests only while its activation is active. So nothing ever
// stands behind a release: an activation that lets go ends when its mailbox is empty,
// and what comes meanwhile waits in transit.
type mailbox struct {
	first, last *request
	length      int32
	running     bool // some goroutine takes from it, and looks again before it ends
}

// put appends a request and says whether somebody has to be sent to run the mailbox.
// The shard is locked.
func (b *mailbox) put(r *request) (start bool) {
	if b.last == nil {
		b.first = r
	} else {
		b.last.next = r
	}
	b.last = r
	b.length++
	return b.start()
}

// start marks the mailbox as running and says whether it was not. The shard is locked.
func (b *mailbox) start() bool {
	was := b.running
	b.running = true
	return !was
}

// take removes the first request, nil if there is none. The shard is locked.
func (b *mailbox) take() *request {
	r := b.first
	if r == nil {
		return nil
	}
	if b.first, r.next = r.next, nil; b.first == nil {
		b.last = nil
	}
	b.length--
	return r
}

// run takes from the mailbox of an activation until it is empty, and then ends the
// activation if it is to let go. One goroutine at a time does.
func (m *Member) run(a *activation) {
	for {
		now := m.lease.now()
		r, ended := m.table.next(a, now)
		switch {
		case r != nil:
			// What panics outside of the grain is lost alone: the mailbox runs on.
			m.guard("message", func() { m.serve(a, r, now) })
		case ended:
			m.guard("release", func() { m.finish(a) })
			return
		default:
			return
		}
	}
}
