package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// openIntake takes a source as a living member.
func openIntake(t *testing.T, pool *pgxpool.Pool, member string) *intake.Intake {
	t.Helper()
	pgtest.Member(t, pool, member)
	intake, err := intake.Open(t.Context(), pool, intake.Config{Owner: member, Member: member})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := intake.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return intake
}

// eventually asks again until it is told what it wants, and fails after a minute.
func eventually[T comparable](t *testing.T, what string, want T, look func() T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		got := look()
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s: %v, want %v", what, got, want)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestIntakeAppendIsCommittedAndInOrder(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	store := openIntake(t, pool, "a")
	var mu sync.Mutex
	var seen []intake.Row
	store.OnStored(func(row intake.Row) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, row)
	})
	var group errgroup.Group
	for n := range 500 {
		group.Go(func() error {
			body := fmt.Appendf(nil, "body %d", n)
			row, err := store.Append(t.Context(), body)
			if err != nil {
				return err
			}
			stored, err := store.Body(t.Context(), row.Day, row.Source, row.Seq)
			if err == nil && !bytes.Equal(stored, body) {
				err = fmt.Errorf("row %d holds %q, want %q", row.Seq, stored, body)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for n, row := range seen {
		if row.Seq != int64(n)+1 {
			t.Fatalf("row %d has seq %d: not in order of commit", n, row.Seq)
		}
	}
	if len(seen) != 500 {
		t.Fatalf("%d rows were offered, want 500", len(seen))
	}
	if n := pgtest.Count(t, pool, `SELECT count(DISTINCT xmin::text) FROM intake`); n > 400 {
		t.Errorf("%d transactions for 500 bodies: they are not grouped", n)
	}
}

func TestIntakeDoneUptoWaitsForTheLowest(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	intake := openIntake(t, pool, "a")
	rows := appendBodies(t, intake, 10)
	upto := func() int64 {
		return pgtest.Count(t, pool, `SELECT done_upto FROM intake_source WHERE source = $1`, intake.Source())
	}
	for _, n := range []int{9, 2, 1, 4, 0, 0} {
		intake.Done(rows[n].Source, rows[n].Seq)
	}
	eventually(t, "done up to 3", 3, upto)
	intake.Done(rows[3].Source, rows[3].Seq)
	eventually(t, "done up to 5", 5, upto)
}

func appendBodies(t *testing.T, store *intake.Intake, n int) []intake.Row {
	t.Helper()
	rows := make([]intake.Row, n)
	for i := range rows {
		var err error
		if rows[i], err = store.Append(t.Context(), fmt.Appendf(nil, "%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func TestIntakeTakeOverFromDoneUpto(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first := openIntake(t, pool, "dead")
	second := openIntake(t, pool, "successor")
	rows := appendBodies(t, first, 20)
	for _, row := range rows[:7] {
		first.Done(row.Source, row.Seq)
	}
	first.Done(rows[10].Source, rows[10].Seq)
	if _, err := second.TakeOver(t.Context(), nil); !errors.Is(err, persistence.ErrNotFound) {
		t.Fatalf("took over a living source: %v", err)
	}
	if err := first.Close(t.Context()); err != nil { // unfinished: free at once
		t.Fatal(err)
	}
	at, err := second.TakeOver(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if at.Seq != 7 {
		t.Fatalf("taken over after %d, want 7", at.Seq)
	}
	read, err := second.ReadBack(t.Context(), at, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(read) != 13 || read[0].Seq != 8 || string(read[0].Body) != "7" {
		t.Fatalf("read back %d rows from %d", len(read), read[0].Seq)
	}
	for _, row := range read {
		if ok, _ := second.Finished(t.Context(), at.Source); ok {
			t.Fatal("finished before the rows were done")
		}
		second.Done(row.Source, row.Seq)
	}
	if ok, err := second.Finished(t.Context(), at.Source); !ok || err != nil {
		t.Fatalf("finished: %v, %v", ok, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM intake_source WHERE source = $1 AND closed_at IS NOT NULL AND done_upto = 20`, at.Source); n != 1 {
		t.Error("the source was not closed")
	}
}

// While the database hangs, whoever comes later is told so at once: he would wait in
// vain behind those who came first.
func TestIntakeRefusesWhileTheDatabaseHangs(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	intake := openIntake(t, pool, "a")
	lock, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(t.Context(), `LOCK TABLE intake_source IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	short := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := intake.Append(ctx, []byte("x"))
		return err
	}
	eventually(t, "the intake says that the database hangs", true, func() bool {
		return errors.Is(short(), persistence.ErrHangs)
	})
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the intake takes again", true, func() bool {
		_, err := intake.Append(t.Context(), []byte("y"))
		return err == nil
	})
}

// A source is free when its member is dead: without a lease, or lost from the view of
// the cluster and not heard of since.
func TestIntakeSourceEndsWithItsMember(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  string // of the member, as the database sees it
		lost []string
		free bool
	}{
		"living":                 {"lease_until = 'infinity'", nil, false},
		"lost, but heard since":  {"renewed_at = now()", []string{"first"}, false},
		"silent, but not lost":   {"renewed_at = now() - interval '2 s'", []string{"another"}, false},
		"lost and silent":        {"renewed_at = now() - interval '2 s'", []string{"another", "first"}, true},
		"without a lease":        {"lease_until = now()", nil, true},
		"left without a closing": {"id = 'somebody'", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.Pool(t)
			first, successor := openIntake(t, pool, "first"), openIntake(t, pool, "successor")
			row := appendBodies(t, first, 1)[0]
			pgtest.Exec(t, pool, `UPDATE member SET `+c.end+` WHERE id = 'first'`)
			at, err := successor.TakeOver(t.Context(), c.lost)
			if c.free && (err != nil || at.Source != row.Source) {
				t.Errorf("not taken over: %v, %v", at, err)
			}
			if !c.free && !errors.Is(err, persistence.ErrNotFound) {
				t.Errorf("taken over: %v, %v", at, err)
			}
			if _, err := successor.TakeOver(t.Context(), c.lost); !errors.Is(err, persistence.ErrNotFound) {
				t.Errorf("taken over twice: %v", err)
			}
		})
	}
}

// A process that slept through its lease must not add to a source that another
// one has: its rows would be acknowledged and read by nobody.
func TestIntakeAppendAfterLosingTheSource(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	sleeper := openIntake(t, pool, "sleeper")
	successor := openIntake(t, pool, "successor")
	old := appendBodies(t, sleeper, 1)[0]
	pgtest.EndMember(t, pool, "sleeper")
	if _, err := successor.TakeOver(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	row, err := sleeper.Append(t.Context(), []byte("late"))
	if err != nil {
		t.Fatal(err)
	}
	if row.Source == old.Source || row.Seq != 1 {
		t.Fatalf("stored as %d/%d: still in the lost source", row.Source, row.Seq)
	}
	sleeper.Done(old.Source, old.Seq)
	eventually(t, "the sleeper lets go", row.Source, sleeper.Source)
	if n := pgtest.Count(t, pool, `SELECT done_upto FROM intake_source WHERE source = $1`, old.Source); n != 0 {
		t.Errorf("the old owner wrote done_upto %d", n)
	}
}

func TestIntakePartitions(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	intake := openIntake(t, pool, "a")
	partitions := func() int64 {
		return pgtest.Count(t, pool, `SELECT count(*) FROM pg_partition_tree('intake') WHERE isleaf`)
	}
	if n := partitions(); n != 3 {
		t.Fatalf("%d partitions, want today and two more", n)
	}
	source := intake.Source()
	for _, day := range []string{"20200102", "20200103"} {
		pgtest.Exec(t, pool, fmt.Sprintf(`CREATE TABLE intake_%s PARTITION OF intake FOR VALUES FROM ('%s') TO ('%s'::date + 1)`, day, day, day))
	}
	pgtest.Exec(t, pool, `INSERT INTO intake VALUES ('20200103', $1, 900, now(), 'x')`, source)
	if n, err := intake.DropOld(t.Context()); n != 1 || err != nil {
		t.Fatalf("dropped %d partitions, %v; want the one without an open row", n, err)
	}
	pgtest.Exec(t, pool, `UPDATE intake_source SET done_upto = 900 WHERE source = $1`, source)
	if n, err := intake.DropOld(t.Context()); n != 1 || err != nil {
		t.Fatalf("dropped %d partitions, %v; want the finished one", n, err)
	}
	if n := partitions(); n != 3 {
		t.Errorf("%d partitions are left, want 3", n)
	}
}

func TestIntakeWhenTheStoreIsDown(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	intake := openIntake(t, pool, "a")
	pgtest.Exec(t, pool, `ALTER TABLE intake RENAME TO gone`)
	if _, err := intake.Append(t.Context(), []byte("x")); err == nil {
		t.Fatal("appended without a table")
	}
	pgtest.Exec(t, pool, `ALTER TABLE gone RENAME TO intake`)
	row := appendBodies(t, intake, 1)[0]
	intake.Done(row.Source, row.Seq)
	eventually(t, "failed appends leave no hole", row.Seq, func() int64 {
		return pgtest.Count(t, pool, `SELECT done_upto FROM intake_source WHERE source = $1`, row.Source)
	})
	if err := intake.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := intake.Append(t.Context(), []byte("x")); !errors.Is(err, persistence.ErrClosed) {
		t.Fatalf("append after close: %v", err)
	}
}

func TestIntakeProblems(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	problems := intake.NewProblems(pool)
	day := time.Now().UTC().Truncate(24 * time.Hour)
	var list []intake.Problem
	for n := range 5 {
		list = append(list, intake.Problem{
			Day: day, Source: 1, Seq: int64(n), EventIndex: 0, TenantID: "acme", Number: "100", Conversation: "100:c1",
			State: intake.ProblemFailed, Kind: "message", Reason: "time \x00out", Raw: []byte{1}, ReceivedAt: day,
		})
	}
	list[4].State, list[4].TenantID, list[4].Conversation = intake.ProblemParked, "", ""
	if err := errors.Join(problems.Note(t.Context(), list), problems.Note(t.Context(), list[:1])); err != nil {
		t.Fatal(err)
	}
	counts, err := problems.Count(t.Context(), "")
	if err != nil || counts[intake.ProblemFailed] != 4 || counts[intake.ProblemParked] != 1 {
		t.Fatalf("counts %v, %v", counts, err)
	}
	page, err := problems.List(t.Context(), "acme", intake.ProblemFailed, 0, 3)
	if err != nil || len(page) != 3 || page[0].Seq != 3 {
		t.Fatalf("first page %v, %v", page, err)
	}
	if page, _ = problems.List(t.Context(), "acme", intake.ProblemFailed, page[2].ID, 3); len(page) != 1 || page[0].Seq != 0 {
		t.Fatalf("second page %v", page)
	}
	if other, _ := problems.List(t.Context(), "other", intake.ProblemFailed, 0, 3); len(other) != 0 {
		t.Fatalf("another tenant sees %v", other)
	}
	seen := func(tenant wa.TenantID) int {
		page, err := problems.List(t.Context(), tenant, intake.ProblemParked, 0, 3)
		counts, err2 := problems.Count(t.Context(), tenant)
		if err := errors.Join(err, err2); err != nil || int(counts[intake.ProblemParked]) != len(page) {
			t.Fatalf("%d listed, counts %v, %v", len(page), counts, err)
		}
		if len(page) > 0 {
			if _, err := problems.Get(t.Context(), tenant, page[0].ID); err != nil {
				t.Error(err)
			}
		}
		return len(page)
	}
	put := func(tenant string) {
		if _, err := pool.Exec(t.Context(), `INSERT INTO tenant (id, name) VALUES ($1, $1)`, tenant); err != nil {
			t.Fatal(err)
		}
	}
	put("acme")
	if seen("acme") != 1 {
		t.Error("the only tenant does not see what names no number")
	}
	put("other")
	if seen("acme") != 0 || seen("other") != 0 || seen("") != 1 {
		t.Errorf("of what names no number one of two tenants sees %d, the other %d, the operator %d", seen("acme"), seen("other"), seen(""))
	}
	lanes, err := problems.FailedLanes(t.Context(), 1, 10)
	if err != nil || len(lanes) != 1 || lanes[0] != "100:c1" {
		t.Fatalf("failed lanes %v, %v", lanes, err)
	}
	lane, _ := problems.Lane(t.Context(), "100:c1", 0, 1, 10)
	if len(lane) != 4 || lane[0].Seq != 0 || strings.Contains(lane[0].Reason, "\x00") {
		t.Fatalf("lane %v", lane)
	}
	if err := problems.End(t.Context(), lane[0].ID, intake.ProblemReplayed, "", ""); err != nil {
		t.Fatal(err)
	}
	if rest, err := problems.Lane(t.Context(), "100:c1", lane[1].ID, 1, 10); err != nil || len(rest) != 2 || rest[0].Seq != 2 {
		t.Fatalf("rest of the lane %v, %v", rest, err)
	}
	if open, err := problems.OpenLanes(t.Context(), []string{"100:c0", "100:c1"}, 1); err != nil || !slices.Equal(open, []string{"100:c1"}) {
		t.Fatalf("open lanes %v, %v", open, err)
	}
	for _, p := range lane[1:] {
		if err := problems.End(t.Context(), p.ID, intake.ProblemFailed, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	if open, err := problems.OpenLanes(t.Context(), []string{"100:c0", "100:c1"}, 1); err != nil || len(open) != 0 {
		t.Fatalf("open lanes %v, %v, want those with something to try", open, err)
	}
	if parked, _ := problems.ParkedFor(t.Context(), "100", 0, 10); len(parked) != 1 || parked[0].Seq != 4 {
		t.Fatalf("parked %v", parked)
	}
	if _, err := problems.Get(t.Context(), "", 999); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("get of nothing: %v", err)
	}
}

// A day without a partition is the operator's to mend and no body's fault; a check
// that a row violates is the row's.
func TestMissingPartitionIsNoBodysFault(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	store := openIntake(t, pool, "a")
	pgtest.Exec(t, pool, `DO $$ DECLARE p text; BEGIN
		FOR p IN SELECT relid::text FROM pg_partition_tree('intake') WHERE isleaf LOOP EXECUTE 'DROP TABLE ' || p; END LOOP; END $$`)
	_, err := store.Append(t.Context(), []byte(`{}`))
	if !errors.Is(err, persistence.ErrBroken) || errors.Is(err, persistence.ErrRefused) {
		t.Errorf("without a partition: %v, want %v", err, persistence.ErrBroken)
	}
	pgtest.Exec(t, pool, `CREATE TABLE parted (n int CHECK (n > 0)) PARTITION BY RANGE (n)`)
	pgtest.Exec(t, pool, `CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (-9) TO (9)`)
	for n, want := range map[int]persistence.Fault{-1: persistence.FaultData, 10: persistence.FaultBroken} {
		_, err := pool.Exec(t.Context(), `INSERT INTO parted VALUES ($1)`, n)
		if got := persistence.FaultOf(err); got != want {
			t.Errorf("%v is the fault of %s, want %s", err, got, want)
		}
	}
}
