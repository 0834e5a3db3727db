package effects_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// queueSends puts n sends into a lane, each of another contact.
func queueSends(t *testing.T, pool *pgxpool.Pool, lane, n int, closesIn string) {
	t.Helper()
	pgtest.Exec(t, pool, `INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
		SELECT $1, format('m%s-%s', $2::int, i), format('c%s', i), 1, 1, '', '', 'text', now(), '{"kind":"text","text":{"body":"hi"}}'
		FROM generate_series(1, $3::int) i`, storetest.Number, lane, n)
	pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
		SELECT 1, $1, format('m%s-%s', $2::int, i), 1, format('c%s', i), $2, 1, 0, now() - interval '1 s', now() + nullif($4, '')::interval, ''
		FROM generate_series(1, $3::int) i`, storetest.Number, lane, n, closesIn)
}

func claimed(t *testing.T, sends *effects.Sends, limit int) effects.Claim {
	t.Helper()
	claim, err := sends.Claim(t.Context(), storetest.Number, "member-1", limit)
	if err != nil {
		t.Fatal(err)
	}
	return claim
}

func TestClaimGivesWhatASenderNeeds(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	person := storetest.Resolve(t, pool, storetest.BSUID("BR.x"), storetest.Phone("5511987654321"))
	queueSends(t, pool, 2, 1, "1 hour")
	pgtest.Exec(t, pool, `UPDATE effect SET grain = $1`, person.ID)
	numbers, err := sends.NumbersWithWork(t.Context())
	if err != nil || !slices.Equal(numbers, []wa.PhoneNumberID{storetest.Number}) {
		t.Fatalf("numbers with work %v, %v", numbers, err)
	}
	want := effects.Claim{Sends: []effects.ClaimedSend{{
		Claimed: effects.Claimed{
			EffectRef: ledger.EffectRef{Kind: ledger.EffectSend, Scope: string(storetest.Number), ID: "m2-1", Attempt: 1},
			Grain:     string(person.ID), Body: []byte{},
		},
		Class: 2, Content: []byte(`{"kind":"text","text":{"body":"hi"}}`),
		To: []wa.Alias{storetest.Phone("5511987654321"), storetest.BSUID("BR.x")},
	}}}
	if diff := cmp.Diff(want, claimed(t, sends, 100)); diff != "" {
		t.Errorf("claim (-want +got):\n%s", diff)
	}
	if again := claimed(t, sends, 100); len(again.Sends) != 0 {
		t.Errorf("claimed twice: %v", again.Sends)
	}
}

func TestClaimLanes(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	for lane, n := range map[int]int{1: 3, 2: 7, 3: 100, 4: 100, 5: 100} {
		queueSends(t, pool, lane, n, "")
	}
	lanes := func(limit int) (got [6]int) {
		for _, send := range claimed(t, sends, limit).Sends {
			got[send.Class]++
		}
		return got
	}
	if got, want := lanes(30), [6]int{0, 3, 7, 12, 6, 2}; got != want {
		t.Errorf("first claim by lane %v, want %v", got, want)
	}
	// Small claims keep the proportion of the round.
	var sum [6]int
	for range 10 {
		for lane, n := range lanes(1) {
			sum[lane] += n
		}
	}
	if want := [6]int{0, 0, 0, 6, 3, 1}; sum != want {
		t.Errorf("ten claims of one by lane %v, want %v", sum, want)
	}
}

func TestClaimersShareOneBudget(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	queueSends(t, pool, 2, 400, "")
	start := time.Now()
	total := make([]int, 4)
	var group errgroup.Group
	for n := range total {
		group.Go(func() error {
			sends := effects.NewSends(pool, nil)
			for range 20 {
				claim, err := sends.Claim(t.Context(), storetest.Number, fmt.Sprint("member-", n), 50)
				if err != nil {
					return err
				}
				total[n] += len(claim.Sends)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	sum := total[0] + total[1] + total[2] + total[3]
	if most := 80 + int(80*time.Since(start).Seconds()) + 1; sum < 80 || sum > most {
		t.Errorf("%d sends claimed (%v), want 80 to %d", sum, total, most)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 1`); int(n) != sum {
		t.Errorf("%d rows are claimed, %d were handed out", n, sum)
	}
}

