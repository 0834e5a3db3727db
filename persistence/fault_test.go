package persistence_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestFaultOf(t *testing.T) {
	t.Parallel()
	want := map[persistence.Fault]string{
		persistence.FaultData:      "22003 22P05 23505 23514 54000",
		persistence.FaultTransient: "08000 08006 25006 40001 40P01 53100 53300 55P03 57014 57P01 58030",
		persistence.FaultBroken:    "0A000 25001 28000 3D000 3F000 42501 42P01 P0001 XX000 XX002",
	}
	for fault, codes := range want {
		for _, code := range strings.Fields(codes) {
			err := fmt.Errorf("do it: %w", &pgconn.PgError{Code: code})
			if got := persistence.FaultOf(err); got != fault {
				t.Errorf("%s is the fault of %s, want %s", code, got, fault)
			}
		}
	}
	for _, err := range []error{errors.New("?"), context.DeadlineExceeded, &pgconn.PgError{}, persistence.ErrConflict, persistence.ErrClosed} {
		if got := persistence.FaultOf(err); got != persistence.FaultTransient {
			t.Errorf("%v is the fault of %s, want transient", err, got)
		}
	}
}

// fakeStatement fails by a rule; what it did is kept.
type fakeStatement struct {
	fails   func(some []int) error
	done    []int
	calls   int
	guilty  []int
	canary  error
	checked int
}

func (f *fakeStatement) sieve() *persistence.Sieve[int] {
	return &persistence.Sieve[int]{
		Do: func(_ context.Context, some []int) error {
			f.calls++
			if err := f.fails(some); err != nil {
				return err
			}
			f.done = append(f.done, some...)
			return nil
		},
		Canary: func(context.Context) error { f.checked++; return f.canary },
		Guilty: func(_ context.Context, one int, _ error) error { f.guilty = append(f.guilty, one); return nil },
	}
}

func failsWith(code string, bad ...int) func([]int) error {
	return func(some []int) error {
		if slices.ContainsFunc(some, func(n int) bool { return slices.Contains(bad, n) }) {
			return &pgconn.PgError{Code: code}
		}
		return nil
	}
}

func TestSieve(t *testing.T) {
	t.Parallel()
	broken := &pgconn.PgError{Code: "42501"}
	tests := map[string]struct {
		fake   fakeStatement
		done   int
		guilty []int
		fault  persistence.Fault
	}{
		"all pass":                   {fakeStatement{fails: failsWith("22003")}, 100, nil, persistence.FaultNone},
		"data":                       {fakeStatement{fails: failsWith("22003", 0, 41, 99)}, 97, []int{0, 41, 99}, persistence.FaultNone},
		"broken for some":            {fakeStatement{fails: failsWith("XX002", 0, 41, 99)}, 97, []int{0, 41, 99}, persistence.FaultNone},
		"broken for everybody":       {fakeStatement{fails: func([]int) error { return broken }, canary: broken}, 0, nil, persistence.FaultBroken},
		"away":                       {fakeStatement{fails: failsWith("57P01", 41)}, 0, nil, persistence.FaultTransient},
		"away while broken for some": {fakeStatement{fails: failsWith("XX002", 41), canary: errors.New("gone")}, 0, nil, persistence.FaultTransient},
	}
	for name, test := range tests {
		list := make([]int, 100)
		for n := range list {
			list[n] = n
		}
		err := test.fake.sieve().Run(t.Context(), list)
		if got := persistence.FaultOf(err); got != test.fault {
			t.Errorf("%s: fault %s, want %s: %v", name, got, test.fault, err)
		}
		if len(test.fake.done) != test.done || !slices.Equal(test.fake.guilty, test.guilty) {
			t.Errorf("%s: %d done, guilty %v", name, len(test.fake.done), test.fake.guilty)
		}
		if test.fault == persistence.FaultBroken && test.fake.calls > 1 {
			t.Errorf("%s: asked %d times for what nobody gets", name, test.fake.calls)
		}
	}
}

