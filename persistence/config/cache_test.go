package config_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// cached is a member's cache, and its machine's clock, which the test moves.
type cached struct {
	*config.Cache
	kinds setting.Kinds
	clock time.Time
}

func newCached(docs *config.Documents, clock time.Time) *cached {
	c := &cached{kinds: docs.Kinds(), clock: clock}
	c.Cache = config.NewCache(docs, func() time.Time { return c.clock }, slog.New(slog.DiscardHandler))
	return c
}

func (c *cached) reads(t *testing.T) *cached {
	t.Helper()
	if err := c.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// media is what a tenant has configured, with the version of it.
func (c *cached) media(t *testing.T, tenant wa.TenantID) (days int, version int64) {
	t.Helper()
	m, version, err := config.Held(c.Cache, c.kinds.Media, tenant)
	if err != nil {
		t.Fatal(err)
	}
	return m.KeepDays, version
}

// to moves the machine's clock to where it takes the database's to be at an instant.
func (c *cached) to(t *testing.T, instant time.Time) {
	t.Helper()
	_, now, err := c.Of("acme")
	if err != nil {
		t.Fatal(err)
	}
	c.clock = c.clock.Add(instant.Sub(now))
}

// hold has all versions hold since a second.
func hold(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	pgtest.Exec(t, pool, `UPDATE config SET effective_from = clock_timestamp() - interval '1 s'`)
	pgtest.Exec(t, pool, `UPDATE config_head SET rev = rev + 1`)
}

// ahead has members read of the versions after one before they hold: each half a second
// after the one before, a time that a test need not wait for. It returns when the next
// is to hold. A machine that was too busy for that tries again.
func ahead(t *testing.T, pool *pgxpool.Pool, version int64, members ...*cached) time.Time {
	t.Helper()
	for {
		pgtest.Exec(t, pool, `UPDATE config SET effective_from = clock_timestamp() + (version - $1) * interval '500 ms' WHERE version > $1`, version)
		pgtest.Exec(t, pool, `UPDATE config_head SET rev = rev + 1`)
		var next time.Time
		if err := pool.QueryRow(t.Context(), `SELECT min(effective_from) FROM config WHERE version > $1`, version).Scan(&next); err != nil {
			t.Fatal(err)
		}
		late := false
		for _, m := range members {
			_, now, err := m.reads(t).Of("acme")
			late = late || err != nil || !now.Before(next)
		}
		if !late {
			return next
		}
	}
}

// Members whose clocks are decades apart know of a version before it holds, and switch
// at one instant of the database's clock, having asked nobody meanwhile.
func TestAllMembersSwitchAtOneInstant(t *testing.T) {
	t.Parallel()
	docs, pool := tenants(t)
	publish(t, docs, days("acme", "ada", 0, 30))
	hold(t, pool)
	publish(t, docs, days("acme", "ada", 1, 60))
	members := []*cached{
		newCached(docs, time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)), newCached(docs, time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)),
	}
	instant := ahead(t, pool, 1, members...)
	for _, c := range []struct {
		at   time.Time
		days int
	}{{instant.Add(-time.Microsecond), 30}, {instant, 60}, {instant.Add(time.Second), 60}} {
		for n, m := range members {
			m.to(t, c.at)
			if got, _ := m.media(t, "acme"); got != c.days {
				t.Errorf("%s from the instant on member %d keeps files for %d days, want %d", c.at.Sub(instant), n, got, c.days)
			}
			if got, version := m.media(t, "other"); got != 90 || version != 0 {
				t.Errorf("member %d keeps another's files for %d days, version %d", n, got, version)
			}
		}
	}
}

