package numbers_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

const waba = wa.AccountID("waba")

func template(name, language, status string) numbers.Template {
	return numbers.Template{
		Name: name, Language: language, MetaID: "16", Category: "UTILITY", Status: status,
		Components: json.RawMessage(`[{"type": "BODY", "text": "Olá 100% {{1}}"}]`),
	}
}

// dueList takes the one list that is due.
func dueList(t *testing.T, templates *numbers.Templates) numbers.TemplateClaim {
	t.Helper()
	claim, ok, err := templates.Claim(t.Context())
	if err != nil || !ok || claim.Account != waba {
		t.Fatalf("claimed %+v, %v, %v", claim, ok, err)
	}
	return claim
}

func notDue(t *testing.T, templates *numbers.Templates, when string) {
	t.Helper()
	if claim, ok, err := templates.Claim(t.Context()); ok || err != nil {
		t.Fatalf("%s: claimed %+v, %v", when, claim, err)
	}
}

// One member reads a list at a time; registering and waking make it due again, also
// while it is being read; who lost the claim stores nothing.
func TestTemplateClaims(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	registry := storetest.Registered(t, pool)
	templates := numbers.NewTemplates(pool)
	var group errgroup.Group
	got := make(chan numbers.TemplateClaim, 4)
	for range cap(got) {
		group.Go(func() error {
			claim, ok, err := templates.Claim(t.Context())
			if ok {
				got <- claim
			}
			return err
		})
	}
	if err := group.Wait(); err != nil || len(got) != 1 {
		t.Fatalf("%d have the list, %v", len(got), err)
	}
	first := <-got
	if err := templates.Wake(t.Context(), waba); err != nil {
		t.Fatal(err)
	}
	notDue(t, templates, "while it is read")
	if err := templates.Replace(t.Context(), first, []numbers.Template{template("a", "it", "APPROVED"), template("a", "it", "PENDING")}); err != nil {
		t.Fatal(err)
	}
	notDue(t, templates, "woken right after it was read")
	written := pgtest.Count(t, pool, `SELECT xmin::text::int FROM template_sync`)
	if err := templates.Wake(t.Context(), waba); err != nil {
		t.Fatal(err)
	}
	if again := pgtest.Count(t, pool, `SELECT xmin::text::int FROM template_sync`); again != written {
		t.Error("a wake-up that changes nothing has written")
	}
	pgtest.Exec(t, pool, `UPDATE template_sync SET due_at = due_at - interval '15 s'`)
	second := dueList(t, templates)
	pgtest.Exec(t, pool, `UPDATE template_sync SET due_at = now(), lease_until = now() - interval '1 s'`)
	third := dueList(t, templates)
	if err := templates.Replace(t.Context(), second, nil); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("a lost claim stored: %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM template`); n != 1 {
		t.Errorf("%d templates after a lost claim", n)
	}
	if err := templates.Fail(t.Context(), third, "no way", time.Hour); err != nil {
		t.Fatal(err)
	}
	notDue(t, templates, "after a failure")
	pgtest.Exec(t, pool, `UPDATE template_sync SET claimed_at = claimed_at - interval '15 s'`)
	if err := templates.Wake(t.Context(), waba); err != nil {
		t.Fatal(err)
	}
	notDue(t, templates, "woken while Meta wants a pause")
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM template_sync WHERE failures = 1 AND error = 'no way' AND synced_at IS NOT NULL`); n != 1 {
		t.Error("the failure is not noted, or the last success is forgotten")
	}
	again, err := registry.Get(t.Context(), storetest.Number)
	if err != nil {
		t.Fatal(err)
	}
	if err := registry.Register(t.Context(), numbers.Registration{Number: again}); err != nil {
		t.Fatal(err)
	}
	dueList(t, templates)
	if tokens, err := registry.Readers(t.Context(), waba); err != nil || len(tokens) != 1 || tokens[0].Token != "EAAG-token" {
		t.Errorf("%d tokens, %v", len(tokens), err)
	}
}

// seeTemplates stores some templates for a number of team sales.
func seeTemplates(t *testing.T) (*pgxpool.Pool, *numbers.Templates, *inbox.Inbox) {
	t.Helper()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	templates := numbers.NewTemplates(pool)
	err := templates.Replace(t.Context(), dueList(t, templates), []numbers.Template{
		template("order_ready", "pt_BR", "APPROVED"), template("order_ready", "en_US", "PENDING"), template("hello", "pt_BR", "APPROVED"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return pool, templates, inbox.New(pool)
}

// I10: nobody sees another tenant's templates, nor those of a number that only other
// teams work with.
func TestTemplatesShowOnlyTheScope(t *testing.T) {
	t.Parallel()
	pool, _, box := seeTemplates(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('other', 'Other')`)
	mine := persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"sales"}}
	support := persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"support"}}
	for name, scope := range map[string]persistence.Scope{
		"another tenant": {TenantID: "other", AllTeams: true}, "its team of the same name": {TenantID: "other", Teams: mine.Teams},
		"another team": support, "no team": {TenantID: "acme"},
	} {
		if _, err := box.Templates(t.Context(), scope, storetest.Number, inbox.TemplateQuery{}); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%s lists: %v", name, err)
		}
	}
	for query, want := range map[inbox.TemplateQuery]int{
		{}: 3, {Status: "APPROVED"}: 2, {Search: "ORDER"}: 2, {Search: "olá 100%"}: 3, {Search: "hell_"}: 0, {Status: "APPROVED", Search: "ready"}: 1,
	} {
		list, err := box.Templates(t.Context(), mine, storetest.Number, query)
		if err != nil || len(list.Templates) != want || list.SyncedAt.IsZero() || list.More {
			t.Errorf("%+v: %d templates, %v; want %d", query, len(list.Templates), err, want)
		}
	}
	// A conversation that was passed on to a team brings the templates with it.
	key := storetest.Conversation(t, pool, "acme", "support", "c1", "", 1, 1)
	pgtest.Exec(t, pool, `UPDATE conversation SET phone_number_id = $1 WHERE contact_id = $2`, storetest.Number, key.ContactID)
	if list, err := box.Templates(t.Context(), support, storetest.Number, inbox.TemplateQuery{}); err != nil || len(list.Templates) != 3 {
		t.Errorf("for the team of a conversation: %+v, %v", list, err)
	}
}

