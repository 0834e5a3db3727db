package staff_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

const password = "correct horse"

func hire(t *testing.T, accounts *staff.Staff, tenant wa.TenantID, email string, role staff.Role, teams ...wa.TeamID) staff.Person {
	t.Helper()
	p, err := accounts.Create(t.Context(), staff.Person{TenantID: tenant, Email: email, Name: email, Role: role, Teams: teams}, password)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLogin(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	ana := hire(t, accounts, "t1", "Ana@x.example", staff.RoleAgent, "red")
	old := hire(t, accounts, "t1", "old@x.example", staff.RoleAgent, "red")
	if _, err := accounts.Disable(t.Context(), "t1", old.ID, jobs.Order{}); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		email, password string
		want            error
	}{
		"right":            {"ana@X.example", password, nil},
		"wrong password":   {"ana@x.example", "correct horsf", staff.ErrBadLogin},
		"empty password":   {"ana@x.example", "", staff.ErrBadLogin},
		"nobody":           {"eva@x.example", password, staff.ErrBadLogin},
		"disabled":         {"old@x.example", password, staff.ErrBadLogin},
		"endless password": {"ana@x.example", strings.Repeat("x", 1<<20), staff.ErrBadLogin},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := accounts.LogIn(t.Context(), c.email, c.password)
			if !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if err == nil && (got.Person.ID != ana.ID || !slices.Equal(got.Person.Teams, []wa.TeamID{"red"})) {
				t.Errorf("logged in as %+v", got.Person)
			}
		})
	}
	var stored string
	if err := pool.QueryRow(t.Context(), `SELECT password_hash FROM staff WHERE id = $1`, ana.ID).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=") || strings.Contains(stored, password) {
		t.Errorf("stored as %q", stored)
	}
}