// Who fails twice alone and then passes was not guilty; nor is anybody when the
// last canary does not pass.
func TestSieveBlamesNobodyTooSoon(t *testing.T) {
	t.Parallel()
	alone := 0
	recovers := fakeStatement{fails: func(some []int) error {
		if !slices.Contains(some, 3) {
			return nil
		}
		if len(some) == 1 {
			if alone++; alone == 3 {
				return nil
			}
		}
		return &pgconn.PgError{Code: "XX000"}
	}}
	if err := recovers.sieve().Run(t.Context(), []int{1, 2, 3, 4}); err != nil || len(recovers.guilty) > 0 || len(recovers.done) != 4 {
		t.Errorf("%v, guilty %v, done %v", err, recovers.guilty, recovers.done)
	}
	breaks := fakeStatement{fails: failsWith("XX000", 3)}
	sieve := breaks.sieve()
	sieve.Canary = func(context.Context) error {
		if breaks.checked++; breaks.checked > 5 { // two of the halving, three of the tries alone
			return &pgconn.PgError{Code: "XX000"}
		}
		return nil
	}
	if err := sieve.Run(t.Context(), []int{1, 2, 3, 4}); !errors.Is(err, persistence.ErrBroken) || len(breaks.guilty) > 0 {
		t.Errorf("%v, guilty %v", err, breaks.guilty)
	}
}

// injection makes statements fail with a code for rows that hold a marker, or for
// all if it is empty.
const injection = `
CREATE TABLE injected (code text, marker text);
CREATE FUNCTION boom(data text) RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
DECLARE c text;
BEGIN
	SELECT code INTO c FROM injected WHERE position(marker IN data) > 0 OR marker = '' LIMIT 1;
	IF c IS NOT NULL THEN RAISE EXCEPTION 'injected' USING ERRCODE = c; END IF;
	RETURN true;
END $$;
CREATE FUNCTION boom_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM boom(row_to_json(NEW)::text);
	RETURN NEW;
END $$;`

func inject(t *testing.T, pool *pgxpool.Pool, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

func boomOn(table string) string {
	return `CREATE TRIGGER boom BEFORE INSERT OR UPDATE ON ` + table + ` FOR EACH ROW EXECUTE FUNCTION boom_row()`
}

// together has many goroutines do something at once, so that they share batches.
func together(n int, do func(n int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errs
}

var classes = map[string]struct {
	codes []string
	alone error // what the guilty one gets; nil: as everybody
}{
	"data":      {[]string{"22003", "23514", "54000"}, persistence.ErrRefused},
	"broken":    {[]string{"42501", "XX000", "P0001"}, persistence.ErrRefused},
	"transient": {[]string{"57014", "53100", "58030"}, nil},
}

func TestI09EveryErrorInABatchOfAppends(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"conversation", "event", "message", "timer", "media", "outbox", "message_status"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			j, pool := journal(t)
			inject(t, pool, injection, boomOn(table))
			round := 0
			appendAll := func(code, marker string) []error {
				round++
				inject(t, pool, `DELETE FROM injected`)
				if code != "" {
					inject(t, pool, fmt.Sprintf(`INSERT INTO injected VALUES ('%s', '%s')`, code, marker))
				}
				return together(20, func(n int) error {
					name := fmt.Sprintf("ok.%d.%d", round, n)
					if n == 7 {
						name = fmt.Sprintf("bad.%d", round)
					}
					_, err := j.Append(t.Context(), everything(1000*round+n, name))
					return err
				})
			}
			for class, c := range classes {
				for _, code := range c.codes {
					errs := appendAll(code, "bad.")
					if got := errs[7]; c.alone != nil && !errors.Is(got, c.alone) || got == nil || persistence.FaultOf(got) == persistence.FaultBroken {
						t.Errorf("%s %s: the guilty one got %v", class, code, got)
					}
					for n, err := range errs {
						if n != 7 && c.alone != nil && err != nil {
							t.Errorf("%s %s: neighbour %d got %v", class, code, n, err)
						}
					}
				}
			}
			for n, err := range appendAll("42501", "") {
				if !errors.Is(err, persistence.ErrBroken) {
					t.Errorf("broken for everybody: %d got %v", n, err)
				}
			}
			for n, err := range appendAll("", "") {
				if err != nil {
					t.Errorf("after it was mended: %d got %v", n, err)
				}
			}
			if n := count(t, pool, `SELECT count(*) FROM event WHERE type = 'canary'`) +
				count(t, pool, `SELECT count(*) FROM conversation WHERE tenant_id = 'canary'`); n != 0 {
				t.Errorf("canaries left %d rows", n)
			}
		})
	}
}

