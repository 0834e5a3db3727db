package effects_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// plainKind is a kind that nobody else has.
const plainKind = 99

// queued puts n effects of the plain kind into a scope, the first due the longest.
func queued(t *testing.T, pool *pgxpool.Pool, scope string, n int) {
	t.Helper()
	pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, body)
		SELECT $1, $2, 'Thing:' || $2, format('%s-%s', $2::text, lpad(i::text, 4, '0')), 1, 0, 0, 0, now() - interval '1 h' + i * interval '1 s', 'body'
		FROM generate_series(1, $3::int) i`, plainKind, scope, n)
}

func plain(t *testing.T) (*effects.Queue, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Member(t, pool, "member-1")
	return effects.NewQueue(pool, plainKind, nil), pool
}

func take(t *testing.T, q *effects.Queue, limit, perScope int, busy map[string]int) []effects.Claimed {
	t.Helper()
	list, err := q.Claim(t.Context(), "member-1", limit, perScope, busy)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list, func(a, b effects.Claimed) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func byScope(list []effects.Claimed) map[string]int {
	got := map[string]int{}
	for _, c := range list {
		got[c.Scope]++
	}
	return got
}

// A scope with a long queue leaves the others their share, and counts what it has.
func TestClaimIsFairByScope(t *testing.T) {
	t.Parallel()
	q, pool := plain(t)
	for scope, n := range map[string]int{"long": 50, "short": 2, "other": 20} {
		queued(t, pool, scope, n)
	}
	queued(t, pool, "later", 3)
	pgtest.Exec(t, pool, `UPDATE effect SET not_before = now() + interval '1 h' WHERE scope = 'later'`)
	first := take(t, q, 8, 100, map[string]int{"other": 1})
	if diff := gocmp.Diff(map[string]int{"long": 3, "short": 2, "other": 3}, byScope(first)); diff != "" {
		t.Errorf("in rounds (-want +got):\n%s", diff)
	}
	want := effects.Claimed{
		EffectRef: ledger.EffectRef{Kind: plainKind, Scope: "long", ID: "long-0001", Attempt: 1}, Grain: "Thing:long", Body: []byte("body"),
	}
	if diff := gocmp.Diff(want, first[0]); diff != "" {
		t.Errorf("the longest due (-want +got):\n%s", diff)
	}
	second := take(t, q, 100, 4, map[string]int{"long": 3, "other": 4, "gone": 9})
	if diff := gocmp.Diff(map[string]int{"long": 1}, byScope(second)); diff != "" {
		t.Errorf("with a bound (-want +got):\n%s", diff)
	}
	if err := q.Hurry(t.Context(), "later"); err != nil {
		t.Fatal(err)
	}
	if third := byScope(take(t, q, 100, 4, map[string]int{"long": 4, "other": 4})); third["later"] != 3 {
		t.Errorf("hurried: %v", third)
	}
}

// Members that claim at the same time get different ones, and none without a lease.
func TestClaimsAreOfOneMember(t *testing.T) {
	t.Parallel()
	q, pool := plain(t)
	queued(t, pool, "a", 60)
	queued(t, pool, "b", 60)
	pgtest.Member(t, pool, "member-2")
	lists := make([][]effects.Claimed, 4)
	var group errgroup.Group
	for n := range lists {
		group.Go(func() error {
			for range 40 {
				list, err := q.Claim(t.Context(), fmt.Sprint("member-", n%2+1), 7, 7, nil)
				if err != nil {
					return err
				}
				lists[n] = append(lists[n], list...)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range slices.Concat(lists...) {
		seen[c.ID]++
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 were claimed", len(seen))
	}
	queued(t, pool, "c", 1)
	pgtest.EndMember(t, pool, "member-1")
	if list := take(t, q, 7, 7, nil); len(list) != 0 {
		t.Errorf("claimed %v without a lease", list)
	}
}

// A claim lives as long as its member, and is another's at once after it; what the
// dead one still ends counts for nothing.
func TestWhatTheDeadHeldIsTriedAgain(t *testing.T) {
	t.Parallel()
	q, pool := plain(t)
	queued(t, pool, "a", 1)
	dead := take(t, q, 1, 1, nil)[0]
	released := func(lease time.Duration, lost ...string) int {
		n, untold, err := q.Sweep(t.Context(), lost, lease, 10)
		if err != nil || len(untold) != 0 {
			t.Fatal(untold, err)
		}
		return n
	}
	if n := released(time.Minute) + released(time.Minute, "another"); n != 0 {
		t.Errorf("%d released of a member that lives", n)
	}
	pgtest.Exec(t, pool, `UPDATE member SET renewed_at = now() - interval '5 s'`)
	if n := released(time.Minute, "member-1"); n != 1 {
		t.Errorf("%d released of a member that is lost; want 1", n)
	}
	again := take(t, q, 1, 1, nil)
	if len(again) != 1 || again[0].Attempt != dead.Attempt+1 {
		t.Fatalf("claimed %+v; want the next attempt", again)
	}
	if err := q.Finish(t.Context(), "member-1", []effects.Ended{{EffectRef: dead.EffectRef, Outcome: []byte("late")}}); err != nil {
		t.Fatal(err)
	}
	if err := q.Again(t.Context(), "member-1", dead.EffectRef, 0); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE (state, attempt) = (1, 2)`); n != 1 {
		t.Error("the dead one ended the next attempt")
	}
	// A claim that nobody knows of ends with its lease.
	pgtest.Exec(t, pool, `UPDATE effect SET changed_at = now() - interval '61 s'`)
	if n := released(time.Minute); n != 1 {
		t.Errorf("%d released after their lease; want 1", n)
	}
	pgtest.Exec(t, pool, `DELETE FROM member`)
	if n := released(time.Minute); n != 0 {
		t.Errorf("%d released that nobody has", n)
	}
}

