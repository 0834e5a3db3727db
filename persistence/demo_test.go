package persistence_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A story that was interrupted goes away with the engine's tables, which come back
// as they were, and takes nothing with it that is somebody else's.
func TestDemoBeginsAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	demo := persistence.NewDemo(pool)
	if s, err := demo.Open(t.Context(), "demo", 48*time.Hour); err != nil || s != (persistence.DemoState{}) {
		t.Fatalf("first start: %+v, %v", s, err)
	}
	ahead := func() time.Duration {
		clock, err := persistence.OpenClock(t.Context(), pool)
		if err != nil {
			t.Fatal(err)
		}
		return clock.Ahead()
	}
	if ahead() != -48*time.Hour {
		t.Errorf("the story begins %s ahead", ahead())
	}
	pgtest.Exec(t, pool, `UPDATE installation SET ahead = '-1 h'`) // as far as it was told
	fresh := schemaObjects(t, pool)
	for _, statement := range []string{
		`CREATE TABLE invoice (id int); INSERT INTO invoice VALUES (1)`,
		`INSERT INTO tenant (id, name) VALUES ('demo', 'Lume')`,
	} {
		if _, err := pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if s, err := demo.Open(t.Context(), "demo", 48*time.Hour); err != nil || !s.Again || s.Told {
		t.Fatalf("after an interruption: %+v, %v", s, err)
	}
	if ahead() != -48*time.Hour {
		t.Errorf("the story begins again %s ahead", ahead())
	}
	pgtest.Exec(t, pool, `UPDATE installation SET ahead = '25 h'`)
	var tenants, invoices int
	row := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM tenant), (SELECT count(*) FROM invoice)`)
	if err := row.Scan(&tenants, &invoices); err != nil || tenants != 0 || invoices != 1 {
		t.Errorf("%d tenants and %d invoices stay, %v", tenants, invoices, err)
	}
	if again := slices.DeleteFunc(schemaObjects(t, pool), func(o string) bool { return o == "r invoice" }); !slices.Equal(again, fresh) {
		t.Errorf("the schema is\n%q, was\n%q", again, fresh)
	}

	if err := demo.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `INSERT INTO tenant (id, name) VALUES ('demo', 'Lume')`); err != nil {
		t.Fatal(err)
	}
	if s, err := demo.Open(t.Context(), "demo", 48*time.Hour); err != nil || !s.Told || s.Again || ahead() != 25*time.Hour {
		t.Errorf("after a whole story: %+v, %v, %s ahead", s, err, ahead())
	}
	if _, err := pool.Exec(t.Context(), `INSERT INTO tenant (id, name) VALUES ('acme', 'Acme')`); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Open(t.Context(), "demo", 48*time.Hour); !errors.Is(err, persistence.ErrRealData) {
		t.Errorf("beside another tenant: %v", err)
	}
}

// schemaObjects names the tables, indexes and sequences of the database.
func schemaObjects(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		SELECT relkind::text || ' ' || relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return objects
}
