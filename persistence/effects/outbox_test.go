package effects_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

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
	pgtest.Exec(t, pool, `INSERT INTO outbox (phone_number_id, message_id, attempt, contact_id, state, lane, owner_epoch, not_before, window_closes_at)
		SELECT $1, format('m%s-%s', $2::int, i), 1, format('c%s', i), 'queued', $2, 1, now() - interval '1 s', now() + nullif($4, '')::interval
		FROM generate_series(1, $3::int) i`, storetest.Number, lane, n, closesIn)
}

func claimed(t *testing.T, outbox *effects.Outbox, limit int) effects.Claim {
	t.Helper()
	claim, err := outbox.Claim(t.Context(), storetest.Number, "member-1", limit)
	if err != nil {
		t.Fatal(err)
	}
	return claim
}

func TestClaimGivesWhatASenderNeeds(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	outbox := effects.NewOutbox(pool)
	person := storetest.Resolve(t, pool, storetest.BSUID("BR.x"), storetest.Phone("5511987654321"))
	queueSends(t, pool, 2, 1, "1 hour")
	pgtest.Exec(t, pool, `UPDATE outbox SET contact_id = $1`, person.ID)
	numbers, err := outbox.NumbersWithWork(t.Context())
	if err != nil || !slices.Equal(numbers, []wa.PhoneNumberID{storetest.Number}) {
		t.Fatalf("numbers with work %v, %v", numbers, err)
	}
	want := effects.Claim{Sends: []effects.ClaimedSend{{
		SendAttempt: effects.SendAttempt{
			Key: wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: person.ID}, MessageID: "m2-1", Attempt: 1,
		},
		Lane: 2, Content: []byte(`{"kind":"text","text":{"body":"hi"}}`),
		To: []wa.Alias{storetest.Phone("5511987654321"), storetest.BSUID("BR.x")},
	}}}
	if diff := cmp.Diff(want, claimed(t, outbox, 100)); diff != "" {
		t.Errorf("claim (-want +got):\n%s", diff)
	}
	if again := claimed(t, outbox, 100); len(again.Sends) != 0 {
		t.Errorf("claimed twice: %v", again.Sends)
	}
}