func TestClaimRechecksTheWindow(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	queueSends(t, pool, 2, 2, "59 s")
	queueSends(t, pool, 3, 2, "90 s")
	claim := claimed(t, sends, 10)
	if len(claim.Expired) != 2 || len(claim.Sends) != 2 || claim.Sends[0].Class != 3 {
		t.Fatalf("claim %+v, want two expired and two of lane 3", claim)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 5`); n != 2 {
		t.Errorf("%d rows expired", n)
	}
}

func TestClaimHonoursPauseAndPenalty(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	queueSends(t, pool, 2, 200, "")
	if err := sends.Pause(t.Context(), storetest.Number, time.Hour); err != nil {
		t.Fatal(err)
	}
	if claim := claimed(t, sends, 10); len(claim.Sends) != 0 || claim.Wait < 50*time.Minute {
		t.Fatalf("claim of a paused number: %+v", claim)
	}
	if numbers, _ := sends.NumbersWithWork(t.Context()); len(numbers) != 0 {
		t.Error("a paused number has work")
	}
	if err := sends.Resume(t.Context(), storetest.Number); err != nil {
		t.Fatal(err)
	}
	// One send finds out whether the trouble is over.
	if claim := claimed(t, sends, 1); len(claim.Sends) != 1 {
		t.Fatalf("claim of a resumed number: %+v", claim)
	}
	pgtest.Exec(t, pool, `UPDATE pace SET tokens = rate`)
	for range 2 { // what was on the wire reports the same
		if err := sends.Slow(t.Context(), storetest.Number); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Exec(t, pool, `UPDATE pace SET slow_until = now() + interval '1 hour' WHERE slow_until > now()`)
	if claim := claimed(t, sends, 200); len(claim.Sends) != 40 {
		t.Fatalf("%d sends at half pace, want 40", len(claim.Sends))
	}
	// Inbound messages count too.
	pgtest.Exec(t, pool, `UPDATE pace SET tokens = 40, refilled_at = now()`)
	if err := sends.CountInbound(t.Context(), map[wa.PhoneNumberID]int{storetest.Number: 35, "900": 1}); err != nil {
		t.Fatal(err)
	}
	if claim := claimed(t, sends, 200); len(claim.Sends) > 10 || !claim.More {
		t.Fatalf("%d sends after 35 inbound", len(claim.Sends))
	}
	// The penalty is over: the pace comes back in steps.
	pgtest.Exec(t, pool, `UPDATE pace SET slow_until = now() - interval '2500 ms', refilled_at = now() - interval '1 hour' WHERE phone_number_id = $1`, storetest.Number)
	if claim := claimed(t, sends, 200); len(claim.Sends) != 55 {
		t.Fatalf("%d sends 2.5 s after the penalty, want 55 (factor 11/16)", len(claim.Sends))
	}
}

func TestSendsAreFinishedOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	store := effects.NewSends(pool, nil)
	queueSends(t, pool, 2, 5, "")
	sends := claimed(t, store, 10).Sends
	var outcomes []effects.Ended
	for n := range 3 {
		outcomes = append(outcomes, effects.Ended{EffectRef: sends[n].EffectRef, Outcome: []byte{byte(n)}})
	}
	if err := store.Finish(t.Context(), "another", outcomes); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 1`); n != 5 {
		t.Fatal("another member finished our sends")
	}
	if err := store.Finish(t.Context(), "member-1", outcomes); err != nil {
		t.Fatal(err)
	}
	tokens := func() int64 { return pgtest.Count(t, pool, `SELECT round(tokens)::bigint FROM pace`) }
	before := tokens()
	for _, n := range []int{3, 0} {
		if err := store.GiveBack(t.Context(), "member-1", sends[n].EffectRef); err != nil {
			t.Fatal(err)
		}
	}
	if got := tokens() - before; got != 1 {
		t.Errorf("%d of the budget came back, want that of the one", got)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 0 AND claimed_by IS NULL`); n != 1 {
		t.Errorf("%d rows given back, want the one that was still claimed", n)
	}
	if swept := sweep(t, store); len(swept) != 0 {
		t.Fatalf("swept at once: %v", swept)
	}
	// The sender of the fifth died.
	pgtest.Exec(t, pool, `UPDATE effect SET changed_at = now() - interval '3 s' WHERE state > 0`)
	pgtest.EndMember(t, pool, "member-1")
	swept := sweep(t, store)
	slices.SortFunc(swept, func(a, b effects.Untold) int { return strings.Compare(a.ID, b.ID) })
	want := []effects.Untold{}
	for n := range 3 {
		want = append(want, effects.Untold{
			EffectRef: sends[n].EffectRef, Grain: sends[n].Grain, State: ledger.EffectEnded, Outcome: []byte{byte(n)},
		})
	}
	want = append(want, effects.Untold{EffectRef: sends[4].EffectRef, Grain: sends[4].Grain, State: ledger.EffectLost})
	if diff := cmp.Diff(want, swept); diff != "" {
		t.Errorf("swept (-want +got):\n%s", diff)
	}
	if swept := sweep(t, store); len(swept) != 0 {
		t.Errorf("swept again at once: %v", swept)
	}
	// A late answer is evidence: it counts over what is lost.
	late := effects.Ended{EffectRef: sends[4].EffectRef, Outcome: []byte("late")}
	if err := store.Finish(t.Context(), "member-1", []effects.Ended{late}); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 2 AND outcome = 'late'`); n != 1 {
		t.Error("the late answer was lost")
	}
}

