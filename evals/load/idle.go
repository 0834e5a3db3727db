package load

import (
	"context"
	"runtime"
)

// idle measures what a conversation costs that is in memory and does nothing.
// The heap's growth includes what the relay's directory remembers of the
// contacts.
func idle(ctx context.Context, r *runner, into *Result) error {
	return r.with(ctx, Options{}, func(s *site) error {
		heap := s.HeapBytes
		if heap == nil {
			heap = heapBytes
		}
		before := heap()
		t := &traffic{tag: "idle", numbers: s.Numbers, contact: rounds(r.Contacts)}
		sent, err := r.callers(s, t).run(ctx, upTo(ctx, 0, int64(r.Contacts)))
		if err != nil {
			return err
		}
		if err := s.meter.applied(ctx); err != nil {
			return err
		}
		var state float64
		if err := s.meter.one(ctx, `SELECT coalesce(avg(octet_length(snapshot)), 0)::float8 FROM conversation`, nil, &state); err != nil {
			return err
		}
		after := heap()
		active := r.Contacts
		if s.Activations != nil {
			active = s.Activations()
		} else {
			into.note("activations are not told: all conversations are taken for active")
		}
		each := (float64(after) - float64(before)) / float64(active)
		into.add("activations", float64(active), "")
		into.add("heap", float64(after), "B")
		into.add("heap for each conversation", each, "B")
		into.add("state of each, as stored", state, "B")
		into.add("beyond its state", each-state, "B")
		sent.troubles(into)
		into.check(active > 0, "no conversation is in memory")
		return into.wrong()
	})
}

// heapBytes is what this process has in use after a collection, stacks included.
func heapBytes() uint64 {
	runtime.GC()
	runtime.GC() // what the first one's finalizers let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