func TestClaimLanes(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	outbox := effects.NewOutbox(pool)
	for lane, n := range map[int]int{1: 3, 2: 7, 3: 100, 4: 100, 5: 100} {
		queueSends(t, pool, lane, n, "")
	}
	lanes := func(limit int) (got [6]int) {
		for _, send := range claimed(t, outbox, limit).Sends {
			got[send.Lane]++
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
			outbox := effects.NewOutbox(pool)
			for range 20 {
				claim, err := outbox.Claim(t.Context(), storetest.Number, fmt.Sprint("member-", n), 50)
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
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM outbox WHERE state = 'claimed'`); int(n) != sum {
		t.Errorf("%d rows are claimed, %d were handed out", n, sum)
	}
}

func TestClaimRechecksTheWindow(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	outbox := effects.NewOutbox(pool)
	queueSends(t, pool, 2, 2, "59 s")
	queueSends(t, pool, 3, 2, "90 s")
	claim := claimed(t, outbox, 10)
	if len(claim.Closed) != 2 || len(claim.Sends) != 2 || claim.Sends[0].Lane != 3 {
		t.Fatalf("claim %+v, want two closed and two of lane 3", claim)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM outbox WHERE state = 'withdrawn' AND reason = 'window_closed'`); n != 2 {
		t.Errorf("%d rows withdrawn", n)
	}
}

func TestClaimHonoursPauseAndPenalty(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	outbox := effects.NewOutbox(pool)
	queueSends(t, pool, 2, 200, "")
	if err := outbox.Pause(t.Context(), storetest.Number, time.Hour); err != nil {
		t.Fatal(err)
	}
	if claim := claimed(t, outbox, 10); len(claim.Sends) != 0 || claim.Wait < 50*time.Minute {
		t.Fatalf("claim of a paused number: %+v", claim)
	}
	if numbers, _ := outbox.NumbersWithWork(t.Context()); len(numbers) != 0 {
		t.Error("a paused number has work")
	}
	if err := outbox.Resume(t.Context(), storetest.Number); err != nil {
		t.Fatal(err)
	}
	if err := outbox.Slow(t.Context(), storetest.Number, 0.5, time.Hour); err != nil {
		t.Fatal(err)
	}
	if claim := claimed(t, outbox, 200); len(claim.Sends) != 40 {
		t.Fatalf("%d sends at half pace, want 40", len(claim.Sends))
	}
	// Inbound messages count too.
	pgtest.Exec(t, pool, `UPDATE pace SET tokens = 40, refilled_at = now()`)
	if err := outbox.CountInbound(t.Context(), map[wa.PhoneNumberID]int{storetest.Number: 35, "900": 1}); err != nil {
		t.Fatal(err)
	}
	if claim := claimed(t, outbox, 200); len(claim.Sends) > 10 || !claim.More {
		t.Fatalf("%d sends after 35 inbound", len(claim.Sends))
	}
	// The penalty is over: the pace comes back in steps.
	pgtest.Exec(t, pool, `UPDATE pace SET slow_until = now() - interval '2500 ms', refilled_at = now() - interval '1 hour' WHERE phone_number_id = $1`, storetest.Number)
	if claim := claimed(t, outbox, 200); len(claim.Sends) != 55 {
		t.Fatalf("%d sends 2.5 s after the penalty, want 55 (factor 11/16)", len(claim.Sends))
	}
}

func TestSendsAreFinishedOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	outbox := effects.NewOutbox(pool)
	queueSends(t, pool, 2, 5, "")
	sends := claimed(t, outbox, 10).Sends
	states := []effects.SendState{effects.SendAccepted, effects.SendRejected, effects.SendAmbiguous}
	var outcomes []effects.SendOutcome
	for n, state := range states {
		outcomes = append(outcomes, effects.SendOutcome{
			SendAttempt: sends[n].SendAttempt, State: state, WAMID: wa.MessageID(fmt.Sprint("wamid.", n)),
			Code: 131056, Retry: true, RetryAfter: 16 * time.Second,
		})
	}
	if err := outbox.Finish(t.Context(), "another", outcomes); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM outbox WHERE state = 'claimed'`); n != 5 {
		t.Fatal("another member finished our sends")
	}
	if err := outbox.Finish(t.Context(), "member-1", outcomes); err != nil {
		t.Fatal(err)
	}
	tokens := func() int64 { return pgtest.Count(t, pool, `SELECT round(tokens)::bigint FROM pace`) }
	before := tokens()
	if err := outbox.GiveBack(t.Context(), "member-1", []effects.SendAttempt{sends[3].SendAttempt, sends[0].SendAttempt}); err != nil {
		t.Fatal(err)
	}
	if got := tokens() - before; got != 1 {
		t.Errorf("%d of the budget came back, want that of the one", got)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM outbox WHERE state = 'queued' AND claimed_by IS NULL`); n != 1 {
		t.Errorf("%d rows given back, want the one that was still claimed", n)
	}
	if swept, err := outbox.Sweep(t.Context(), nil, 10); err != nil || len(swept) != 0 {
		t.Fatalf("swept at once: %v, %v", swept, err)
	}
	// The sender of the fifth died.
	pgtest.Exec(t, pool, `UPDATE outbox SET changed_at = now() - interval '3 s' WHERE state <> 'queued'`)
	pgtest.EndMember(t, pool, "member-1")
	swept, err := outbox.Sweep(t.Context(), nil, 10)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(swept, func(a, b effects.SendOutcome) int {
		return int(a.MessageID[3]) - int(b.MessageID[3])
	})
	outcomes = append(outcomes, effects.SendOutcome{SendAttempt: sends[4].SendAttempt, State: effects.SendAmbiguous})
	if diff := cmp.Diff(outcomes, swept); diff != "" {
		t.Errorf("swept (-want +got):\n%s", diff)
	}
	if swept, _ = outbox.Sweep(t.Context(), nil, 10); len(swept) != 0 {
		t.Errorf("swept again at once: %v", swept)
	}
	// A late answer is evidence: it counts over ambiguous.
	late := effects.SendOutcome{SendAttempt: sends[4].SendAttempt, State: effects.SendAccepted, WAMID: "wamid.late"}
	if err := outbox.Finish(t.Context(), "member-1", []effects.SendOutcome{late}); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM outbox WHERE state = 'accepted' AND wamid = 'wamid.late'`); n != 1 {
		t.Error("the late answer was lost")
	}
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
			outbox := effects.NewOutbox(pool)
			queueSends(t, pool, 2, 1, "")
			claimed(t, outbox, 1)
			pgtest.Exec(t, pool, `UPDATE member SET `+c.end+` WHERE id = 'member-1'`)
			swept, err := outbox.Sweep(t.Context(), c.lost, 10)
			if err != nil {
				t.Fatal(err)
			}
			if c.ends && (len(swept) != 1 || swept[0].State != effects.SendAmbiguous) || !c.ends && len(swept) != 0 {
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
	outbox := effects.NewOutbox(pool)
	queueSends(t, pool, 2, 1, "")
	pgtest.EndMember(t, pool, "member-1")
	if claim := claimed(t, outbox, 1); len(claim.Sends) != 0 {
		t.Errorf("claimed %v without a lease", claim.Sends)
	}
	if claim, err := outbox.Claim(t.Context(), storetest.Number, "member-2", 1); err != nil || len(claim.Sends) != 1 {
		t.Errorf("another member claimed %v, %v", claim.Sends, err)
	}
}

// The sweeper looks each second, however long the queue is.
func TestSweepDoesNotReadTheQueue(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	outbox := effects.NewOutbox(pool)
	queueSends(t, pool, 5, 5000, "")
	claimed(t, outbox, 10)
	pgtest.EndMember(t, pool, "member-1")
	pgtest.Exec(t, pool, `ANALYZE outbox`)
	before := outboxScans(t, pool)
	if swept, err := outbox.Sweep(t.Context(), nil, 20); err != nil || len(swept) != 10 {
		t.Fatalf("swept %v, %v, want the ten of the dead sender", swept, err)
	}
	if after := outboxScans(t, pool); after != before {
		t.Errorf("one sweep read the whole outbox %d times", after-before)
	}
}

// outboxScans counts how often all of the table was read, after every connection
// has told its counts.
func outboxScans(t *testing.T, pool *pgxpool.Pool) int64 {
	t.Helper()
	for _, conn := range pool.AcquireAllIdle(t.Context()) {
		if _, err := conn.Exec(t.Context(), `SELECT pg_stat_force_next_flush()`); err != nil {
			t.Fatal(err)
		}
		conn.Release()
	}
	return pgtest.Count(t, pool, `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'outbox'`)
}

func TestLocate(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	outbox := effects.NewOutbox(pool)
	queueSends(t, pool, 2, 2, "")
	pgtest.Exec(t, pool, `INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid) VALUES ($1, 'm2-2', 'c2', 'wamid.2')`, storetest.Number)
	got, err := outbox.Locate(t.Context(), []effects.SentQuery{
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