// What a webhook tells changes what it names, and nothing of other accounts.
func TestTemplateChange(t *testing.T) {
	t.Parallel()
	pool, templates, box := seeTemplates(t)
	change := func(account wa.AccountID, c numbers.TemplateChange) {
		t.Helper()
		if err := templates.Change(t.Context(), account, c); err != nil {
			t.Fatal(err)
		}
	}
	change(waba, numbers.TemplateChange{Name: "order_ready", Language: "en-US", Status: "APPROVED", Quality: "GREEN"})
	change(waba, numbers.TemplateChange{Name: "order_ready", Language: "en_US", Category: "MARKETING"})
	change("strange", numbers.TemplateChange{Name: "hello", Language: "pt_BR", Status: "PAUSED"})
	change(waba, numbers.TemplateChange{Name: "unknown", Language: "pt_BR", Status: "APPROVED"})
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM template WHERE status = 'APPROVED'`); n != 3 {
		t.Errorf("%d are approved", n)
	}
	got, err := box.Templates(t.Context(), persistence.Scope{TenantID: "acme", AllTeams: true}, storetest.Number,
		inbox.TemplateQuery{Search: "order_ready"})
	if err != nil || len(got.Templates) != 2 || got.Templates[0].Language != "en_US" || got.Templates[0].Status != "APPROVED" || got.Templates[0].Quality != "GREEN" ||
		got.Templates[0].Category != "MARKETING" {
		t.Errorf("%+v, %v", got, err)
	}
	if age, err := templates.Oldest(t.Context()); err != nil || age <= 0 || age > time.Hour {
		t.Errorf("the oldest list is %v old, %v", age, err)
	}
}
