package effects_test

import (
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestAlarmsRingOnceForOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	alarms := effects.NewAlarms(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO alarm SELECT 'Conversation:100:c' || i, 7, now() - i * interval '1 s', now() - i * interval '1 s'
		FROM generate_series(-5, 50) i`)
	var group errgroup.Group
	lists := make([][]effects.DueAlarm, 4)
	for n := range lists {
		group.Go(func() (err error) {
			lists[n], _, err = alarms.Due(t.Context(), 15)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, due := range slices.Concat(lists...) {
		if seen[due.Grain]++; seen[due.Grain] > 1 || due.Version != 7 || due.Now.IsZero() {
			t.Fatalf("%v rang %d times", due, seen[due.Grain])
		}
	}
	for due := []effects.DueAlarm(nil); len(seen) < 51; { // one who skipped locked rows may have left some
		var err error
		if due, _, err = alarms.Due(t.Context(), 100); err != nil || len(due) == 0 {
			t.Fatalf("%d alarms rang, want 51 (%v)", len(seen), err)
		}
		for _, d := range due {
			seen[d.Grain]++
		}
	}
	if due, _, _ := alarms.Due(t.Context(), 100); len(due) != 0 {
		t.Errorf("%d rang again at once", len(due))
	}
	pgtest.Exec(t, pool, `UPDATE alarm SET next_try = next_try - interval '31 s'`)
	if due, _, _ := alarms.Due(t.Context(), 100); len(due) < 51 {
		t.Errorf("%d rang again after 30 s, want at least 51", len(due))
	}
}

// Whoever rings sleeps until the next alarm is due, also beyond those that it took.
func TestDueAlarmsTellTheNext(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	alarms := effects.NewAlarms(pool, nil)
	wait := func() time.Duration {
		_, wait, err := alarms.Due(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		return wait
	}
	if got := wait(); got != 30*time.Second {
		t.Errorf("without any alarm: %s", got)
	}
	pgtest.Exec(t, pool, `INSERT INTO alarm SELECT 'Conversation:100:c' || i, 1, now(), now() - i * interval '1 h' FROM generate_series(0, 1) i`)
	if got := wait(); got > 0 {
		t.Errorf("one is due and was not taken: %s", got)
	}
	if got := wait(); got <= 0 || got > 30*time.Second {
		t.Errorf("both were taken: %s", got)
	}
}

// The answer of a grain moves its alarm, unless a later version has set it.
func TestRungAlarmsAreMoved(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	alarms := effects.NewAlarms(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO alarm SELECT 'Conversation:100:c' || i, i, '2030-01-01', now() FROM generate_series(1, 4) i`)
	next := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	err := alarms.Rung(t.Context(), []effects.Rung{
		{Grain: "Conversation:100:c1", Version: 3, Next: next},
		{Grain: "Conversation:100:c2", Version: 2},
		{Grain: "Conversation:100:c3", Version: 2, Next: next},
		{Grain: "Conversation:100:c4", Version: 3},
		{Grain: "Conversation:100:c5", Version: 9, Next: next},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got string
	err = pool.QueryRow(t.Context(), `SELECT string_agg(right(grain, 2) || ' ' || version || ' ' || extract(year FROM due_at), ', ' ORDER BY grain)
		FROM alarm`).Scan(&got)
	if want := "c1 3 2031, c3 3 2030, c4 4 2030"; err != nil || got != want {
		t.Errorf("alarms %s (%v), want %s", got, err, want)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM alarm WHERE next_try = due_at`); n != 1 {
		t.Errorf("%d ring when they are due, want the one that was moved", n)
	}
}