// Publications within one lead follow each other, each at its time.
func TestPublicationsInAHurryHoldInTurn(t *testing.T) {
	t.Parallel()
	docs, pool := tenants(t)
	for n := range 3 {
		publish(t, docs, days("acme", "ada", int64(n), 10*(n+1)))
	}
	m := newCached(docs, time.Now())
	ahead(t, pool, 0, m)
	all, err := docs.History(t.Context(), "acme", "media", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := m.media(t, "acme"); got != 90 {
		t.Errorf("before any holds: %d days", got)
	}
	for n := len(all) - 1; n >= 0; n-- {
		m.to(t, all[n].EffectiveFrom)
		if _, version := m.media(t, "acme"); version != all[n].Version {
			t.Errorf("version %d holds, want %d", version, all[n].Version)
		}
	}
}

// A member that has not read for too long might hold what holds no more: it has no
// answer, until it reads again.
func TestWhoHasNotReadHasNoAnswer(t *testing.T) {
	t.Parallel()
	docs, _ := tenants(t)
	m := newCached(docs, time.Now())
	behind := func(what string, want bool) {
		t.Helper()
		if _, _, err := m.Of("acme"); errors.Is(err, config.ErrBehind) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	behind("never read", true)
	m.reads(t)
	behind("just read", false)
	m.clock = m.clock.Add(2 * time.Second)
	behind("one reading was missed", false)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Read(ended); err == nil {
		t.Error("read though the caller has gone")
	}
	m.clock = m.clock.Add(time.Second)
	behind("not read for three seconds", true)
	m.reads(t)
	behind("read again", false)
	m.clock = m.clock.Add(-time.Hour)
	behind("its clock went back", true)
}

// What a newer release published is not half understood: nothing is decided by it. What
// else there is holds.
func TestAnUnreadableDocumentDecidesNothing(t *testing.T) {
	t.Parallel()
	docs, pool := tenants(t)
	publish(t, docs, days("acme", "ada", 0, 30))
	publish(t, docs, days("other", "ada", 0, 40))
	pgtest.Exec(t, pool, `UPDATE config SET body = '{"keep_days": 30, "but_not": ["voice"]}' WHERE tenant_id = 'acme'`)
	hold(t, pool)
	m := newCached(docs, time.Now()).reads(t)
	if _, _, err := config.Held(m.Cache, m.kinds.Media, "acme"); !errors.Is(err, setting.ErrUnreadable) {
		t.Errorf("the newer release's document: %v", err)
	}
	if got, _ := m.media(t, "other"); got != 40 {
		t.Errorf("the other tenant keeps files for %d days", got)
	}
}

// A second without news costs one statement for all tenants, and an answer none.
func TestReadingCostsOneStatement(t *testing.T) {
	t.Parallel()
	docs, pool := tenants(t)
	publish(t, docs, days("acme", "ada", 0, 30))
	publish(t, docs, days("other", "ada", 0, 40))
	count := &statements{}
	cfg := pool.Config()
	cfg.ConnConfig.Tracer = count
	traced, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(traced.Close)
	m := newCached(config.New(traced, docs.Kinds()), time.Now())
	for _, step := range []struct {
		what string
		do   func()
		want int
	}{
		{"the first reading", func() { m.reads(t) }, 2},
		{"one without news", func() { m.reads(t) }, 1},
		{"an answer", func() { m.media(t, "acme") }, 0},
		{"one with news of a tenant", func() { publish(t, docs, days("acme", "ada", 1, 50)); m.reads(t) }, 2},
		{"one after a restore", func() { pgtest.Exec(t, pool, `DELETE FROM config_head WHERE tenant_id = 'acme'`); m.reads(t) }, 2},
	} {
		before := count.n
		if step.do(); count.n-before != step.want {
			t.Errorf("%s: %d statements, want %d", step.what, count.n-before, step.want)
		}
	}
	if days, version := m.media(t, "acme"); days != 90 || version != 0 {
		t.Errorf("of a tenant that is gone from the database: %d days, version %d", days, version)
	}
}

// statements counts what is asked through a pool, one at a time.
type statements struct{ n int }

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.n++
	return ctx
}

func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
