package metaapp_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/metaapp"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// house is a database with two tenants, and two members that know its apps.
type house struct {
	pool        *pgxpool.Pool
	sealer      *persistence.Sealer
	apps        *metaapp.Apps
	here, there *metaapp.Known
}

func open(t *testing.T) *house {
	t.Helper()
	pool, _ := storetest.Office(t)
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{pool: pool, sealer: sealer, apps: metaapp.New(pool, sealer)}
	h.here, h.there = h.known(t), h.known(t)
	return h
}

func (h *house) known(t *testing.T) *metaapp.Known {
	t.Helper()
	k := metaapp.NewKnown(h.pool, h.sealer, slog.New(slog.DiscardHandler))
	if err := k.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}

func find(t *testing.T, k *metaapp.Known, id string) *metaapp.Credentials {
	t.Helper()
	if err := k.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	app, err := k.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestAnAppAndItsSecrets(t *testing.T) {
	t.Parallel()
	h := open(t)
	app, token, err := h.apps.Make(t.Context(), "t1", "Loja", "the-first-secret")
	if err != nil || len(app.ID) != 8 || len(token) != 32 || app.SecretUntil != nil || app.ReceivedAt != nil {
		t.Fatalf("made %+v, %q, %v", app, token, err)
	}
	c := find(t, h.here, app.ID)
	if !slices.Equal(c.Secrets, []string{"the-first-secret"}) || !slices.Equal(c.Tokens, []string{token}) || c.TenantID != "t1" {
		t.Errorf("known as %v %v of %s", c.Secrets, c.Tokens, c.TenantID)
	}
	if text := fmt.Sprint(c); strings.Contains(text, "first") {
		t.Error("it prints its secret")
	}
	if n := pgtest.Count(t, h.pool, `SELECT count(*) FROM meta_app WHERE position('first'::bytea IN sealed_secret) > 0`); n != 0 {
		t.Error("the secret is stored in the clear")
	}

	// Rotated, both are good; and nobody has to rotate the token for that.
	if err := h.apps.RotateSecret(t.Context(), "t1", app.ID, "the-first-secret"); !errors.Is(err, metaapp.ErrSameSecret) {
		t.Errorf("the same secret: %v", err)
	}
	if err := h.apps.RotateSecret(t.Context(), "t1", app.ID, "the-second-secret"); err != nil {
		t.Fatal(err)
	}
	if c = find(t, h.there, app.ID); !slices.Equal(c.Secrets, []string{"the-second-secret", "the-first-secret"}) || len(c.Tokens) != 1 {
		t.Errorf("rotated, known as %v %v", c.Secrets, c.Tokens)
	}
	if now, _ := h.apps.Get(t.Context(), "t1", app.ID); now.SecretUntil == nil || time.Until(*now.SecretUntil) > metaapp.Grace || now.TokenUntil != nil {
		t.Errorf("until %v, %v", now.SecretUntil, now.TokenUntil)
	}
	// The term ends it as dropping does.
	pgtest.Exec(t, h.pool, `UPDATE meta_app SET secret_previous_until = now()`)
	if c = find(t, h.there, app.ID); !slices.Equal(c.Secrets, []string{"the-second-secret"}) || h.there.Secret(app.ID) != "the-second-secret" {
		t.Errorf("after its term: %v", c.Secrets)
	}
	second, err := h.apps.RotateToken(t.Context(), "t1", app.ID)
	if c = find(t, h.there, app.ID); err != nil || !slices.Equal(c.Tokens, []string{second, token}) {
		t.Errorf("tokens %v, %v", c.Tokens, err)
	}
	for range 2 {
		if err := h.apps.DropToken(t.Context(), "t1", app.ID); err != nil {
			t.Error(err)
		}
		if err := h.apps.DropSecret(t.Context(), "t1", app.ID); err != nil {
			t.Error(err)
		}
	}
	if c = find(t, h.there, app.ID); !slices.Equal(c.Tokens, []string{second}) {
		t.Errorf("dropped, tokens %v", c.Tokens)
	}
	if err := h.apps.Rename(t.Context(), "t1", app.ID, "Loja nova"); err != nil {
		t.Error(err)
	}
	if err := h.apps.Remove(t.Context(), "t1", app.ID); err != nil {
		t.Error(err)
	}
	if err := h.here.Read(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := h.here.Find(app.ID); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("removed, it is found: %v", err)
	}
	for action, want := range map[string]int64{
		"app.made": 1, "app.secret": 1, "app.verify_token": 1, "app.previous_dropped": 2, "app.renamed": 1, "app.removed": 1,
	} {
		if n := pgtest.Count(t, h.pool, `SELECT count(*) FROM audit WHERE tenant_id = 't1' AND action = $1 AND object_id = $2`, action, app.ID); n != want {
			t.Errorf("%d lines %s, want %d", n, action, want)
		}
	}
	if n := pgtest.Count(t, h.pool, `SELECT count(*) FROM audit a WHERE a::text LIKE '%the-%-secret%' OR a::text LIKE '%' || $1 || '%'`, second); n != 0 {
		t.Errorf("%d lines of the audit name a secret", n)
	}
}

// Nobody does anything to the app of another tenant, nor sees that it is there.
func TestAppsOfOthersAreNotThere(t *testing.T) {
	t.Parallel()
	h := open(t)
	app, _, err := h.apps.Make(t.Context(), "t1", "Loja", "the-first-secret")
	if err != nil {
		t.Fatal(err)
	}
	if list, err := h.apps.List(t.Context(), "t2"); err != nil || len(list) != 0 {
		t.Errorf("the other sees %v, %v", list, err)
	}
	_, rotates := h.apps.RotateToken(t.Context(), "t2", app.ID)
	_, gets := h.apps.Get(t.Context(), "t2", app.ID)
	for what, err := range map[string]error{
		"get": gets, "rotate token": rotates, "rename": h.apps.Rename(t.Context(), "t2", app.ID, "x"),
		"rotate secret": h.apps.RotateSecret(t.Context(), "t2", app.ID, "another-secret-here"),
		"drop secret":   h.apps.DropSecret(t.Context(), "t2", app.ID), "drop token": h.apps.DropToken(t.Context(), "t2", app.ID),
		"remove": h.apps.Remove(t.Context(), "t2", app.ID),
	} {
		if !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A number is connected through an app of its own tenant, which is not removed then.
func TestAnAppInUseIsNotRemoved(t *testing.T) {
	t.Parallel()
	h := open(t)
	app, _, err := h.apps.Make(t.Context(), "t1", "Loja", "the-first-secret")
	if err != nil {
		t.Fatal(err)
	}
	registry := numbers.New(h.pool, h.sealer)
	register := func(tenant, through string) error {
		return registry.Register(t.Context(), numbers.Registration{Number: numbers.Number{
			ID: "100", TenantID: "t1", AccountID: "waba", PortfolioID: "p", TeamID: "red", Display: "+55 11 90000-0000", Token: "EAAG-token",
		}, Through: &through})
	}
	foreign, _, err := h.apps.Make(t.Context(), "t2", "Outra", "the-other-secret")
	if err != nil {
		t.Fatal(err)
	}
	if err := register("t1", foreign.ID); !errors.Is(err, numbers.ErrNoApp) {
		t.Errorf("through another tenant's app: %v", err)
	}
	if err := register("t1", app.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.apps.Remove(t.Context(), "t1", app.ID); !errors.Is(err, metaapp.ErrInUse) {
		t.Errorf("removed in use: %v", err)
	}
	if number, err := registry.Get(t.Context(), "100"); err != nil || number.App != app.ID {
		t.Errorf("the number is connected by %q, %v", number.App, err)
	}
	if err := registry.Register(t.Context(), numbers.Registration{Number: numbers.Number{
		ID: "100", TenantID: "t1", AccountID: "waba", PortfolioID: "p", TeamID: "red", Display: "+55 11 90000-0001",
	}}); err != nil {
		t.Fatal(err)
	}
	if now, _ := h.apps.Get(t.Context(), "t1", app.ID); now.ConnectedNumbers != 1 {
		t.Errorf("registered again, %d numbers are connected by it", now.ConnectedNumbers)
	}
	if err := register("t1", ""); err != nil {
		t.Fatal(err)
	}
	if err := h.apps.Remove(t.Context(), "t1", app.ID); err != nil {
		t.Errorf("not in use any more: %v", err)
	}
}

// Webhooks and names that strangers make up cost no query; what was seen is written
// down, by each member its own.
func TestWebhooksCostNoQuery(t *testing.T) {
	t.Parallel()
	h := open(t)
	app, _, err := h.apps.Make(t.Context(), "t1", "Loja", "the-first-secret")
	if err != nil {
		t.Fatal(err)
	}
	calls := func() int64 {
		return pgtest.Count(t, h.pool, `SELECT coalesce(sum(seq_scan + idx_scan), 0) FROM pg_stat_xact_user_tables WHERE relname = 'meta_app'`)
	}
	here, there := find(t, h.here, app.ID), find(t, h.there, app.ID)
	before := h.pool.Stat().AcquireCount()
	at := time.Now()
	for n := range 1000 {
		if _, err := h.here.Find(fmt.Sprint("made-up-", n)); !errors.Is(err, persistence.ErrNotFound) {
			t.Fatal(err)
		}
		if _, err := h.here.Find(app.ID); err != nil {
			t.Fatal(err)
		}
		here.Received(at)
		there.Refused(at)
	}
	if after := h.pool.Stat().AcquireCount(); after != before {
		t.Errorf("asked the database %d times, %d", after-before, calls())
	}
	ended, end := context.WithCancel(t.Context())
	end()
	h.here.Run(ended) // whoever ends writes down
	h.there.Run(ended)
	now, err := h.apps.Get(t.Context(), "t1", app.ID)
	if err != nil || now.ReceivedAt == nil || now.ReceivedAt.UnixMilli() != at.UnixMilli() || now.Refused != 1000 || now.RefusedAt == nil {
		t.Errorf("%+v, %v", now, err)
	}
}

// A member that has read nothing trusts nothing, and one whose key does not open a
// secret accepts nothing by it.
func TestNothingIsTrustedUnread(t *testing.T) {
	t.Parallel()
	h := open(t)
	app, _, err := h.apps.Make(t.Context(), "t1", "Loja", "the-first-secret")
	if err != nil {
		t.Fatal(err)
	}
	unread := metaapp.NewKnown(h.pool, h.sealer, slog.New(slog.DiscardHandler))
	if _, err := unread.Find(app.ID); !errors.Is(err, metaapp.ErrBehind) {
		t.Errorf("unread: %v", err)
	}
	other, err := persistence.NewSealer("another key of the tests")
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	blind := metaapp.NewKnown(h.pool, other, slog.New(slog.NewTextHandler(&said, nil)))
	for range 2 {
		if c := find(t, blind, app.ID); len(c.Secrets)+len(c.Tokens) != 0 {
			t.Errorf("opened %v", c.Secrets)
		}
	}
	if n := strings.Count(said.String(), "PROSA_SECRET_KEY"); n != 1 {
		t.Errorf("told %d times: %s", n, said.String())
	}
}
