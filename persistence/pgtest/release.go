package pgtest

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// BarsBefore checks that no release may start any more that is older than a migration,
// named by what follows its number.
func BarsBefore(t *testing.T, pool *pgxpool.Pool, migration string) {
	t.Helper()
	files, err := filepath.Glob("../migrations/*_" + migration + ".sql")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	oldest := fmt.Sprintf("%04d", Count(t, pool, `SELECT oldest FROM installation`))
	if first := filepath.Base(files[0])[:4]; oldest < first {
		t.Errorf("releases since %s may still start, which do not know %s (%s)", oldest, migration, first)
	}
}
