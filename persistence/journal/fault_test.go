package journal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

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
	for _, table := range []string{"conversation", "event", "message", "alarm", "effect_send", "effect_rest", "message_status"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			j, pool := storetest.Journal(t)
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
			if n := pgtest.Count(t, pool, `SELECT count(*) FROM event WHERE type = 'canary'`) +
				pgtest.Count(t, pool, `SELECT count(*) FROM conversation WHERE tenant_id = 'canary'`); n != 0 {
				t.Errorf("canaries left %d rows", n)
			}
		})
	}
}

// everything is an append with a row for each table; its name is in each of them.
func everything(n int, name string) *ledger.Append {
	a := storetest.Inbound(storetest.Key(n), 0, name)
	a.Key.ContactID = wa.ContactID(name)
	a.Row.LastPreview = name
	id := a.Messages[0].MessageID()
	a.Events[0].Type = name
	a.Statuses = []ledger.StatusChange{{MessageID: id, SentAt: a.Row.LastAt}}
	for _, kind := range []ledger.EffectKind{ledger.EffectSend, 99} {
		ref := ledger.EffectRef{Kind: kind, Scope: string(a.Key.PhoneNumberID), ID: string(id), Attempt: 1}
		a.Effects = append(a.Effects, ledger.Effect{EffectRef: ref, Class: 2, NotBefore: a.Row.LastAt})
	}
	a.Alarm = a.Row.LastAt
	return a
}

func TestI09EveryErrorInABatchOfLoads(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	for n := range 20 {
		if _, err := j.Append(t.Context(), storetest.Inbound(storetest.Key(n), 0, fmt.Sprint("w", n))); err != nil {
			t.Fatal(err)
		}
	}
	inject(t, pool, injection, `ALTER TABLE conversation RENAME TO conversation_rows`,
		`CREATE VIEW conversation AS SELECT * FROM conversation_rows WHERE boom(contact_id)`)
	for class, c := range classes {
		for _, code := range c.codes {
			inject(t, pool, `DELETE FROM injected`, fmt.Sprintf(`INSERT INTO injected VALUES ('%s', '%s')`, code, storetest.Key(7).ContactID))
			for n, err := range together(20, func(n int) error {
				loaded, err := j.Load(t.Context(), storetest.Key(n))
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
	intake, err := intake.Open(t.Context(), pool, intake.Config{Owner: t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = intake.Close(context.Background()) })
	inject(t, pool, injection, `CREATE FUNCTION boom_body() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN PERFORM boom(convert_from(NEW.body, 'UTF8')); RETURN NEW; END $$`,
		`CREATE TRIGGER boom BEFORE INSERT ON intake FOR EACH ROW EXECUTE FUNCTION boom_body()`)
	var stored int64
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
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM intake`); n != stored {
		t.Errorf("%d bodies stored, %d acknowledged", n, stored)
	}
}
