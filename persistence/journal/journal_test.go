package journal_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func TestAppendStoresEverythingOrNothing(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	got, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), 0, "w1", "w2"))
	if err != nil || got.Version != 2 {
		t.Fatalf("append = %+v, %v; want version 2", got, err)
	}
	loaded, err := j.Load(t.Context(), storetest.Key(1))
	if err != nil || loaded.Version != 2 || string(loaded.Snapshot) != "\x01\x02\x03" || loaded.LastPreview != "hello" {
		t.Fatalf("load = %+v, %v", loaded, err)
	}
	// A conflict of an append of several events: none of them gets in.
	if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), 1, "w3", "w4", "w5")); !errors.Is(err, persistence.ErrConflict) {
		t.Fatalf("append on an old version = %v; want ErrConflict", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM event`); n != 2 {
		t.Errorf("%d events after the conflict; want 2", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM message`); n != 2 {
		t.Errorf("%d messages after the conflict; want 2", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM change_log`); n != 1 {
		t.Errorf("%d changes logged; want 1", n)
	}
}

func TestAppendOfAKnownMessage(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), 0, "w1")); err != nil {
		t.Fatal(err)
	}
	_, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), 1, "w1"))
	if !errors.Is(err, persistence.ErrDuplicate) {
		t.Fatalf("append of an old wamid = %v; want ErrDuplicate", err)
	}
	if n := pgtest.Count(t, pool, `SELECT version FROM conversation`); n != 1 {
		t.Errorf("version %d after the duplicate; want 1", n)
	}
}

func TestStaleAppendWithANewMessage(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	for i, id := range []string{"w1", "w2"} {
		if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), uint64(i), id)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), 1, "new")); !errors.Is(err, persistence.ErrConflict) {
		t.Fatalf("stale append = %v; want ErrConflict", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM message WHERE id = 'new'`); n != 0 {
		t.Error("the stale append's message got in")
	}
	if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(2), 5, "ghost")); !errors.Is(err, persistence.ErrConflict) {
		t.Fatalf("append to a conversation that is not there = %v; want ErrConflict", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM conversation`); n != 1 {
		t.Error("an append decided on version 5 made a new conversation")
	}
}

// One bad row, one old id and one stale append in the middle of a batch: each
// gets its own answer, their neighbours are stored.
func TestPoisonStopsItselfNotItsNeighbours(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(500), 0, "old")); err != nil {
		t.Fatal(err)
	}
	const n = 200
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		a := storetest.Inbound(storetest.Key(i), 0, fmt.Sprintf("w%d", i))
		switch i {
		case 50:
			a.Messages[0].Content = []byte(`{"broken`)
		case 100:
			a = storetest.Inbound(storetest.Key(500), 1, "old")
		case 150:
			a = storetest.Inbound(storetest.Key(i), 3, "stale")
		case 151:
			a.Row.LastPreview = "nul \x00 byte"
		}
		wg.Go(func() { _, errs[i] = j.Append(t.Context(), a) })
	}
	wg.Wait()
	want := map[int]error{50: persistence.ErrRefused, 100: persistence.ErrDuplicate, 150: persistence.ErrConflict, 151: persistence.ErrRefused}
	for i, err := range errs {
		if !errors.Is(err, want[i]) || (want[i] == nil && err != nil) {
			t.Errorf("append %d = %v; want %v", i, err, want[i])
		}
	}
	if got := pgtest.Count(t, pool, `SELECT count(*) FROM message`); got != int64(n-len(want)+1) {
		t.Errorf("%d messages stored; want %d", got, n-len(want)+1)
	}
}

