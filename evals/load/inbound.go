package load

import (
	"context"
	"time"
)

// bare posts as fast as possible to an engine that only verifies and stores.
func bare(ctx context.Context, r *runner, into *Result) error {
	return r.with(ctx, Options{Bare: true}, func(s *site) error {
		t := &traffic{tag: "bare", numbers: s.Numbers, contact: rounds(r.Contacts)}
		before, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		began := time.Now()
		sent, err := r.callers(s, t).run(ctx, untilTime(ctx, 0, began.Add(r.Duration)))
		took := time.Since(began)
		if err != nil {
			return err
		}
		after, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		into.rate("acknowledged", sent.acked, took)
		into.percentiles("answer", &sent.latency)
		before.costs(into, "", "msg", after, sent.acked)
		sent.troubles(into)
		var rows int64
		if err := s.meter.one(ctx, `SELECT count(*) FROM intake`, nil, &rows); err != nil {
			return err
		}
		into.check(rows >= sent.posts, "%d webhooks acknowledged, %d stored: lost", sent.posts, rows)
		return into.wrong()
	})
}

// inbound posts the first message of every contact to a cold engine, waits until
// grains have committed them, goes on for a while, and waits again: what a first
// message costs and what a later one does are two figures.
func inbound(ctx context.Context, r *runner, into *Result) error {
	return r.with(ctx, Options{}, func(s *site) error {
		t := &traffic{tag: "load", numbers: s.Numbers, contact: rounds(r.Contacts)}
		before, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		calls, began := r.callers(s, t), time.Now()
		cold, err := calls.run(ctx, upTo(ctx, 0, int64(r.Contacts)))
		if err != nil {
			return err
		}
		coldEnd := time.Now()
		if err := s.meter.applied(ctx); err != nil {
			return err
		}
		between, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		warmBegan := time.Now()
		warm, err := calls.run(ctx, untilTime(ctx, int64(r.Contacts), warmBegan.Add(r.Duration)))
		if err != nil {
			return err
		}
		end := time.Now()
		if err := s.meter.applied(ctx); err != nil {
			return err
		}
		after, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		got, err := s.meter.stored(ctx, t)
		if err != nil {
			return err
		}
		into.rate("acknowledged, first messages", cold.acked, coldEnd.Sub(began))
		into.rate("acknowledged, later messages", warm.acked, end.Sub(warmBegan))
		before.costs(into, "first messages: ", "msg", between, cold.acked)
		between.costs(into, "later messages: ", "msg", after, warm.acked)
		before.whereItGoes(into, "first message", between, cold.acked)
		between.whereItGoes(into, "later message", after, warm.acked)
		cold.merge(warm)
		into.rate("acknowledged", cold.acked, end.Sub(began))
		into.rate("committed through grains", got.messages, got.last.Sub(began))
		into.add("committed after the last answer", max(0, got.last.Sub(end).Seconds()), "s")
		into.percentiles("answer", &cold.latency)
		before.costs(into, "", "msg", after, got.messages)
		cold.troubles(into)
		into.add("messages", float64(got.messages), "")
		r.resident(ctx, into)
		return got.check(into, cold.acked, cold.unacked, 0)
	})
}

// resident adds what the process keeps of the machine's memory when the flood has
// just ended, and when it has rested. Generator and simulated Meta are in it.
func (r *runner) resident(ctx context.Context, into *Result) {
	for _, moment := range []struct {
		name string
		rest time.Duration
	}{{"resident memory after the flood", 0}, {"resident memory " + r.Rest.String() + " later", r.Rest}} {
		if moment.rest > 0 && !pause(ctx, moment.rest) {
			return
		}
		if bytes := residentBytes(); bytes > 0 {
			into.add(moment.name, float64(bytes)/(1<<20), "MB")
		}
	}
}

// troubles notes what had to be sent again.
func (t *tally) troubles(into *Result) {
	if t.refused+t.broken+t.unacked > 0 {
		into.note("%d refused, %d broken off and sent again; %d given up", t.refused, t.broken, t.unacked)
	}
}

// interleaved runs bare and inbound in turn, so that a machine that others slow
// down slows both.
func interleaved(ctx context.Context, r *runner, into *Result) error {
	var bares, inbounds []Result
	for range r.Rounds {
		for _, part := range []struct {
			run  func(context.Context, *runner, *Result) error
			list *[]Result
		}{{bare, &bares}, {inbound, &inbounds}} {
			var one Result
			err := part.run(ctx, r, &one)
			into.Wrong, into.Notes = append(into.Wrong, one.Wrong...), append(into.Notes, one.Notes...)
			if err != nil {
				return err
			}
			*part.list = append(*part.list, one)
		}
	}
	var ratios []float64
	for i := range bares {
		through, _ := inbounds[i].Value("committed through grains")
		alone, _ := bares[i].Value("acknowledged")
		ratios = append(ratios, through/alone)
	}
	into.medians("bare: ", bares)
	into.medians("inbound: ", inbounds)
	into.add("committed through grains to bare", median(ratios), "")
	into.note("medians of %d rounds", r.Rounds)
	return nil
}

// faults sends what Meta does on a bad day and counts that each message entered
// once.
func faults(ctx context.Context, r *runner, into *Result) error {
	return r.with(ctx, Options{}, func(s *site) error {
		contacts := min(r.Contacts, faultContacts)
		t := &traffic{tag: "flt", numbers: s.Numbers, contact: rounds(contacts)}
		messages := min(faultMessages, faultEach*int64(r.Contacts))
		jobs := badDay(messages, r.Seed)
		began := time.Now()
		sent, err := r.callers(s, t).run(ctx, inOrder(ctx, jobs))
		if err != nil {
			return err
		}
		if err := s.meter.applied(ctx); err != nil {
			return err
		}
		got, err := s.meter.stored(ctx, t)
		if err != nil {
			return err
		}
		into.rate("distinct messages committed", got.messages, got.last.Sub(began))
		into.add("messages acknowledged", float64(sent.acked), "")
		into.add("distinct messages", float64(got.distinct), "")
		sent.troubles(into)
		return got.check(into, messages-sent.unacked, sent.unacked, 0)
	})
}
