package persistence_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Whoever moves business time has it at once, every other member and the next start
// find it moved, and it never goes back.
func TestClockIsTheDatabases(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	open := func() *persistence.Clock {
		c, err := persistence.OpenClock(t.Context(), pool)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	mover, other := open(), open()
	if mover.Ahead() != 0 || (*persistence.Clock)(nil).Ahead() != 0 {
		t.Error("a clock that nobody moved is ahead")
	}
	seen := make(chan time.Duration, 4)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		other.Run(ctx, slog.New(slog.DiscardHandler), func() { seen <- other.Ahead() })
	}()
	for _, ahead := range []time.Duration{25 * time.Hour, 25*time.Hour + time.Microsecond} {
		if err := mover.Set(t.Context(), ahead); err != nil || mover.Ahead() != ahead {
			t.Fatalf("%s after a move to %s: %v", mover.Ahead(), ahead, err)
		}
		if got := <-seen; got != ahead {
			t.Errorf("the other member hears of %s, want %s", got, ahead)
		}
	}
	stop()
	<-ended
	err := mover.Set(t.Context(), time.Hour)
	if !errors.Is(err, persistence.ErrBackwards) || !strings.Contains(err.Error(), "remedy: ") || mover.Ahead() < 25*time.Hour {
		t.Errorf("back by a day: %v, %s ahead", err, mover.Ahead())
	}
	if next := open(); next.Ahead() != mover.Ahead() {
		t.Errorf("the next start is %s ahead, want %s", next.Ahead(), mover.Ahead())
	}
	if noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC); mover.Of(noon).Sub(noon) != mover.Ahead() {
		t.Errorf("noon is %s in business time", mover.Of(noon))
	}
	var now time.Duration
	if err := pool.QueryRow(t.Context(), `SELECT `+persistence.BusinessNow+` - now()`).Scan(&now); err != nil || now != mover.Ahead() {
		t.Errorf("statements are %s ahead (%v), want %s", now, err, mover.Ahead())
	}
}

// A clock that does not reach the database goes on as it was.
func TestClockGoesOnWithoutADatabase(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	c, err := persistence.OpenClock(t.Context(), pool)
	if err == nil {
		err = c.Set(t.Context(), time.Hour)
	}
	if err != nil {
		t.Fatal(err)
	}
	pool.Close()
	if err := c.Set(t.Context(), 2*time.Hour); err == nil || c.Ahead() != time.Hour {
		t.Errorf("a move that nobody stored: %v, %s ahead", err, c.Ahead())
	}
}

// The clock of a demo of before stays where it was left, and so does all that waits.
func TestMigrationKeepsADemosClock(t *testing.T) {
	t.Parallel()
	pool := migratedTo(t, 17)
	pgtest.Exec(t, pool, `
		CREATE SCHEMA prosa_demo;
		CREATE TABLE prosa_demo.state (told boolean NOT NULL, ahead interval NOT NULL DEFAULT '0');
		INSERT INTO prosa_demo.state VALUES (true, '25 h');
		INSERT INTO alarm VALUES ('Conversation:100:c1', 1, '2030-01-01', '2030-01-02');
		INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
		VALUES (1, '100', 'c1', 'm1', 1, 2, 0, 0, '2030-01-03', '2030-01-04', ''), (2, '100', 'c1', 'm2', 1, 0, 0, 0, 'infinity', NULL, '')`)
	if err := persistence.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	var got string
	err := pool.QueryRow(t.Context(), `SELECT concat_ws(', ', (SELECT ahead FROM installation), due_at - '2030-01-01', next_try - '2030-01-02',
			(SELECT concat(not_before - '2030-01-03', ', ', window_closes_at - '2030-01-04') FROM effect WHERE kind = 1),
			(SELECT concat(not_before, window_closes_at) FROM effect WHERE kind = 2),
			(SELECT count(*) FROM information_schema.columns WHERE table_schema = 'prosa_demo' AND column_name = 'ahead'))
		FROM alarm`).Scan(&got)
	const day = "1 day 01:00:00"
	if want := strings.Join([]string{"25:00:00", day, day, day, day, "infinity", "0"}, ", "); err != nil || got != want {
		t.Errorf("after the migration %q (%v), want %q", got, err, want)
	}
}
