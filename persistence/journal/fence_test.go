package journal

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A batch that waits for its first conversation holds none that comes after it,
// whatever the order in which its appends came: two members would wait for each other.
func TestBatchesLockRowsInOrder(t *testing.T) {
	t.Parallel()
	pool, w := seats(t)
	if err := w.commit(t.Context(), []*answered{seated("c1", 0, ""), seated("c2", 0, "")}); err != nil {
		t.Fatal(err)
	}
	other, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Rollback(t.Context()) }()
	if _, err := other.Exec(t.Context(), `SELECT FROM conversation WHERE contact_id = 'c1' FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	batch := []*answered{seated("c2", 1, ""), seated("c1", 1, "")}
	ended := make(chan error, 1)
	go func() { ended <- w.commit(t.Context(), batch) }()
	waiting(t, pool)
	if _, err := pool.Exec(t.Context(), `SELECT FROM conversation WHERE contact_id = 'c2' FOR UPDATE NOWAIT`); err != nil {
		t.Errorf("the second conversation is held before the first: %v", err)
	}
	if err := other.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil || batch[0].err != nil || batch[1].err != nil {
		t.Errorf("batch: %v, %v, %v", err, batch[0].err, batch[1].err)
	}
}

// What changed of an account since the decision refuses the append that makes it an owner.
func TestSeatIsAFence(t *testing.T) {
	t.Parallel()
	pool, w := seats(t)
	pgtest.Exec(t, pool, `UPDATE staff SET revision = 2 WHERE id = 'a'`)
	batch := []*answered{seated("c1", 0, "a"), seated("c2", 0, "b")}
	if err := w.commit(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(batch[0].err, persistence.ErrConflict) || batch[1].err != nil {
		t.Errorf("answers: %v of the changed account, %v of the other", batch[0].err, batch[1].err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM event WHERE contact_id = 'c1'`); n != 0 {
		t.Errorf("%d events were stored", n)
	}
}

// A takeover withdraws what was queued under earlier owners, and no word of the new
// one. What is claimed may be leaving: it keeps its claim, and is not queued again.
func TestTakeoverWithdrawsEarlierEpochsAlone(t *testing.T) {
	t.Parallel()
	pool, w := seats(t)
	first, second := seated("c1", 0, ""), seated("c1", 1, "")
	second.Withdraw = &ledger.Withdrawal{OwnerEpochBelow: 2}
	for id, epoch := range map[string]uint64{"leaving": 1, "m1": 1, "m2": 2, "m3": 3} {
		ref := ledger.EffectRef{Kind: ledger.EffectSend, Scope: "100", ID: id, Attempt: 1}
		first.Effects = append(first.Effects, ledger.Effect{EffectRef: ref, Class: 2, OwnerEpoch: epoch, NotBefore: time.Now()})
		second.Withdraw.Effects = append(second.Withdraw.Effects, ref)
	}
	for _, p := range []*answered{first, second} {
		if err := w.commit(t.Context(), []*answered{p}); err != nil || p.err != nil {
			t.Fatal(err, p.err)
		}
		pgtest.Exec(t, pool, `UPDATE effect SET state = 1, claimed_by = 'member-1' WHERE id = 'leaving'`)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 1 AND not_before = 'infinity'`); n != 1 {
		t.Error("the claimed send is not marked")
	}
	if got := second.result.Withdrawn; len(got) != 1 || got[0].ID != "m1" {
		t.Errorf("withdrawn: %v, want m1 alone", got)
	}
}

// I8: the row of a status ends the same in whatever order its times come.
func TestTheFirstTimeOfAStatusIsKept(t *testing.T) {
	t.Parallel()
	early := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	late := early.Add(time.Minute)
	for name, order := range map[string][2]time.Time{"in order": {early, late}, "the other way round": {late, early}} {
		pool, w := seats(t)
		for version, at := range order {
			p := seated("c1", uint64(version), "")
			p.Statuses = []ledger.StatusChange{{
				MessageID: "m1", AcceptedAt: at, SentAt: at, DeliveredAt: at, ReadAt: at, PlayedAt: at, FailedAt: at, AmbiguousAt: at, WithdrawnAt: at,
			}}
			if err := w.commit(t.Context(), []*answered{p}); err != nil || p.err != nil {
				t.Fatal(err, p.err)
			}
		}
		var times []pgtype.Timestamptz
		err := pool.QueryRow(t.Context(), `SELECT ARRAY[accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ambiguous_at, withdrawn_at]
			FROM message_status`).Scan(&times)
		if err != nil {
			t.Fatal(err)
		}
		for i, kept := range times {
			if !kept.Time.Equal(early) {
				t.Errorf("%s: time %d is %v, want the first", name, i, kept.Time)
			}
		}
	}
}