// What ended is told until it is forgotten, and what its grain cannot record waits
// longer each time, at last for somebody.
func TestEndsAreToldAgain(t *testing.T) {
	t.Parallel()
	q, pool := plain(t)
	queued(t, pool, "a", 2)
	list := take(t, q, 2, 2, nil)
	if err := q.Again(t.Context(), "member-1", list[1].EffectRef, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := q.Finish(t.Context(), "member-1", []effects.Ended{{EffectRef: list[0].EffectRef, Outcome: []byte("told")}}); err != nil {
		t.Fatal(err)
	}
	untold := func(passed string) []effects.Untold {
		t.Helper()
		pgtest.Exec(t, pool, `UPDATE effect SET changed_at = changed_at - $1::interval`, passed)
		_, untold, err := q.Sweep(t.Context(), nil, time.Hour, 10)
		if err != nil {
			t.Fatal(err)
		}
		return untold
	}
	if got := untold("1 s"); len(got) != 0 {
		t.Errorf("told again at once: %v", got)
	}
	want := []effects.Untold{{EffectRef: list[0].EffectRef, Grain: "Thing:a", State: ledger.EffectEnded, Outcome: []byte("told")}}
	if diff := gocmp.Diff(want, untold("2 s")); diff != "" {
		t.Errorf("untold (-want +got):\n%s", diff)
	}
	if err := q.Refused(t.Context(), list[0].EffectRef, time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := untold("50 s"); len(got) != 0 {
		t.Errorf("told before its pause ended: %v", got)
	}
	if got := untold("13 s"); len(got) != 1 || got[0].Refusals != 1 {
		t.Errorf("after its pause: %v", got)
	}
	if err := q.Refused(t.Context(), list[0].EffectRef, 0); err != nil {
		t.Fatal(err)
	}
	if got := untold("100 days"); len(got) != 0 {
		t.Errorf("told before somebody looked: %v", got)
	}
	if err := q.Forget(t.Context(), list[0].EffectRef); err != nil {
		t.Fatal(err)
	}
	if err := q.Forget(t.Context(), ledger.EffectRef{Kind: plainKind, Scope: "a", ID: list[1].ID, Attempt: 2}); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE (state, attempt) = (0, 2) AND not_before > now() + interval '59 min'`); n != 1 {
		t.Error("what waits for its next attempt was forgotten")
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect`); n != 1 {
		t.Errorf("%d effects are left; want 1", n)
	}
}

// The claim reads the heads of its scopes, however long their queues are.
func TestClaimDoesNotReadTheQueue(t *testing.T) {
	t.Parallel()
	q, pool := plain(t)
	queued(t, pool, "a", 5000)
	queued(t, pool, "b", 5000)
	pgtest.Exec(t, pool, `ANALYZE effect_rest`)
	before := scansOf(t, pool, "effect_rest")
	if list := take(t, q, 10, 5, nil); len(list) != 10 {
		t.Fatalf("claimed %d", len(list))
	}
	if after := scansOf(t, pool, "effect_rest"); after != before {
		t.Errorf("one claim read the whole table %d times", after-before)
	}
}
