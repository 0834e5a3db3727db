package numbers_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// A token that one process replaces is another's long before it would read again.
func TestReplaceToken(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sealer, err := persistence.NewSealer("a key of more than sixteen bytes")
	if err != nil {
		t.Fatal(err)
	}
	here, there := numbers.New(pool, sealer), numbers.New(pool, sealer)
	if _, err := there.Get(t.Context(), storetest.Number); err != nil {
		t.Fatal(err)
	}
	if err := here.ReplaceToken(t.Context(), "other", storetest.Number, "stolen"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("another tenant's: %v", err)
	}
	if err := here.ReplaceToken(t.Context(), "acme", storetest.Number, "EAAG-new"); err != nil {
		t.Fatal(err)
	}
	if n, err := here.Get(t.Context(), storetest.Number); err != nil || n.Token != "EAAG-new" {
		t.Errorf("here: %v", err)
	}
	go there.Follow(t.Context(), slog.New(slog.DiscardHandler))
	await.Eventually(t, "the other process has the new token", func() (any, bool) {
		n, err := there.Get(t.Context(), storetest.Number)
		return err, err == nil && n.Token == "EAAG-new"
	})
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE action = 'number.changed' AND strpos(audit::text, 'EAAG') = 0`); n != 1 {
		t.Errorf("%d lines", n)
	}
}
