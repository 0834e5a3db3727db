package persistence_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func sealerOf(t *testing.T, key string) *persistence.Sealer {
	t.Helper()
	s, err := persistence.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	right, wrong := sealerOf(t, "the key of the installation"), sealerOf(t, "the key of somebody else")
	for round := range 2 {
		if err := persistence.CheckKey(t.Context(), pool, right); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	err := persistence.CheckKey(t.Context(), pool, wrong)
	if !errors.Is(err, persistence.ErrOtherKey) || !strings.Contains(err.Error(), "PROSA_SECRET_KEY") || !strings.Contains(err.Error(), "remedy") {
		t.Errorf("another key: %v", err)
	}
}

// Tokens that are older than the check decide which key is right.
func TestKeyOfAnOlderInstallation(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	wrong := sealerOf(t, "the key of somebody else")
	if err := persistence.CheckKey(t.Context(), pool, wrong); !errors.Is(err, persistence.ErrOtherKey) {
		t.Fatalf("a key that opens no token: %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM installation WHERE key_check IS NOT NULL`); n != 0 {
		t.Error("the wrong key left its word")
	}
	if err := persistence.CheckKey(t.Context(), pool, sealerOf(t, "0123456789abcdef")); err != nil {
		t.Errorf("the key that opens them: %v", err)
	}
}

// Two with different keys start at the same moment: one of them stays out.
func TestTwoKeysAtOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	errs := make([]error, 2)
	var group errgroup.Group
	for n, key := range []string{"the first of the two keys", "the second of the two keys"} {
		group.Go(func() error {
			errs[n] = persistence.CheckKey(t.Context(), pool, sealerOf(t, key))
			return nil
		})
	}
	_ = group.Wait()
	if errors.Is(errs[0], persistence.ErrOtherKey) == errors.Is(errs[1], persistence.ErrOtherKey) {
		t.Errorf("first: %v; second: %v", errs[0], errs[1])
	}
}

func TestNewerSchemaNamesTheBinaryThatItNeeds(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	// A later release, beside which this one may run, was here: nothing is said.
	pgtest.Exec(t, pool, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9001, true)`)
	if err := persistence.Migrate(t.Context(), pool); err != nil {
		t.Fatalf("a newer schema that allows it: %v", err)
	}
	pgtest.Exec(t, pool, `UPDATE installation SET oldest = 9001`)
	err := persistence.Migrate(t.Context(), pool)
	if !errors.Is(err, persistence.ErrOldBinary) || !strings.Contains(err.Error(), "9001") || !strings.Contains(err.Error(), "remedy") {
		t.Errorf("a newer schema that forbids it: %v", err)
	}
}

// The schema of before is not changed under a process that reads it; when its
// lease has ended, it is.
func TestMigrationWaitsForTheProcessesOfBefore(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `DELETE FROM goose_db_version WHERE version_id > 6`)
	pgtest.Exec(t, pool, `INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until)
		VALUES ('prosa', 'old', 1, '127.0.0.1:1', '{}', now(), now(), now() + interval '1 hour')`)
	if err := persistence.Migrate(t.Context(), pool); !errors.Is(err, persistence.ErrMembersRun) || !strings.Contains(err.Error(), "remedy") {
		t.Fatalf("beside one that runs: %v", err)
	}
	pgtest.Exec(t, pool, `UPDATE member SET lease_until = now() + interval '1 s'`)
	err := persistence.Migrate(t.Context(), pool)
	if errors.Is(err, persistence.ErrMembersRun) {
		t.Errorf("after its lease: %v", err)
	}
}

// A stop is found in the migration that names it, not in a constant that one forgets.
func TestMigrationWaitsBeforeTheNewestStop(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `DELETE FROM goose_db_version WHERE version_id > 13`)
	pgtest.Exec(t, pool, `INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until)
		VALUES ('prosa', 'old', 1, '127.0.0.1:1', '{}', now(), now(), now() + interval '1 hour')`)
	if err := persistence.Migrate(t.Context(), pool); !errors.Is(err, persistence.ErrMembersRun) {
		t.Errorf("beside one that runs: %v", err)
	}
	pgtest.Exec(t, pool, `UPDATE member SET address = ''`) // was alone with these data
	if err := persistence.Migrate(t.Context(), pool); errors.Is(err, persistence.ErrMembersRun) {
		t.Errorf("after one that was alone: %v", err)
	}
}
