package numbers_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// A draft is one person's, its token is sealed for him, and after a day it is gone.
func TestDrafts(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sealer, err := persistence.NewSealer("a key of more than sixteen bytes")
	if err != nil {
		t.Fatal(err)
	}
	drafts := numbers.NewDrafts(pool, sealer)
	ctx := t.Context()
	if _, err := drafts.Get(ctx, "acme", "ana"); !errors.Is(err, persistence.ErrNotFound) {
		t.Fatalf("before: %v", err)
	}
	for _, body := range []string{`{"a": 1}`, `{"a": 2}`} {
		if _, err := drafts.Put(ctx, "acme", "ana", numbers.Draft{Body: json.RawMessage(body), Token: "EAAG-secret"}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := drafts.Get(ctx, "acme", "ana")
	if err != nil || got.Token != "EAAG-secret" || string(got.Body) != `{"a": 2}` {
		t.Fatalf("%s, %v", got.Body, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM connection_draft WHERE position('EAAG'::bytea IN sealed_token) > 0`); n != 0 {
		t.Error("the token is stored in the clear")
	}
	for _, strange := range []struct {
		tenant wa.TenantID
		person wa.AgentID
	}{{"acme", "bob"}, {"other", "ana"}} {
		if _, err := drafts.Get(ctx, strange.tenant, strange.person); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%v: %v", strange, err)
		}
	}
	pgtest.Exec(t, pool, `INSERT INTO connection_draft SELECT tenant_id, 'bob', body, sealed_token, expires_at FROM connection_draft`)
	if bobs, err := drafts.Get(ctx, "acme", "bob"); err != nil || bobs.Token != "" {
		t.Errorf("a token that was copied opens: %v", err)
	}
	pgtest.Exec(t, pool, `UPDATE connection_draft SET expires_at = now() WHERE person_id = 'ana'`)
	if _, err := drafts.Get(ctx, "acme", "ana"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("after a day: %v", err)
	}
	if _, err := drafts.Put(ctx, "acme", "bob", numbers.Draft{Body: json.RawMessage(`{}`)}); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM connection_draft`); n != 1 {
		t.Errorf("%d drafts are kept", n)
	}
	if err := drafts.Drop(ctx, "acme", "bob"); err != nil {
		t.Fatal(err)
	}
	if _, err := drafts.Get(ctx, "acme", "bob"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("dropped: %v", err)
	}
}

func TestOwners(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	registry := storetest.Registered(t, pool)
	got, err := registry.Owners(t.Context(), []wa.PhoneNumberID{storetest.Number, "nobody's"}, "waba", "p")
	if err != nil || len(got.Numbers) != 1 || got.Numbers[storetest.Number] != "acme" || got.Account != "acme" || got.Portfolio != "acme" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = registry.Owners(t.Context(), nil, "x", "y"); err != nil || len(got.Numbers) != 0 || got.Account != "" || got.Portfolio != "" {
		t.Errorf("of nobody: %+v, %v", got, err)
	}
}
