package cluster

import (
	"sync/atomic"
	"time"
)

// graceAfterRenewal is how long a member counts as alive after a renewal
// although nobody holds its session lock. A dropped database session heals
// within it; a kill -9 is noticed after it.
const graceAfterRenewal = 1500 * time.Millisecond

// lease is this member's permission to work, kept on the monotonic clock. The
// zero length never expires: a cluster of one.
type lease struct {
	length  time.Duration
	start   time.Time    // origin of the monotonic instants below
	renewed atomic.Int64 // instant at which the last successful renewal was SENT
	locked  atomic.Bool  // the session lock is held, as far as we know
	lost    atomic.Bool  // fenced, for good
}

// now is the monotonic instant, as time since the lease's origin.
func (l *lease) now() time.Duration { return time.Since(l.start) }

// limit is the age of the last renewal up to which we may work. It ends before
// others may count us dead: they measure from when the renewal arrived, we from
// when it was sent, and a tenth is kept for the rest.
func (l *lease) limit(locked bool) time.Duration {
	if locked {
		return l.length / 10 * 9
	}
	return min(graceAfterRenewal/10*9, l.length/10*9)
}

func (l *lease) age(now time.Duration) time.Duration {
	return now - time.Duration(l.renewed.Load())
}

// validAt says whether work done at this instant is covered by the lease.
func (l *lease) validAt(now time.Duration) bool {
	if l.lost.Load() {
		return false
	}
	return l.length == 0 || l.age(now) < l.limit(l.locked.Load())
}

// overdue says whether the lease must be given up for good.
func (l *lease) overdue(now time.Duration) bool { return l.age(now) >= l.limit(true) }

// renew records a renewal that was sent at this instant and succeeded.
func (l *lease) renew(sent time.Duration) { l.renewed.Store(int64(sent)) }
