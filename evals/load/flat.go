package load

import (
	"context"
	"time"
)

// The flat scenario's shape. A window has the same number of messages and of
// conversations wherever it lies, so that only the length of the threads or the
// number of the others differs.
const (
	flatThreads = 200
	flatWindow  = 40 // messages of a thread in a window
	flatFirst   = 5  // messages after which a thread is no longer new
	flatTouched = 1000
	flatEach    = 10 // messages to each touched conversation
)

// flat measures whether the cost of a message depends on how many there were
// before it, in its conversation and in others.
func flat(ctx context.Context, r *runner, into *Result) error {
	into.note("tables are vacuumed before each figure")
	if err := flatLong(ctx, r, into); err != nil {
		return err
	}
	return flatMany(ctx, r, into)
}

// flatLong sends to few conversations and measures around the 10th, 100th, …
// message of each.
func flatLong(ctx context.Context, r *runner, into *Result) error {
	middles := []int64{10, 100, 1000}
	if r.Full {
		middles = append(middles, 10_000)
	}
	return r.with(ctx, Options{}, func(s *site) error {
		t := &traffic{tag: "long", numbers: s.Numbers, contact: rounds(flatThreads)}
		f := flatRun{r: r, s: s, calls: r.callers(s, t)}
		for _, middle := range middles {
			from := max(flatFirst, middle-flatWindow/2)
			if err := f.until(ctx, from*flatThreads); err != nil {
				return err
			}
			name := "about message " + number(float64(middle)) + " of a conversation: "
			if err := f.window(ctx, into, name, (from+flatWindow)*flatThreads); err != nil {
				return err
			}
		}
		got, err := s.meter.stored(ctx, t)
		if err != nil {
			return err
		}
		return got.check(into, f.acked, f.unacked, 0)
	})
}

// flatMany measures messages to conversations that are not in memory, among more
// and more others.
func flatMany(ctx context.Context, r *runner, into *Result) error {
	sizes := []int64{1000, 10_000, 100_000}
	if r.Full {
		sizes = append(sizes, 1_000_000)
	}
	return r.with(ctx, Options{}, func(s *site) error {
		template := &traffic{tag: "tmpl", numbers: s.Numbers, contact: rounds(1)}
		one := flatRun{r: r, s: s, calls: r.callers(s, template)}
		if err := one.until(ctx, 1); err != nil {
			return err
		}
		have := int64(1) // contact 0 is the template of the others
		for _, size := range sizes {
			r.Progress("flat: fill up to " + number(float64(size)) + " conversations")
			if err := s.meter.fill(ctx, s.Numbers, have, size-1); err != nil {
				return err
			}
			stride, from := (size-have)/flatTouched, have
			t := &traffic{tag: "many" + string(appendPadded(nil, size, 7)), numbers: s.Numbers, contact: func(n int64) int64 {
				return from + n%flatTouched*max(1, stride)%(size-from)
			}}
			f := flatRun{r: r, s: s, calls: r.callers(s, t)}
			if err := f.window(ctx, into, "among "+number(float64(size))+" conversations: ", flatTouched*flatEach); err != nil {
				return err
			}
			got, err := s.meter.stored(ctx, t)
			if err != nil {
				return err
			}
			into.check(got.messages >= f.acked, "%d messages acknowledged, %d stored: lost", f.acked, got.messages)
			into.check(got.problems == 0, "%d events in intake_problem", got.problems)
			have = size
		}
		return into.wrong()
	})
}

// flatRun sends message after message and waits at the ends of windows.
type flatRun struct {
	r              *runner
	s              *site
	calls          *callers
	next           int64
	acked, unacked int64
}

// until sends up to a message and waits until grains have committed them.
func (f *flatRun) until(ctx context.Context, end int64) error {
	if end <= f.next {
		return nil
	}
	sent, err := f.calls.run(ctx, upTo(ctx, f.next, end-f.next))
	if err != nil {
		return err
	}
	f.next, f.acked, f.unacked = end, f.acked+sent.acked, f.unacked+sent.unacked
	return f.s.meter.applied(ctx)
}

// window sends up to a message and adds what each of those cost. The tables are
// vacuumed before: in life, weeks lie between the messages that are seconds apart
// here, and old versions of a conversation's row would be long gone.
func (f *flatRun) window(ctx context.Context, into *Result, name string, end int64) error {
	if err := f.s.meter.vacuum(ctx, "conversation", "event", "message", "intake_source", "pace"); err != nil {
		return err
	}
	before, err := f.s.meter.read(ctx)
	if err != nil {
		return err
	}
	first, began := f.acked, time.Now()
	if err := f.until(ctx, end); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := f.s.meter.read(ctx)
	if err != nil {
		return err
	}
	into.rate(name+"committed", f.acked-first, took)
	before.costs(into, name, "msg", after, f.acked-first)
	return nil
}
