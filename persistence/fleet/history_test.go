package fleet_test

import (
	"errors"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// What went through a number is added up for a minute, a day and a month, of members
// that count at the same time; a number of nobody and one of another tenant count nothing.
func TestTraffic(t *testing.T) {
	t.Parallel()
	pool, f := threeNumbers(t)
	var now time.Time
	if err := pool.QueryRow(t.Context(), `SELECT now()`).Scan(&now); err != nil {
		t.Fatal(err)
	}
	other := fleet.New(pool)
	for _, member := range []*fleet.Fleet{f, other} {
		member.Sent("1", now.Add(-50*time.Second))
		member.Count("1", now.Add(-50*time.Second), fleet.Tally{Received: 2, Failed: 1})
		member.Count("1", now.Add(-25*time.Hour), fleet.Tally{Sent: 5})
		member.Count("1", now.Add(-48*time.Hour), fleet.Tally{Echoes: 3})
		member.Count("1", now.Add(-40*24*time.Hour), fleet.Tally{Sent: 9, Echoes: 9})
		member.Count("2", now, fleet.Tally{Received: 1})
		member.Count("999", now, fleet.Tally{Received: 1})
		if err := errors.Join(member.Flush(t.Context()), member.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := listed(t, f, "t1", "1"), (fleet.Tally{Received: 4, Sent: 2, Failed: 2}); got.Day != want || got.Brief != want {
		t.Errorf("a day %+v, a minute %+v; want %+v", got.Day, got.Brief, want)
	}
	h, err := f.History(t.Context(), "t1", "1")
	if err != nil || len(h.Hours) != 24 || h.Month != (fleet.Tally{Received: 4, Sent: 12, Failed: 2, Echoes: 6}) {
		t.Fatalf("history %+v, %v", h, err)
	}
	if want := now.Add(-48 * time.Hour).UTC().Truncate(time.Hour); !h.EchoAt.Equal(want) {
		t.Errorf("last echo %v, want %v", h.EchoAt, want)
	}
	if got := h.Hours[22].Tally.Sent + h.Hours[23].Tally.Sent; got != 2 {
		t.Errorf("the last hours sent %d, want 2", got)
	}
	if _, err := f.History(t.Context(), "t2", "1"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("of another tenant: %v", err)
	}
	if err := f.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM traffic WHERE at < now() - interval '31 days'
		OR span = 10 AND at < now() - interval '10 minutes'`); n != 0 {
		t.Errorf("%d rows are kept too long", n)
	}
	if h, err = f.History(t.Context(), "t1", "1"); err != nil || h.Month.Sent != 12 {
		t.Errorf("after a prune %+v, %v", h.Month, err)
	}
}

// What Meta says is kept when it changes, and the last word stays however old it is.
func TestRatings(t *testing.T) {
	t.Parallel()
	pool, f := threeNumbers(t)
	for _, quality := range []string{"GREEN", "GREEN", "RED"} {
		if _, err := f.Heard(t.Context(), "", "a1", fleet.News{Display: "55111111", Quality: quality, Tier: "TIER_1K"}); err != nil {
			t.Fatal(err)
		}
	}
	told := func(want ...string) {
		t.Helper()
		h, err := f.History(t.Context(), "t1", "1")
		if err != nil || len(h.Ratings) != len(want) {
			t.Fatalf("rated %+v, %v; want %v", h.Ratings, err, want)
		}
		for i, r := range h.Ratings {
			if r.Quality != want[i] || r.Tier != "TIER_1K" {
				t.Errorf("rated %+v, want %s", r, want[i])
			}
		}
	}
	told("RED", "GREEN")
	pgtest.Exec(t, pool, `UPDATE rating SET at = at - interval '2 years'`)
	if err := f.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	told("RED")
}
