package persistence_test

import (
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMigrateTwiceDoesNothing(t *testing.T) {
	t.Parallel()
	pool := emptyPool(t)
	if current, newest := schemaVersion(t, pool); current != 0 || newest < 1 {
		t.Fatalf("schema version before: %d of %d, want 0 of at least 1", current, newest)
	}
	for round := range 2 {
		if err := persistence.Migrate(t.Context(), pool); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if current, newest := schemaVersion(t, pool); current != newest {
			t.Fatalf("round %d: schema version %d, want %d", round, current, newest)
		}
		if applied, files := appliedMigrations(t, pool); applied != files {
			t.Fatalf("round %d: %d migrations applied, want each of %d once", round, applied, files)
		}
	}
}

func TestMigrateConcurrently(t *testing.T) {
	t.Parallel()
	pool := emptyPool(t)
	url := pool.Config().ConnString()
	var group errgroup.Group
	for range 4 {
		group.Go(func() error { return pgtest.Migrate(t.Context(), url) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if applied, files := appliedMigrations(t, pool); applied != files {
		t.Fatalf("%d migrations applied, want each of %d once", applied, files)
	}
}

// emptyPool leads to a database without our schema.
func emptyPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t)
	if _, err := pool.Exec(t.Context(), `DROP SCHEMA public CASCADE; CREATE SCHEMA public`); err != nil {
		t.Fatal(err)
	}
	return pool
}

func schemaVersion(t *testing.T, pool *pgxpool.Pool) (current, newest int64) {
	t.Helper()
	current, newest, err := persistence.SchemaVersion(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return current, newest
}

// appliedMigrations counts what was recorded beside what there is.
func appliedMigrations(t *testing.T, pool *pgxpool.Pool) (applied, files int64) {
	t.Helper()
	row := pool.QueryRow(t.Context(), `SELECT count(*) FROM goose_db_version WHERE version_id > 0`)
	if err := row.Scan(&applied); err != nil {
		t.Fatal(err)
	}
	list, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return applied, int64(len(list))
}
