package persistence_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A database that answers and takes nothing is told from one that takes all.
func TestWritable(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	if err := persistence.Writable(t.Context(), pool); err != nil {
		t.Error(err)
	}
	config := pool.Config().Copy()
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	standby, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer standby.Close()
	if err := persistence.Writable(t.Context(), standby); !errors.Is(err, persistence.ErrReadOnly) {
		t.Errorf("of a read-only database: %v", err)
	}
}
