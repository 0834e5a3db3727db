package config_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// tenants are two, whose files are kept for 90 days unless they say otherwise.
func tenants(t *testing.T) (*config.Documents, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('acme', 'Acme'), ('other', 'Other')`)
	pgtest.Exec(t, pool, `INSERT INTO staff (id, tenant_id, email, name, role, password_hash) VALUES
		('ada', 'acme', 'ada@x.example', 'Ada', 'admin', ''), ('bob', 'acme', 'bob@x.example', 'Bob', 'admin', '')`)
	return config.New(pool, setting.NewKinds(setting.Defaults{MediaDays: 90})), pool
}

func days(tenant wa.TenantID, author wa.AgentID, seen int64, days int) config.Publication {
	return config.Publication{TenantID: tenant, Kind: "media", Body: fmt.Appendf(nil, `{"keep_days": %d}`, days), Seen: seen, Author: author}
}

func publish(t *testing.T, docs *config.Documents, p config.Publication) config.Document {
	t.Helper()
	doc, err := docs.Publish(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestVersionsAreKept(t *testing.T) {
	t.Parallel()
	docs, _ := tenants(t)
	first := days("acme", "ada", 0, 30)
	first.Note = "the lawyers want it"
	one := publish(t, docs, first)
	if one.EffectiveFrom.Sub(one.CreatedAt) != config.Lead {
		t.Errorf("published at %s, holds from %s; want %s later", one.CreatedAt, one.EffectiveFrom, config.Lead)
	}
	want := config.Document{
		Version: 1, Body: []byte(`{"keep_days":30}`), EffectiveFrom: one.EffectiveFrom, Author: "ada", AuthorName: "Ada",
		Note: "the lawyers want it", CreatedAt: one.CreatedAt,
	}
	if diff := cmp.Diff(want, one); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	two, three := publish(t, docs, days("acme", "bob", 1, 60)), publish(t, docs, days("acme", "ada", 2, 0))
	all, err := docs.History(t.Context(), "acme", "media", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]config.Document{three, two, one}, all); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if page, err := docs.History(t.Context(), "acme", "media", 3, 1); err != nil || len(page) != 1 || page[0].Version != 2 {
		t.Errorf("the version before the third: %+v, %v", page, err)
	}
	for tenant, kind := range map[wa.TenantID]string{"other": "media", "acme": "hours"} {
		if list, err := docs.History(t.Context(), tenant, kind, 0, 10); err != nil || len(list) != 0 {
			t.Errorf("%s of %s: %+v, %v", kind, tenant, list, err)
		}
	}
	if held, err := docs.At(t.Context(), "acme", "media", two.EffectiveFrom); err != nil || held.Version != 2 {
		t.Errorf("at the second's time version %d holds, %v", held.Version, err)
	}
	if _, err := docs.At(t.Context(), "acme", "media", one.CreatedAt); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("before the first holds: %v", err)
	}
}

func TestWhatIsPublishedIsChecked(t *testing.T) {
	t.Parallel()
	docs, pool := tenants(t)
	for body, field := range map[string]string{
		`{"keep_days": -1}`: "keep_days", `{"keep_day": 1}`: "keep_day", `{"keep_days": "x"}`: "keep_days", `{`: "",
	} {
		p := days("acme", "ada", 0, 1)
		p.Body = []byte(body)
		_, err := docs.Publish(t.Context(), p)
		if wrong, ok := errors.AsType[*setting.FieldError](err); !ok || wrong.Field != field {
			t.Errorf("%s: %v, want the field %q", body, err, field)
		}
	}
	unknown := days("acme", "ada", 0, 1)
	unknown.Kind = "hours"
	if _, err := docs.Publish(t.Context(), unknown); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("an unknown kind: %v", err)
	}
	if _, err := docs.Publish(t.Context(), days("nobody", "ada", 0, 1)); !errors.Is(err, persistence.ErrRefused) {
		t.Errorf("an unknown tenant: %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT (SELECT count(*) FROM config) + (SELECT count(*) FROM config_head)`); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
}

// Who had not seen the newest version hears who published it, and when.
func TestPublicationsDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	docs, pool := tenants(t)
	one := publish(t, docs, days("acme", "ada", 0, 30))
	for _, seen := range []int64{0, 2} {
		_, err := docs.Publish(t.Context(), days("acme", "bob", seen, 60))
		conflict, ok := errors.AsType[*config.ConflictError](err)
		if !ok || !errors.Is(err, persistence.ErrConflict) || !cmp.Equal(conflict.Newest, one) {
			t.Errorf("published on version %d: %v, want the conflict with %+v", seen, err, one)
		}
	}
	// Sent again because the answer was lost: done once.
	if again := publish(t, docs, days("acme", "ada", 0, 30)); !cmp.Equal(again, one) {
		t.Errorf("the same again: %+v, want %+v", again, one)
	}
	if n := pgtest.Count(t, pool, `SELECT rev FROM config_head`); n != 1 {
		t.Errorf("revision %d after one publication", n)
	}
	if _, err := docs.Publish(t.Context(), days("other", "ada", 1, 30)); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("on a version that never was: %v", err)
	}

	var won atomic.Int32
	var group errgroup.Group
	for n := range 8 {
		group.Go(func() error {
			_, err := docs.Publish(t.Context(), days("acme", "bob", 1, 100+n))
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, persistence.ErrConflict) {
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil || won.Load() != 1 {
		t.Errorf("%d of eight publications on one version came in, %v", won.Load(), err)
	}
	var versions string
	if err := pool.QueryRow(t.Context(), `SELECT string_agg(version::text, ' ' ORDER BY version) FROM config`).Scan(&versions); err != nil || versions != "1 2" {
		t.Errorf("versions %s, %v", versions, err)
	}
}

// What is stored is the body, however its author wrote it.
func TestDocumentsAreStoredWhole(t *testing.T) {
	t.Parallel()
	docs, _ := tenants(t)
	p := days("acme", "ada", 0, 1)
	p.Body = []byte(strings.Repeat(" ", 1<<20) + `{}`)
	if doc, err := docs.Publish(t.Context(), p); err != nil || string(doc.Body) != `{"keep_days":90}` {
		t.Errorf("stored %.50s, %v; want what an empty document means now", doc.Body, err)
	}
}
