package load

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// meter reads what a database says of itself. One goroutine at a time.
type meter struct {
	conn     *pgx.Conn
	counting bool          // the server counts statements
	lag      time.Duration // of our clock behind the database's
}

func openMeter(ctx context.Context, url string) (*meter, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connect to the engine's database: %w", err)
	}
	m := &meter{conn: conn}
	var there time.Time
	began := time.Now()
	if err := m.one(ctx, `SELECT clock_timestamp()`, nil, &there); err != nil {
		m.close(ctx)
		return nil, err
	}
	m.lag = there.Sub(began.Add(time.Since(began) / 2))
	if err := m.countStatements(ctx); err != nil {
		m.close(ctx)
		return nil, err
	}
	return m, nil
}

func (m *meter) close(ctx context.Context) {
	_ = m.conn.Close(ctx) // nothing was written
}

func (m *meter) one(ctx context.Context, query string, args []any, into ...any) error {
	if err := m.conn.QueryRow(ctx, query, args...).Scan(into...); err != nil {
		return fmt.Errorf("read figures of the database: %w", err)
	}
	return nil
}

// serverTimes is processor time of the database server: of all its processes, and
// of those that serve no connection (vacuum, checkpoints).
type serverTimes struct{ all, background time.Duration }

// reading is a moment's totals.
type reading struct {
	at          time.Time
	process     time.Duration // engine and generator
	server      serverTimes
	serverKnown bool
	wal         int64
	statements  map[string]statement // nil: the server does not count them
}

func (m *meter) read(ctx context.Context) (reading, error) {
	r := reading{}
	if err := m.one(ctx, `SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint`, nil, &r.wal); err != nil {
		return r, err
	}
	var err error
	if r.statements, err = m.statements(ctx); err != nil {
		return r, err
	}
	r.server, r.serverKnown = serverTime(m.conn.PgConn().PID())
	r.process, r.at = processTime(), time.Now()
	return r, nil
}

// costs adds what each of n things took between two readings. What the server
// does in the background counts where it falls, and is told apart.
func (r reading) costs(into *Result, name, thing string, after reading, n int64) {
	if n == 0 {
		return
	}
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 / float64(n) }
	if after.process > 0 {
		into.add(name+"engine and generator CPU", each(after.process-r.process), "µs/"+thing)
	}
	if r.serverKnown && after.serverKnown {
		into.add(name+"Postgres CPU", each(after.server.all-r.server.all), "µs/"+thing)
		into.add(name+"Postgres CPU, background part", each(after.server.background-r.server.background), "µs/"+thing)
		into.add(name+"CPU in all", each(after.process-r.process+after.server.all-r.server.all), "µs/"+thing)
	}
	into.add(name+"WAL", float64(after.wal-r.wal)/float64(n), "B/"+thing)
}

// describe notes what server this is.
func (m *meter) describe(ctx context.Context, c *Conditions) error {
	var sync, fsync, buffers string
	err := m.one(ctx, `SELECT current_setting('server_version'), current_setting('fsync'),
		current_setting('synchronous_commit'), current_setting('shared_buffers')`, nil, &c.Postgres, &fsync, &sync, &buffers)
	if err != nil {
		return err
	}
	c.Postgres, _, _ = strings.Cut(c.Postgres, " ")
	c.Settings = map[string]string{"fsync": fsync, "synchronous_commit": sync, "shared_buffers": buffers}
	return nil
}

const (
	pollEvery    = 50 * time.Millisecond
	applyTime    = 2 * time.Minute // without anything new being applied
	recentIntake = `i.day IN ((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date - 1)`
)

// applied waits until every webhook that was taken in was dealt with. It gives
// up when nothing moves.
func (m *meter) applied(ctx context.Context) error {
	const query = `SELECT EXISTS (SELECT FROM intake_source s JOIN intake i USING (source)
		WHERE ` + recentIntake + ` AND i.seq > s.done_upto), (SELECT coalesce(sum(done_upto), 0)::bigint FROM intake_source)`
	var last int64
	moved := time.Now()
	for {
		var open bool
		var done int64
		if err := m.one(ctx, query, nil, &open, &done); err != nil {
			return err
		}
		if !open {
			return nil
		}
		if done != last {
			last, moved = done, time.Now()
		}
		if time.Since(moved) > applyTime {
			return fmt.Errorf("intake has not moved beyond %d for %v: %w", done, applyTime, ErrWrong)
		}
		if !pause(ctx, pollEvery) {
			return fmt.Errorf("wait for intake to be applied: %w", ctx.Err())
		}
	}
}

// stored is what the tables hold of one traffic.
type stored struct {
	messages, distinct int64 // rows and ids
	received           int64 // events of having received one
	problems           int64 // set aside
	last               time.Time
}

// stored counts; last is when the newest commit of a conversation began, by our
// clock.
func (m *meter) stored(ctx context.Context, t *traffic) (stored, error) {
	var s stored
	var last *time.Time
	err := m.one(ctx, `SELECT
		(SELECT count(*) FROM message WHERE starts_with(id, $1)),
		(SELECT count(DISTINCT id) FROM message WHERE starts_with(id, $1)),
		(SELECT count(*) FROM event WHERE type = 'InboundReceived'),
		(SELECT count(*) FROM intake_problem),
		(SELECT max(at) FROM change_log WHERE phone_number_id <> '')`,
		[]any{t.prefix()}, &s.messages, &s.distinct, &s.received, &s.problems, &last)
	s.last = time.Now()
	if last != nil && last.Add(-m.lag).Before(s.last) {
		s.last = last.Add(-m.lag)
	}
	return s, err
}

// check says what is wrong with what is stored: all that was acknowledged must be
// there, what was given up may be. Of the events of receiving a message, others
// are not of this traffic.
func (s stored) check(into *Result, acked, maybe, others int64) error {
	into.check(s.messages >= acked, "%d messages acknowledged, %d stored: lost", acked, s.messages)
	into.check(s.messages <= acked+maybe, "%d messages sent, %d stored: too many", acked+maybe, s.messages)
	into.check(s.distinct == s.messages, "%d rows, %d ids: doubled", s.messages, s.distinct)
	into.check(s.received == s.messages+others, "%d messages, %d events of receiving one", s.messages, s.received-others)
	into.check(s.problems == 0, "%d events in intake_problem", s.problems)
	return into.wrong()
}
