package load

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// calm sends by a schedule and adds how long a request takes to be answered and
// to be accepted by Meta.
func (d *desk) calm(ctx context.Context, r *runner, s *site, m *meta, into *Result) error {
	plan := schedule{time.Now(), 0, outboundCalms, outboundCalm}
	take := plan.jobs(ctx)
	err := d.each(ctx, r.Connections, outboundCalms, func(t *thread, _ int) error {
		j, ok := take()
		if !ok {
			return ctx.Err()
		}
		return d.send(ctx, t, int(j.first), j.at)
	})
	if err != nil {
		return err
	}
	if _, err := d.awaitStatuses(ctx, s, m, outboundCalms); err != nil {
		return err
	}
	into.note("times at %d requests a second, from the scheduled moment; costs include the simulated Meta", outboundCalm)
	into.percentiles("request to answer", &d.answer)
	return d.tell(ctx, s, into, "request to accepted by Meta")
}

// flood sends as fast as answers come, and waits for the last status.
func (d *desk) flood(ctx context.Context, r *runner, s *site, m *meta, into *Result) error {
	clear(d.sent)
	requests := m.requests.Load()
	before, err := s.meter.read(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	err = d.each(ctx, r.Connections, r.Sends, func(t *thread, n int) error {
		return d.send(ctx, t, outboundCalms+n, time.Now())
	})
	if err != nil {
		return err
	}
	asked := time.Since(began)
	done, err := d.awaitStatuses(ctx, s, m, outboundCalms+int64(r.Sends))
	if err != nil && !errors.Is(err, ErrWrong) {
		return err
	}
	after, readErr := s.meter.read(ctx)
	if readErr != nil {
		return readErr
	}
	into.rate("requests answered", int64(r.Sends), asked)
	into.rate("round trips", done-outboundCalms, after.at.Sub(began))
	before.costs(into, "", "round trip", after, int64(r.Sends))
	before.whereItGoes(into, "round trip", after, int64(r.Sends))
	into.add("conversations", float64(len(d.threads)), "")
	if extra := m.requests.Load() - requests - int64(r.Sends); extra != 0 {
		into.note("Meta got %+d requests more than there were sends", extra)
	}
	into.check(err == nil, "%d of %d sends have all their statuses", done-outboundCalms, r.Sends)
	return errors.Join(into.wrong(), d.failures(ctx, s, into))
}

// awaitStatuses waits until this many sends have their three statuses and returns how
// many do. It gives up, with ErrWrong, when that takes too long. While Meta has
// webhooks to deliver it does not count: that would be a cost of the measurement.
func (d *desk) awaitStatuses(ctx context.Context, s *site, m *meta, want int64) (int64, error) {
	const query = `SELECT count(*) FROM message_status
		WHERE sent_at IS NOT NULL AND delivered_at IS NOT NULL AND read_at IS NOT NULL`
	for end := time.Now().Add(outboundSlow); ; {
		over := time.Now().After(end)
		if over || m.sim.Load().Pending() == 0 {
			var done int64
			if err := s.meter.one(ctx, query, nil, &done); err != nil {
				return 0, err
			}
			if done >= want {
				return done, nil
			}
			if over {
				return done, fmt.Errorf("%d of %d sends have their statuses: %w", done, want, ErrWrong)
			}
		}
		if !pause(ctx, pollEvery) {
			return 0, fmt.Errorf("wait for the statuses of %d sends: %w", want, ctx.Err())
		}
	}
}

// tell adds how long the sends took until Meta accepted them, by the engine's
// record.
func (d *desk) tell(ctx context.Context, s *site, into *Result, name string) error {
	rows, err := s.meter.conn.Query(ctx, `SELECT message_id, accepted_at FROM message_status WHERE accepted_at IS NOT NULL`)
	if err != nil {
		return fmt.Errorf("read acceptances: %w", err)
	}
	defer rows.Close()
	var h histogram
	for rows.Next() {
		var id string
		var at time.Time
		if err := rows.Scan(&id, &at); err != nil {
			return fmt.Errorf("read acceptances: %w", err)
		}
		if began, ok := d.sent[id]; ok {
			h.add(at.Sub(began))
		}
	}
	into.percentiles(name, &h)
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read acceptances: %w", err)
	}
	return nil
}

// failures checks that Meta refused nothing and nothing was left unknown.
func (d *desk) failures(ctx context.Context, s *site, into *Result) error {
	var failed, ambiguous, problems int64
	err := s.meter.one(ctx, `SELECT (SELECT count(*) FROM message_status WHERE failed_at IS NOT NULL),
		(SELECT count(*) FROM message_status WHERE ambiguous_at IS NOT NULL), (SELECT count(*) FROM intake_problem)`,
		nil, &failed, &ambiguous, &problems)
	if err != nil {
		return err
	}
	into.check(failed == 0, "%d sends failed", failed)
	into.check(ambiguous == 0, "%d sends were ambiguous", ambiguous)
	into.check(problems == 0, "%d events in intake_problem", problems)
	return into.wrong()
}
