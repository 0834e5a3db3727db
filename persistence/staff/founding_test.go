package staff_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// The newest link makes the first administrator, once; then none is given out any more,
// and the one before opens nothing.
func TestFounding(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	accounts := staff.New(pool)
	team := staff.Team{ID: "main", Name: "Main"}
	older, err := accounts.Founding(t.Context(), "main", team)
	if err != nil || older == "" {
		t.Fatalf("first link: %q, %v", older, err)
	}
	token, err := accounts.Founding(t.Context(), "main", team)
	if err != nil || token == "" || token == older {
		t.Fatalf("second link: %q, %v", token, err)
	}
	if list, err := accounts.Invitations(t.Context(), "main"); err != nil || len(list) != 0 {
		t.Errorf("listed as an invitation: %+v, %v", list, err)
	}
	i, err := accounts.InvitationOf(t.Context(), token)
	if err != nil || !i.Founds() || i.Role != staff.RoleAdmin {
		t.Errorf("the link is for %+v, %v", i, err)
	}
	for name, err := range map[string]error{
		"older": second(accounts.Found(t.Context(), older, "a@x.example", "A", password)),
		"joins": second(accounts.Join(t.Context(), token, "A", password)),
	} {
		if !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := accounts.Found(t.Context(), token, "a@x.example", "A", "a@x.example"); !errors.Is(err, staff.ErrGuessablePassword) {
		t.Errorf("a weak password: %v", err)
	}
	var made atomic.Int32
	var all sync.WaitGroup
	for range 4 { // by the same link
		all.Go(func() {
			if p, err := accounts.Found(t.Context(), token, "a@x.example", "A", password); err == nil {
				made.Add(1)
				if p.TenantID != "main" || p.Role != staff.RoleAdmin || len(p.Teams) != 1 {
					t.Errorf("made %+v", p)
				}
			} else if !errors.Is(err, persistence.ErrNotFound) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 {
		t.Errorf("%d made an account by one link", made.Load())
	}
	if token, err := accounts.Founding(t.Context(), "main", team); err != nil || token != "" {
		t.Errorf("a link to an installation that has somebody: %q, %v", token, err)
	}
	if anybody, err := accounts.Anybody(t.Context()); err != nil || !anybody {
		t.Errorf("anybody: %v, %v", anybody, err)
	}
}

// Who came another way, by the configuration or invited into a tenant that was made for
// him, closes the door of the first.
func TestFoundingTooLate(t *testing.T) {
	t.Parallel()
	accounts := staff.New(pgtest.Pool(t))
	team := staff.Team{ID: "main", Name: "Main"}
	token, err := accounts.Founding(t.Context(), "main", team)
	if err != nil {
		t.Fatal(err)
	}
	if err := accounts.First(t.Context(), staff.FirstName, team, staff.Person{TenantID: "main", Email: "r@x.example", Name: "R", Role: staff.RoleAdmin}, password); err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.Found(t.Context(), token, "a@x.example", "A", password); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("founded twice: %v", err)
	}
	_, others := storetest.Office(t) // has t1 and t2, and nobody
	if token, err := others.Founding(t.Context(), "main", team); err != nil || token != "" {
		t.Errorf("a link beside other tenants: %q, %v", token, err)
	}
}

func second[T any](_ T, err error) error { return err }

// Where the first tenant was erased, whoever comes next has one of another id: the old one
// takes no numbers any more.
func TestFoundingAfterErasure(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	accounts, team := staff.New(pool), staff.Team{ID: "main", Name: "Main"}
	pgtest.Exec(t, pool, `INSERT INTO erased (tenant_hash) SELECT sha256(convert_to(id, 'UTF8')) FROM unnest('{main,main-2}'::text[]) id`)
	for range 2 { // at each start anew
		token, err := accounts.Founding(t.Context(), "main", team)
		if err != nil || token == "" {
			t.Fatalf("link %q, %v", token, err)
		}
		if i, err := accounts.InvitationOf(t.Context(), token); err != nil || i.TenantID != "main-3" {
			t.Errorf("the link is for %+v, %v", i, err)
		}
	}
	root := staff.Person{TenantID: "main", Email: "r@x.example", Name: "R", Role: staff.RoleAdmin}
	if err := accounts.First(t.Context(), staff.FirstName, team, root, password); err != nil {
		t.Fatal(err)
	}
	if got, err := accounts.LogIn(t.Context(), root.Email, password); err != nil || got.Person.TenantID != "main-3" || len(got.Person.Teams) != 1 {
		t.Errorf("the first administrator: %+v, %v", got.Person, err)
	}
}
