package staff_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// waiting waits until so many wait for a lock.
func waiting(t *testing.T, pool *pgxpool.Pool, want int64) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); pgtest.Count(t, pool, `SELECT count(*) FROM pg_locks
		WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`) < want; {
		if time.Now().After(deadline) {
			t.Fatalf("not %d wait", want)
		}
	}
}

// Whoever uses a link waits for a change of the account without holding the link,
// which the change may end.
func TestResetWaitsForTheAccountFirst(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	reset, err := accounts.OpenReset(t.Context(), "t1", ana.ID)
	if err != nil {
		t.Fatal(err)
	}
	change, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = change.Rollback(context.Background()) }()
	if _, err := change.Exec(t.Context(), `SELECT FROM staff WHERE id = $1 FOR UPDATE`, ana.ID); err != nil {
		t.Fatal(err)
	}
	used := make(chan error, 1)
	go func() {
		_, err := accounts.ResetPassword(t.Context(), reset.Token, "another good one")
		used <- err
	}()
	waiting(t, pool, 1)
	if _, err := change.Exec(t.Context(), `DELETE FROM password_reset WHERE staff_id = $1`, ana.ID); err != nil {
		t.Errorf("the change: %v", err)
	}
	if err := change.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-used; !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a link that was ended first: %v, want %v", err, persistence.ErrNotFound)
	}
}

// What ends sessions from many sides at once never waits in a circle.
func TestSessionsEndFromAllSidesAtOnce(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	hire(t, accounts, "t1", "boss@x.example", staff.RoleAdmin)
	hire(t, accounts, "t1", "chief@x.example", staff.RoleAdmin)
	const fill = `
INSERT INTO session (token_hash, staff_id, csrf_token, expires_at)
SELECT sha256((random()::text || n)::bytea), $1, '', now() + (CASE WHEN n % 2 = 0 THEN interval '1 day' ELSE interval '-1 day' END)
FROM generate_series(1, 100) n`
	const rounds = 50
	ends := []func(context.Context) error{
		func(ctx context.Context) error { return accounts.CloseSessions(ctx, &ana) },
		accounts.PruneSessions,
		accounts.PruneSessions,
		func(ctx context.Context) error {
			if _, err := accounts.Disable(ctx, "t1", ana.ID, jobs.Order{}); err != nil {
				return err
			}
			return accounts.Enable(ctx, "t1", ana.ID)
		},
		func(ctx context.Context) error {
			_, err := accounts.OpenReset(ctx, "t1", ana.ID)
			if errors.Is(err, staff.ErrSeatClosed) {
				return nil
			}
			return err
		},
		func(ctx context.Context) error {
			_, err := pool.Exec(ctx, fill, ana.ID)
			return err
		},
	}
	var all sync.WaitGroup
	for _, end := range ends {
		all.Go(func() {
			for range rounds {
				if err := end(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// Whoever logs in with the old password while a new one is being committed, its
// sessions ended already, does not come in.
func TestLoginDuringAChangeOfPassword(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	if _, err := accounts.OpenReset(t.Context(), "t1", ana.ID); err != nil {
		t.Fatal(err)
	}
	hold, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hold.Rollback(context.Background()) }()
	// The link is the last thing that a change of the password ends.
	if _, err := hold.Exec(t.Context(), `SELECT FROM password_reset FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	changed, entered := make(chan error, 1), make(chan error, 1)
	go func() { changed <- accounts.ChangePassword(t.Context(), ana, password, "another good one", "") }()
	waiting(t, pool, 1)
	go func() {
		_, err := accounts.LogIn(t.Context(), "ana@x.example", password)
		entered <- err
	}()
	waiting(t, pool, 2)
	if err := hold.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-changed; err != nil {
		t.Fatal(err)
	}
	if err := <-entered; !errors.Is(err, staff.ErrBadLogin) {
		t.Errorf("the old password: %v, want %v", err, staff.ErrBadLogin)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM session`); n != 0 {
		t.Errorf("%d sessions of the old password live", n)
	}
	session, err := accounts.LogIn(t.Context(), "ana@x.example", "another good one")
	if err != nil || session.Person.ID != ana.ID {
		t.Errorf("the new password opens %+v, %v", session.Person, err)
	}
}