// everything is an append with a row for each table; its name is in each of them.
func everything(n int, name string) *persistence.Append {
	a := inbound(key(n), 0, name)
	a.Row.LastPreview = name
	id := a.Messages[0].ID
	a.Events[0].Type = name
	a.Statuses = []persistence.StatusChange{{MessageID: id, SentAt: a.Row.LastAt}}
	a.Queue = []persistence.QueuedSend{{MessageID: id, Attempt: 1, Lane: 2, NotBefore: a.Row.LastAt}}
	a.Timers = []persistence.TimerChange{{Kind: name, DueAt: a.Row.LastAt}}
	a.Media = []persistence.WantedMedia{{MessageID: id, MediaID: "1"}}
	return a
}

func TestI09EveryErrorInABatchOfLoads(t *testing.T) {
	t.Parallel()
	j, pool := journal(t)
	for n := range 20 {
		if _, err := j.Append(t.Context(), inbound(key(n), 0, fmt.Sprint("w", n))); err != nil {
			t.Fatal(err)
		}
	}
	inject(t, pool, injection, `ALTER TABLE conversation RENAME TO conversation_rows`,
		`CREATE VIEW conversation AS SELECT * FROM conversation_rows WHERE boom(contact_id)`)
	for class, c := range classes {
		for _, code := range c.codes {
			inject(t, pool, `DELETE FROM injected`, fmt.Sprintf(`INSERT INTO injected VALUES ('%s', '%s')`, code, key(7).ContactID))
			for n, err := range together(20, func(n int) error {
				loaded, err := j.Load(t.Context(), key(n))
				if err == nil && loaded.Version != 1 {
					err = fmt.Errorf("version %d", loaded.Version)
				}
				return err
			}) {
				if guilty := n == 7; guilty && (err == nil || !errors.Is(err, c.alone) && c.alone != nil) || !guilty && c.alone != nil && err != nil {
					t.Errorf("%s %s: load %d got %v", class, code, n, err)
				}
			}
		}
	}
}

func TestI09EveryErrorInABatchOfBodies(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	intake, err := persistence.OpenIntake(t.Context(), pool, persistence.IntakeConfig{Owner: t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = intake.Close(context.Background()) })
	inject(t, pool, injection, `CREATE FUNCTION boom_body() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN PERFORM boom(convert_from(NEW.body, 'UTF8')); RETURN NEW; END $$`,
		`CREATE TRIGGER boom BEFORE INSERT ON intake FOR EACH ROW EXECUTE FUNCTION boom_body()`)
	stored := 0
	for class, c := range classes {
		for _, code := range c.codes {
			inject(t, pool, `DELETE FROM injected`, fmt.Sprintf(`INSERT INTO injected VALUES ('%s', 'bad')`, code))
			for n, err := range together(20, func(n int) error {
				body := fmt.Sprint("body ", n)
				if n == 7 {
					body = "bad"
				}
				_, err := intake.Append(t.Context(), []byte(body))
				return err
			}) {
				if err == nil {
					stored++
				}
				if n == 7 && err == nil || n != 7 && c.alone != nil && err != nil {
					t.Errorf("%s %s: body %d got %v", class, code, n, err)
				}
			}
		}
	}
	inject(t, pool, `UPDATE injected SET code = '42501', marker = ''`)
	if _, err := intake.Append(t.Context(), []byte("x")); !errors.Is(err, persistence.ErrBroken) {
		t.Errorf("broken for everybody: %v", err)
	}
	if n := count(t, pool, `SELECT count(*) FROM intake`); n != stored {
		t.Errorf("%d bodies stored, %d acknowledged", n, stored)
	}
}