// Whoever measures must not learn which e-mails have an account.
func TestUnknownEmailTakesAsLong(t *testing.T) {
	t.Parallel()
	_, accounts := storetest.Office(t)
	hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	took := func(email string) time.Duration {
		start := time.Now()
		_, _ = accounts.LogIn(t.Context(), email, "wrong password")
		return time.Since(start)
	}
	known, unknown := time.Hour, time.Hour
	for range 10 { // in turn: the machine may be busy for one half of the time
		known, unknown = min(known, took("ana@x.example")), min(unknown, took("eva@x.example"))
	}
	if unknown < known/3 {
		t.Errorf("unknown e-mail answered after %v, a known one after %v", unknown, known)
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	_, accounts := storetest.Office(t)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	hire(t, accounts, "t2", "other@x.example", staff.RoleAdmin)
	if _, err := accounts.Create(t.Context(), staff.Person{TenantID: "t2", Email: "ANA@x.example", Role: staff.RoleAgent}, password); !errors.Is(err, staff.ErrEmailTaken) {
		t.Errorf("second account of an e-mail: %v", err)
	}
	if _, err := accounts.Create(t.Context(), staff.Person{TenantID: "t1", Email: "b@x.example", Role: staff.RoleAgent, Teams: []wa.TeamID{"green"}}, password); !errors.Is(err, persistence.ErrRefused) {
		t.Errorf("unknown team: %v", err)
	}
	if _, err := accounts.Create(t.Context(), staff.Person{TenantID: "t1", Email: "b@x.example", Role: staff.RoleAgent}, "short"); !errors.Is(err, staff.ErrWeakPassword) {
		t.Errorf("short password: %v", err)
	}
	seeded, err := accounts.Ensure(t.Context(), staff.Person{TenantID: "t1", Email: "ana@x.example", Name: "Ana B", Role: staff.RoleManager, Teams: []wa.TeamID{"blue"}}, "another password")
	if err != nil || seeded.ID != ana.ID || seeded.Name != ana.Name || seeded.Role != staff.RoleAgent || !slices.Equal(seeded.Teams, ana.Teams) {
		t.Fatalf("an account that is there became %+v, %v", seeded, err)
	}
	if _, err := accounts.LogIn(t.Context(), "ana@x.example", password); err != nil {
		t.Errorf("seeding again changed the password: %v", err)
	}
	people, err := accounts.List(t.Context(), "t1")
	if err != nil || len(people) != 1 || people[0].Name != ana.Name || people[0].Role != staff.RoleAgent {
		t.Errorf("people of t1: %+v, %v", people, err)
	}
	if _, err := accounts.Get(t.Context(), "t2", ana.ID); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("person of another tenant: %v", err)
	}
	if _, err := accounts.Disable(t.Context(), "t2", ana.ID, jobs.Order{}); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("disabled a person of another tenant: %v", err)
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	open := func() staff.Session {
		t.Helper()
		s, err := accounts.OpenSession(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	live := func(s staff.Session) bool {
		t.Helper()
		got, err := accounts.Session(t.Context(), s.Token)
		if err != nil && !errors.Is(err, persistence.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil && got.CSRFToken == s.CSRFToken && got.Person.ID == ana.ID
	}
	first, second, third := open(), open(), open()
	if !live(first) || !live(second) || !live(third) || live(staff.Session{Token: "guess"}) {
		t.Fatal("open sessions are not live, or a guessed one is")
	}
	var stored int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM session WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'`, first.Token).Scan(&stored); err != nil || stored != 0 {
		t.Errorf("the token itself is stored: %d, %v", stored, err)
	}
	if err := accounts.CloseSession(t.Context(), first.Token); err != nil || live(first) || !live(second) {
		t.Errorf("logging out closed too little or too much: %v", err)
	}

	// A use prolongs to twelve hours, yet never beyond seven days after the start.
	pgtest.Exec(t, pool, `UPDATE session SET seen_at = now() - interval '11 hours', expires_at = now() + interval '1 hour'`)
	if _, err := accounts.PeekSession(t.Context(), second.Token); err != nil || left(t, accounts, second) > 61*time.Minute {
		t.Errorf("a look prolonged it: %v", err)
	}
	if !live(second) || left(t, accounts, second) < 11*time.Hour {
		t.Error("a use did not prolong it")
	}
	pgtest.Exec(t, pool, `UPDATE session SET created_at = now() - interval '7 days' + interval '1 hour', seen_at = now() - interval '1 hour', expires_at = now() + interval '2 hours'`)
	if !live(second) || left(t, accounts, second) > 61*time.Minute {
		t.Error("prolonged beyond seven days")
	}
	pgtest.Exec(t, pool, `UPDATE session SET created_at = now() - interval '8 days'`)
	if live(second) {
		t.Error("live after eight days")
	}
	if err := accounts.PruneSessions(t.Context()); err != nil {
		t.Fatal(err)
	}

	fourth := open()
	if err := accounts.CloseSessions(t.Context(), &ana); err != nil || live(fourth) {
		t.Errorf("live after all were ended: %v", err)
	}
	fifth := open()
	if _, err := accounts.Disable(t.Context(), "t1", ana.ID, jobs.Order{}); err != nil || live(fifth) {
		t.Errorf("live after the account was disabled: %v", err)
	}
}

func left(t *testing.T, staff *staff.Staff, s staff.Session) time.Duration {
	t.Helper()
	got, err := staff.PeekSession(context.WithoutCancel(t.Context()), s.Token)
	if err != nil {
		t.Fatal(err)
	}
	return time.Until(got.ExpiresAt)
}

// The first account is made with its team, once: what administrators called it and
// the team since, and what it may do, outlives the next start.
func TestFirstAccount(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	accounts := staff.New(pool)
	first := func(email, word string) error {
		return accounts.First(t.Context(), "Main", staff.Team{ID: "main", Name: "Main"},
			staff.Person{TenantID: "main", Email: email, Name: "Admin", Role: staff.RoleAdmin}, word)
	}
	if err := first("root@x.example", "short"); !errors.Is(err, staff.ErrWeakPassword) {
		t.Fatalf("a weak password: %v", err)
	}
	if err := first("root@x.example", "korrekt-pferd-1"); err != nil {
		t.Fatal(err)
	}
	made, err := accounts.LogIn(t.Context(), "root@x.example", "korrekt-pferd-1")
	p := made.Person
	if err != nil || p.Name != "Admin" || p.Role != staff.RoleAdmin || len(p.Teams) != 1 {
		t.Fatalf("made: %+v, %v", p, err)
	}
	for _, team := range []staff.Team{{ID: "main", Name: "Loja"}, {ID: "vip", Name: "VIP"}} {
		if _, err := accounts.PutTeam(t.Context(), "main", team); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Exec(t, pool, `UPDATE tenant SET name = 'Lume' WHERE id = 'main'`)
	if _, err := accounts.Create(t.Context(), staff.Person{TenantID: "main", Email: "third@x.example", Name: "Third", Role: staff.RoleAdmin}, "korrekt-pferd-1"); err != nil {
		t.Fatal(err)
	}
	name, role, vip := "Marta", staff.RoleManager, []wa.TeamID{"vip"}
	change := staff.AccountChange{Name: &name, Role: &role, Teams: &vip}
	if _, _, err := accounts.Change(t.Context(), "main", p.ID, change, jobs.Order{}); err != nil {
		t.Fatal(err)
	}
	if err := first("ROOT@x.example", "another-word-22"); err != nil {
		t.Fatal(err)
	}
	if err := first("second@x.example", "another-word-22"); err != nil {
		t.Fatal(err)
	}
	again, err := accounts.LogIn(t.Context(), p.Email, "korrekt-pferd-1")
	got := again.Person
	if err != nil || got.Name != "Marta" || got.Role != staff.RoleManager || !slices.Equal(got.Teams, []wa.TeamID{"vip"}) {
		t.Errorf("after the next start: %+v, %v", got, err)
	}
	teams, err := accounts.Teams(t.Context(), persistence.Scope{TenantID: "main", AllTeams: true})
	if err != nil || len(teams) != 2 || teams[0].Name != "Loja" {
		t.Errorf("teams: %+v, %v", teams, err)
	}
	if tenant, err := accounts.Tenant(t.Context(), "main"); err != nil || tenant.Name != "Lume" {
		t.Errorf("tenant: %+v, %v", tenant, err)
	}
}
