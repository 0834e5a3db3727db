package effects_test

import (
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestTimersRingOnceForOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	timers := effects.NewTimers(pool)
	pgtest.Exec(t, pool, `INSERT INTO timer SELECT '100', 'c' || i, 'sla', now() - i * interval '1 s', now() - i * interval '1 s'
		FROM generate_series(-5, 50) i`)
	var group errgroup.Group
	lists := make([][]effects.DueTimer, 4)
	for n := range lists {
		group.Go(func() (err error) {
			lists[n], err = timers.Due(t.Context(), 15)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[wa.ConversationKey]int{}
	for _, due := range slices.Concat(lists...) {
		seen[due.Key]++
		if due.DueAt.After(due.DBNow) || seen[due.Key] > 1 {
			t.Fatalf("%v rang %d times, due %v at %v", due.Key, seen[due.Key], due.DueAt, due.DBNow)
		}
	}
	for due := []effects.DueTimer(nil); len(seen) < 51; { // one who skipped locked rows may have left some
		var err error
		if due, err = timers.Due(t.Context(), 100); err != nil || len(due) == 0 {
			t.Fatalf("%d alarms rang, want 51 (%v)", len(seen), err)
		}
		for _, d := range due {
			seen[d.Key]++
		}
	}
	if due, _ := timers.Due(t.Context(), 100); len(due) != 0 {
		t.Errorf("%d rang again at once", len(due))
	}
	pgtest.Exec(t, pool, `UPDATE timer SET next_try = next_try - interval '31 s'`)
	if due, _ := timers.Due(t.Context(), 100); len(due) < 51 {
		t.Errorf("%d rang again after 30 s, want at least 51", len(due))
	}
}