func TestOneOfManyConcurrentAppendsWins(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	other := journal.New(pool, journal.Config{Writers: 3})
	defer other.Close()
	const n = 60
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		won int
	)
	for i := range n {
		wg.Go(func() {
			on := j
			if i%2 == 0 {
				on = other
			}
			_, err := on.Append(t.Context(), storetest.Inbound(storetest.Key(1), 0, fmt.Sprintf("w%d", i)))
			if err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			} else if !errors.Is(err, persistence.ErrConflict) {
				t.Errorf("append = %v", err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d appends won version 1", won)
	}
}

func TestAppendKeepsTheRowsBesideTheJournal(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	now := time.Now().UTC().Truncate(time.Microsecond)
	a := storetest.Inbound(storetest.Key(1), 0, "w1")
	send := func(id string, attempt int32) ledger.Effect {
		ref := ledger.EffectRef{Kind: ledger.EffectSend, Scope: "100", ID: id, Attempt: attempt}
		return ledger.Effect{EffectRef: ref, Class: 2, OwnerEpoch: 1, NotBefore: now}
	}
	other := send("m1", 1) // of another kind, with a body
	other.Kind, other.Body = 99, []byte("body")
	a.Effects = []ledger.Effect{send("m1", 1), send("m2", 1), send("m3", 1), other}
	a.Alarm = now
	if _, err := j.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE effect SET state = 1 WHERE id = 'm2'`); err != nil {
		t.Fatal(err)
	}
	b := storetest.Inbound(storetest.Key(1), 1, "w2")
	b.Withdraw = &ledger.Withdrawal{OwnerEpochBelow: 2, Effects: []ledger.EffectRef{send("m1", 1).EffectRef, send("m2", 1).EffectRef}}
	b.Alarm = now.Add(time.Hour)
	got, err := j.Append(t.Context(), b)
	if err != nil || len(got.Withdrawn) != 1 || got.Withdrawn[0] != send("m1", 1).EffectRef {
		t.Fatalf("append = %+v, %v; want m1 withdrawn: m2 is claimed, m3 is not named", got, err)
	}
	c := storetest.Inbound(storetest.Key(1), 2, "w3")
	c.Done = []ledger.EffectRef{send("m1", 1).EffectRef, send("m2", 1).EffectRef}
	c.Effects = []ledger.Effect{send("m2", 2)}
	c.Statuses = []ledger.StatusChange{{MessageID: "m2", WAMID: "wamid.2", AcceptedAt: now, ReadAt: now.Add(2 * time.Second)}}
	if _, err := j.Append(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	d := storetest.Inbound(storetest.Key(1), 3, "w4")
	d.Statuses = []ledger.StatusChange{{MessageID: "m2", ReadAt: now.Add(time.Second), SentAt: now}}
	if _, err := j.Append(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect_send WHERE (id, attempt, state) IN (('m2', 2, 0), ('m3', 1, 0))`); n != 2 {
		t.Errorf("%d of two sends are left", n)
	}
	const rest = `SELECT count(*) FROM effect_rest WHERE (kind, scope, grain, id, body) = (99, '100', 'c0001', 'm1', 'body')`
	if n := pgtest.Count(t, pool, rest); n != 1 {
		t.Error("the effect of another kind is gone, or not what it was")
	}
	d = storetest.Inbound(storetest.Key(1), 4, "w5")
	d.Done = []ledger.EffectRef{other.EffectRef}
	if _, err := j.Append(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect`); n != 2 {
		t.Errorf("%d effects are left; want 2", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM alarm WHERE (grain, version, due_at, next_try) = ($1, 2, $2, $2)`,
		"Conversation:"+storetest.Key(1).String(), now.Add(time.Hour)); n != 1 {
		t.Error("the alarm was not moved")
	}
	var read, sent time.Time
	var wamid string
	if err := pool.QueryRow(t.Context(), `SELECT wamid, read_at, sent_at FROM message_status`).Scan(&wamid, &read, &sent); err != nil {
		t.Fatal(err)
	}
	if wamid != "wamid.2" || !read.Equal(now.Add(time.Second)) || !sent.Equal(now) {
		t.Errorf("status row = %s read %v sent %v; want the earliest times", wamid, read, sent)
	}
}

func TestAppendAfterClose(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	j := journal.New(pool, journal.Config{})
	j.Close()
	if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(1), 0, "w1")); !errors.Is(err, persistence.ErrClosed) {
		t.Errorf("append after close = %v; want ErrClosed", err)
	}
	if _, err := j.Load(t.Context(), storetest.Key(1)); !errors.Is(err, persistence.ErrClosed) {
		t.Errorf("load after close = %v; want ErrClosed", err)
	}
}
