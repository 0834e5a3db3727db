package cluster

import "runtime/debug"

// guard does one piece of work whose panic ends that work and nothing else: it is
// logged and counted, and guard says so. What a member stands on (its lease, its
// view) is not guarded: without them it must not go on.
func (m *Member) guard(what string, work func()) (ended bool) {
	defer func() {
		if p := recover(); p != nil {
			m.metrics.panicked(what)
			m.log.Error("work panicked", "work", what, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	work()
	return true
}
