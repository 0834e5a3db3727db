package effects_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func clockOf(t *testing.T, pool *pgxpool.Pool) *persistence.Clock {
	t.Helper()
	clock, err := persistence.OpenClock(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return clock
}

func moveTo(t *testing.T, clock *persistence.Clock, ahead time.Duration) {
	t.Helper()
	if err := clock.Set(t.Context(), ahead); err != nil {
		t.Fatal(err)
	}
}

// What waits by business time is due at once when that is moved: alarms, sends, windows
// and all other effects.
func TestMovedClockMakesDue(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	clock := clockOf(t, pool)
	sends, alarms := effects.NewSends(pool, clock), effects.NewAlarms(pool, clock)
	rest := effects.NewTable(pool, clock).Queue(plainKind)
	queueSends(t, pool, 2, 1, "24 h")
	queueSends(t, pool, 4, 1, "")
	queued(t, pool, "a", 1)
	pgtest.Exec(t, pool, `UPDATE effect SET not_before = now() + interval '20 h'`)
	pgtest.Exec(t, pool, `INSERT INTO alarm VALUES ('Conversation:100:c1', 1, now() + interval '20 h', now() + interval '20 h')`)
	due := func() (sent, expired, others, rang int) {
		numbers, err := sends.NumbersWithWork(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		claim := claimed(t, sends, 10)
		if (len(numbers) == 1) != (len(claim.Sends)+len(claim.Expired) > 0) {
			t.Errorf("numbers with work %v, and claimed is %+v", numbers, claim)
		}
		list, wait, err := alarms.Due(t.Context(), 10)
		if err != nil || wait <= 0 {
			t.Fatalf("alarms: next in %s, %v", wait, err)
		}
		return len(claim.Sends), len(claim.Expired), len(take(t, rest, 10, 10, nil)), len(list)
	}
	for _, c := range []struct {
		ahead                       time.Duration
		sent, expired, others, rang int
	}{{0, 0, 0, 0, 0}, {19 * time.Hour, 0, 0, 0, 0}, {25 * time.Hour, 1, 1, 1, 1}, {26 * time.Hour, 0, 0, 0, 1}} { // nobody answered the alarm
		moveTo(t, clock, c.ahead)
		if sent, expired, others, rang := due(); sent != c.sent || expired != c.expired || others != c.others || rang != c.rang {
			t.Errorf("%s ahead: %d sent, %d expired, %d others, %d rang; want %+v", c.ahead, sent, expired, others, rang, c)
		}
	}
}

// Members, claims and pace live by machine time: a moved clock ends no lease, no claim
// and no pause of a number.
func TestMovedClockLeavesMachineTime(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	clock := clockOf(t, pool)
	sends, rest := effects.NewSends(pool, clock), effects.NewQueue(pool, plainKind, clock)
	queueSends(t, pool, 2, 2, "")
	queued(t, pool, "a", 1)
	// Another member than that of the other tests: its lease ends some time.
	pgtest.Exec(t, pool, `UPDATE member SET lease_until = now() + interval '10 min'`)
	const machine = `SELECT (SELECT count(*) FROM member WHERE lease_until > now()) + (SELECT count(*) FROM effect WHERE state = 1)
		+ (SELECT count(*) FROM pace WHERE paused_until > now())`
	if len(claimed(t, sends, 1).Sends) != 1 || len(take(t, rest, 1, 1, nil)) != 1 {
		t.Fatal("nothing was claimed")
	}
	if err := sends.Pause(t.Context(), storetest.Number, time.Minute); err != nil {
		t.Fatal(err)
	}
	before := pgtest.Count(t, pool, machine)
	moveTo(t, clock, 48*time.Hour)
	for name, q := range map[string]*effects.Queue{"send": sends.Queue, "rest": rest} {
		if released, untold, err := q.Sweep(t.Context(), nil, effects.SendLease, 10); released != 0 || len(untold) != 0 || err != nil {
			t.Errorf("%s: %d released, untold %v, %v", name, released, untold, err)
		}
	}
	if claim := claimed(t, sends, 1); len(claim.Sends) != 0 || claim.Wait <= 0 {
		t.Errorf("a paused number sends: %+v", claim)
	}
	if after := pgtest.Count(t, pool, machine); after != before {
		t.Errorf("%d leases, claims and pauses run; there were %d", after, before)
	}
}

// A pause after a failure is of machine time and shares its column with business time: a
// move while it lasts may end it, once, and the next one is whole again.
func TestMovedClockShortensAPauseOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Member(t, pool, "member-1")
	clock := clockOf(t, pool)
	q := effects.NewQueue(pool, plainKind, clock)
	queued(t, pool, "a", 1)
	moveTo(t, clock, 25*time.Hour)
	again := func(attempt int32) {
		t.Helper()
		ref := ledger.EffectRef{Kind: plainKind, Scope: "a", ID: "a-0001", Attempt: attempt}
		if err := q.Again(t.Context(), "member-1", ref, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		move    time.Duration // from then on
		attempt int32         // 0: nothing is due
	}{{25 * time.Hour, 1}, {25 * time.Hour, 0}, {25*time.Hour + 30*time.Minute, 0}, {40 * time.Hour, 2}, {40 * time.Hour, 0}} {
		moveTo(t, clock, step.move)
		list := take(t, q, 10, 10, nil)
		switch {
		case step.attempt == 0 && len(list) != 0:
			t.Fatalf("%s ahead: due is %v in its pause", step.move, list)
		case step.attempt != 0 && (len(list) != 1 || list[0].Attempt != step.attempt):
			t.Fatalf("%s ahead: due is %v, want attempt %d", step.move, list, step.attempt)
		case step.attempt != 0:
			again(step.attempt)
		}
	}
	// Those of a dead member come back at once, and so does what a new token hurries.
	if err := q.Hurry(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if list := take(t, q, 1, 1, nil); len(list) != 1 {
		t.Fatal("what was hurried is not due")
	}
	pgtest.EndMember(t, pool, "member-1")
	if released, _, err := q.Sweep(t.Context(), nil, time.Minute, 10); released != 1 || err != nil {
		t.Fatalf("released %d, %v", released, err)
	}
	pgtest.Member(t, pool, "member-2")
	if list, err := q.Claim(t.Context(), "member-2", 1, 1, nil); len(list) != 1 || err != nil {
		t.Errorf("released and not due: %v, %v", list, err)
	}
}