// sweep is a sweep that nobody was lost before.
// What a takeover marked while it was claimed is not queued again if it did not leave:
// its conversation hears that it was withdrawn.
func TestI07NothingIsGivenBackAfterATakeover(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	store := effects.NewSends(pool, nil)
	queueSends(t, pool, 2, 1, "")
	send := claimed(t, store, 10).Sends[0]
	pgtest.Exec(t, pool, `UPDATE effect SET not_before = 'infinity'`) // as withdrawSQL of the journal does
	if err := store.GiveBack(t.Context(), "member-1", send.EffectRef); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, pool, `UPDATE effect SET changed_at = now() - interval '3 s'`)
	want := []effects.Untold{{EffectRef: send.EffectRef, Grain: send.Grain, State: ledger.EffectWithdrawn}}
	if diff := cmp.Diff(want, sweep(t, store)); diff != "" {
		t.Errorf("swept (-want +got):\n%s", diff)
	}
}

func sweep(t *testing.T, sends *effects.Sends, lost ...string) []effects.Untold {
	t.Helper()
	_, untold, err := sends.Sweep(t.Context(), lost, effects.SendLease, 20)
	if err != nil {
		t.Fatal(err)
	}
	return untold
}

// A claim ends with its member, and is never queued again: the send may have left.
func TestI07ClaimEndsWithItsMember(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  string
		lost []string
		ends bool
	}{
		"living":                {"lease_until = 'infinity'", nil, false},
		"lost, but heard since": {"renewed_at = now()", []string{"member-1"}, false},
		"silent, but not lost":  {"renewed_at = now() - interval '2 s'", []string{"member-2"}, false},
		"lost and silent":       {"renewed_at = now() - interval '2 s'", []string{"member-1"}, true},
		"without a lease":       {"lease_until = now()", nil, true},
		"gone":                  {"id = 'somebody'", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.Pool(t)
			storetest.Registered(t, pool)
			sends := effects.NewSends(pool, nil)
			queueSends(t, pool, 2, 1, "")
			claimed(t, sends, 1)
			pgtest.Exec(t, pool, `UPDATE member SET `+c.end+` WHERE id = 'member-1'`)
			swept := sweep(t, sends, c.lost...)
			if c.ends && (len(swept) != 1 || swept[0].State != ledger.EffectLost) || !c.ends && len(swept) != 0 {
				t.Errorf("swept %v", swept)
			}
		})
	}
}

// Who has no lease claims nothing: others may judge what he had claimed before.
func TestClaimNeedsALease(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	queueSends(t, pool, 2, 1, "")
	pgtest.EndMember(t, pool, "member-1")
	if claim := claimed(t, sends, 1); len(claim.Sends) != 0 {
		t.Errorf("claimed %v without a lease", claim.Sends)
	}
	if claim, err := sends.Claim(t.Context(), storetest.Number, "member-2", 1); err != nil || len(claim.Sends) != 1 {
		t.Errorf("another member claimed %v, %v", claim.Sends, err)
	}
}

// The sweeper looks each second, however long the queue is.
func TestSweepDoesNotReadTheQueue(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	queueSends(t, pool, 5, 5000, "")
	claimed(t, sends, 10)
	pgtest.EndMember(t, pool, "member-1")
	pgtest.Exec(t, pool, `ANALYZE effect_send`)
	before := scansOf(t, pool, "effect_send")
	if swept := sweep(t, sends); len(swept) != 10 {
		t.Fatalf("swept %v, want the ten of the dead sender", swept)
	}
	if after := scansOf(t, pool, "effect_send"); after != before {
		t.Errorf("one sweep read the whole table %d times", after-before)
	}
}

// scansOf counts how often all of a table was read, after every connection
// has told its counts.
func scansOf(t *testing.T, pool *pgxpool.Pool, table string) int64 {
	t.Helper()
	for _, conn := range pool.AcquireAllIdle(t.Context()) {
		if _, err := conn.Exec(t.Context(), `SELECT pg_stat_force_next_flush()`); err != nil {
			t.Fatal(err)
		}
		conn.Release()
	}
	return pgtest.Count(t, pool, `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = $1`, table)
}

func TestLocate(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	sends := effects.NewSends(pool, nil)
	queueSends(t, pool, 2, 2, "")
	pgtest.Exec(t, pool, `INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid) VALUES ($1, 'm2-2', 'c2', 'wamid.2')`, storetest.Number)
	got, err := sends.Locate(t.Context(), []effects.SentQuery{
		{Number: storetest.Number, WAMID: "wamid.9"},
		{Number: storetest.Number, WAMID: "wamid.2"},
		{Number: storetest.Number, MessageID: "m2-1", WAMID: "wamid.2"},
		{Number: "other", MessageID: "m2-1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []effects.SentMessage{{}, {MessageID: "m2-2", ContactID: "c2"}, {MessageID: "m2-1", ContactID: "c1"}, {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("located (-want +got):\n%s", diff)
	}
}
