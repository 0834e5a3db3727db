package rotation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/metaapp"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/rotation"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

const oldKey, newKey = "the key of the installation", "the key that comes after it"

func sealer(t *testing.T, keys ...string) *persistence.Sealer {
	t.Helper()
	s, err := persistence.NewSealer(keys[0], keys[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// furnished is a database whose secrets are sealed with the old key.
func furnished(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, _ := storetest.Office(t)
	s := sealer(t, oldKey)
	if err := persistence.CheckKey(t.Context(), pool, s); err != nil {
		t.Fatal(err)
	}
	registry := numbers.New(pool, s)
	for n := range 50 {
		register(t, registry, n)
	}
	apps := metaapp.New(pool, s)
	app, _, err := apps.Make(t.Context(), "t1", "Loja", "the-first-secret")
	if err == nil {
		err = apps.RotateSecret(t.Context(), "t1", app.ID, "the-second-secret")
	}
	if err == nil {
		_, err = apps.RotateToken(t.Context(), "t1", app.ID)
	}
	if err == nil {
		_, err = numbers.NewDrafts(pool, s).Put(t.Context(), "t1", "ana", numbers.Draft{Body: json.RawMessage(`{}`), Token: "EAAG-draft"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func register(t *testing.T, registry *numbers.Numbers, n int) {
	t.Helper()
	if err := registry.Register(t.Context(), numbers.Registration{Number: numbers.Number{
		ID: wa.PhoneNumberID(fmt.Sprint(1000 + n)), TenantID: "t1", AccountID: "waba", PortfolioID: "p", TeamID: "red",
		Display: fmt.Sprintf("+55 11 90000-%04d", n), Token: fmt.Sprint("EAAG-", n),
	}}); err != nil {
		t.Fatal(err)
	}
}

// readable opens every secret by the stores that have sealed them.
func readable(t *testing.T, pool *pgxpool.Pool, s *persistence.Sealer) {
	t.Helper()
	list, err := numbers.New(pool, s).List(t.Context(), "t1")
	if err != nil || len(list) < 50 {
		t.Fatalf("%d numbers, %v", len(list), err)
	}
	for i := range list {
		if list[i].Token == "" {
			t.Errorf("the token of %s does not open", list[i].ID)
		}
	}
	if draft, err := numbers.NewDrafts(pool, s).Get(t.Context(), "t1", "ana"); err != nil || draft.Token != "EAAG-draft" {
		t.Errorf("draft %q, %v", draft.Token, err)
	}
	apps, err := metaapp.New(pool, s).List(t.Context(), "t1")
	if err != nil || len(apps) != 1 {
		t.Fatal(apps, err)
	}
	var said strings.Builder
	known := metaapp.NewKnown(pool, s, slog.New(slog.NewTextHandler(&said, nil)))
	if err := known.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, err := known.Find(apps[0].ID); err != nil || len(c.Secrets) != 2 || len(c.Tokens) != 2 {
		t.Errorf("app %v, %v: %s", c, err, &said)
	}
}

func TestRotate(t *testing.T) {
	t.Parallel()
	pool := furnished(t)
	both, next := sealer(t, newKey, oldKey), sealer(t, newKey)
	if err := persistence.CheckKey(t.Context(), pool, next); !errors.Is(err, persistence.ErrOtherKey) || !strings.Contains(err.Error(), "PROSA_SECRET_KEYS_OLD") {
		t.Errorf("the new key alone, too early: %v", err)
	}
	if err := persistence.CheckKey(t.Context(), pool, both); err != nil || both.Shows() != 1 {
		t.Fatalf("both keys seal with %d, %v", both.Shows(), err)
	}
	readable(t, pool, both)
	r, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: both, Lot: 7})
	if err != nil || r.Sealed != 55 {
		t.Fatalf("sealed %d, %v", r.Sealed, err)
	}
	if err := persistence.CheckKey(t.Context(), pool, next); err != nil {
		t.Errorf("the new key alone: %v", err)
	}
	readable(t, pool, next)
	if err := persistence.CheckKey(t.Context(), pool, sealer(t, oldKey)); !errors.Is(err, persistence.ErrOtherKey) {
		t.Errorf("the old key alone: %v", err)
	}
	if r, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: both}); err != nil || r.Sealed != 0 {
		t.Errorf("again: sealed %d, %v", r.Sealed, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE action = 'secrets.rotated'`); n != 2 {
		t.Errorf("%d lines of the audit, want one for each tenant", n)
	}
}

// What is interrupted between two lots is taken up again, and everything opens
// meanwhile; with the new key alone nobody starts before the end.
func TestRotateIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	pool := furnished(t)
	both := sealer(t, newKey, oldKey)
	for lots := range 3 {
		ctx, stop := context.WithCancel(t.Context())
		left := lots
		_, err := rotation.Rotate(ctx, rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: both, Lot: 5, Tell: func(string, int64) {
			if left--; left < 0 {
				stop()
			}
		}})
		stop()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted: %v", err)
		}
		readable(t, pool, sealer(t, newKey, oldKey))
	}
	if err := persistence.CheckKey(t.Context(), pool, sealer(t, newKey)); !errors.Is(err, persistence.ErrOtherKey) || !strings.Contains(err.Error(), "phone_number.sealed_token") {
		t.Errorf("the new key alone, half way: %v", err)
	}
	if _, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: both}); err != nil {
		t.Fatal(err)
	}
	readable(t, pool, sealer(t, newKey))
}

// A member without the new key keeps the rotation from beginning; one that seals with
// the old one still keeps it from ending, and loses nothing of what it seals.
func TestRotateWaitsForMembers(t *testing.T) {
	t.Parallel()
	pool := furnished(t)
	both, member := sealer(t, newKey, oldKey), sealer(t, newKey, oldKey)
	pgtest.Member(t, pool, "m1")
	pgtest.Exec(t, pool, `UPDATE member SET lease_until = now() + interval '1 hour', address = '10.0.0.5:8090'`)
	_, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: both})
	if !errors.Is(err, rotation.ErrMemberBehind) || !strings.Contains(err.Error(), "m1") || !strings.Contains(err.Error(), "PROSA_SECRET_KEYS_OLD") {
		t.Fatalf("beside a member that has not told: %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM phone_number WHERE get_byte(sealed_token, 0) = 2 AND substring(sealed_token FROM 1 FOR 5) = $1`, both.NewestHead()); n != 0 {
		t.Errorf("it has sealed %d", n)
	}
	if err := persistence.CheckKey(t.Context(), pool, member); err != nil {
		t.Fatal(err)
	}
	if err := persistence.FollowKey(t.Context(), pool, member, "m1"); err != nil {
		t.Fatal(err)
	}
	sealed := false
	registry := numbers.New(pool, member)
	r, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: both, Patience: time.Minute, Tell: func(string, int64) {
		if sealed {
			return
		}
		sealed = true
		register(t, registry, 99) // with the old key
		if err := persistence.FollowKey(t.Context(), pool, member, "m1"); err != nil || member.Shows() != 0 {
			t.Errorf("followed to %d, %v", member.Shows(), err)
		}
		if err := persistence.FollowKey(t.Context(), pool, member, "m1"); err != nil { // tells so
			t.Error(err)
		}
		register(t, registry, 100) // with the new one
	}})
	if err != nil || r.Sealed != 56 {
		t.Fatalf("sealed %d, %v", r.Sealed, err)
	}
	readable(t, pool, sealer(t, newKey))
}

// What a member sealed with the old key and commits only at the very end is waited for
// and sealed anew: the end is not told before.
func TestRotateWaitsForStragglers(t *testing.T) {
	t.Parallel()
	pool := furnished(t)
	late := sealer(t, oldKey).Seal(persistence.TokenLabel("1999"), "EAAG-late")
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display, sealed_token)
		SELECT '1999', tenant_id, account_id, team_id, '+99', $1 FROM phone_number WHERE id = '1000'`, late); err != nil {
		t.Fatal(err)
	}
	type end struct {
		rotation.Result
		err error
	}
	ended := make(chan end, 1)
	go func() {
		r, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: sealer(t, newKey, oldKey)})
		ended <- end{r, err}
	}()
	await.Eventually(t, "the fence", func() (any, bool) {
		n := pgtest.Count(t, pool, `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
			WHERE d.datname = current_database() AND l.mode = 'ShareLock' AND NOT l.granted`)
		return n, n > 0
	})
	select {
	case e := <-ended:
		t.Fatalf("it has ended: %+v", e)
	default:
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e := <-ended; e.err != nil || e.Sealed != 56 {
		t.Errorf("sealed %d, %v", e.Sealed, e.err)
	}
	readable(t, pool, sealer(t, newKey))
}

// What no key opens is left, counted and told; all else is sealed anew.
func TestRotateLeavesWhatNoKeyOpens(t *testing.T) {
	t.Parallel()
	pool := furnished(t)
	register(t, numbers.New(pool, sealer(t, "a key that is gone for good")), 99)
	before := pgtest.Count(t, pool, `SELECT length(sealed_token) FROM phone_number WHERE id = '1099'`)
	r, err := rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: sealer(t, newKey, oldKey)})
	if !errors.Is(err, rotation.ErrUnopened) || r.Sealed != 55 || r.Unopened != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if n := pgtest.Count(t, pool, `SELECT length(sealed_token) FROM phone_number WHERE id = '1099'`); n != before {
		t.Error("it is gone")
	}
	_, err = rotation.Rotate(t.Context(), rotation.Config{Pool: pool, Settle: time.Millisecond, Sealer: sealer(t, "some third key of nobody", "some fourth key of nobody")})
	if !errors.Is(err, persistence.ErrOtherKey) || !strings.Contains(err.Error(), "PROSA_SECRET_KEY") {
		t.Errorf("keys that open nothing: %v", err)
	}
}
