package intake_test

import (
	"testing"

	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// The lead ends with the lease of its member, though its session lives on: a process
// that hangs keeps that for ever.
func TestLeadEndsWithItsMember(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	problems := intake.NewProblems(pool)
	for _, member := range []string{"a", "b"} {
		pgtest.Member(t, pool, member)
	}
	take := func(member string, lost ...string) *intake.Lead {
		t.Helper()
		lead, ok, err := problems.Lead(t.Context(), member, lost)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return nil
		}
		t.Cleanup(lead.Close)
		return lead
	}
	first := take("a")
	if first == nil || !first.Holds(t.Context()) {
		t.Fatal("nobody leads, and a does not")
	}
	for range 3 { // what failed leaves no name behind that would protect a later leader
		if take("b") != nil {
			t.Fatal("two lead")
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`); n != 1 {
		t.Errorf("%d members are named, want the leader", n)
	}
	pgtest.EndMember(t, pool, "a")
	var second *intake.Lead
	eventually(t, "b leads", true, func() bool { // the ended session frees its locks in its own time
		second = take("b")
		return second != nil
	})
	if first.Holds(t.Context()) || !second.Holds(t.Context()) {
		t.Error("a leads still, or b does not")
	}
	pgtest.Exec(t, pool, `UPDATE member SET renewed_at = now() - interval '3 s' WHERE id = 'b'`)
	pgtest.Member(t, pool, "c")
	if take("c") != nil {
		t.Error("c leads beside b, whose lease runs")
	}
	eventually(t, "c leads after b was lost", true, func() bool { return take("c", "b") != nil })
}
