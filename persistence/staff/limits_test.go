package staff_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

const seedNumbers = `
INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1'), ('a2', 't2', 'p2');
INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
VALUES ('100', 't1', 'a1', 'red', '+1 00'), ('200', 't1', 'a1', 'blue', '+2 00'), ('900', 't2', 'a2', 'red', '+9 00')`

// Limits come with a new account, an invitation and a key; they are put in order, told
// to the audit with before and after, raise the revision that fences appends, and are
// what the scope says.
func TestLimits(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	pgtest.Exec(t, pool, seedNumbers)
	boss := hire(t, accounts, "t1", "boss@x.example", staff.RoleAdmin)
	ctx := audit.Acting(t.Context(), boss.By(audit.By{}))
	limits := staff.Limits{Numbers: []wa.PhoneNumberID{"200", "100", "200"}, OwnOnly: true}
	sorted := staff.Limits{Numbers: []wa.PhoneNumberID{"100", "200"}, OwnOnly: true}
	invited, err := accounts.Invite(ctx, "t1", []string{"ana@x.example"}, staff.RoleAgent, []wa.TeamID{"red"}, limits)
	if err != nil || cmp.Diff(sorted, invited[0].Limits) != "" {
		t.Fatalf("invited with %+v, %v", invited, err)
	}
	ana, err := accounts.Join(t.Context(), invited[0].Token, "Ana", password)
	if err != nil {
		t.Fatal(err)
	}
	session, err := accounts.LogIn(t.Context(), "ana@x.example", password)
	if err != nil {
		t.Fatal(err)
	}
	if session, err = accounts.Session(t.Context(), session.Token); err != nil {
		t.Fatal(err)
	}
	want := persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}, Numbers: sorted.Numbers, OwnOnly: true, Person: ana.ID}
	if diff := cmp.Diff(want, session.Person.Scope()); diff != "" {
		t.Errorf("scope of a session (-want +got):\n%s", diff)
	}
	narrow, free := []wa.PhoneNumberID{"200"}, false
	p, job, err := accounts.Change(ctx, "t1", ana.ID, staff.AccountChange{Numbers: &narrow}, jobs.Order{})
	if err != nil || job == 0 || !p.OwnOnly || !slices.Equal(p.Numbers, narrow) {
		t.Errorf("fewer numbers: %+v, job %d, %v", p, job, err)
	}
	p, job, err = accounts.Change(ctx, "t1", ana.ID, staff.AccountChange{OwnOnly: &free}, jobs.Order{})
	if err != nil || job != 0 || p.OwnOnly {
		t.Errorf("not his own alone any more: %+v, job %d, %v", p, job, err)
	}
	if stored, err := accounts.Get(t.Context(), "t1", ana.ID); err != nil || stored.Revision != session.Person.Revision+2 {
		t.Errorf("revision %d after two changes of %d, %v", stored.Revision, session.Person.Revision, err)
	}
	key, err := accounts.MakeKey(ctx, staff.Key{
		TenantID: "t1", Name: "crm", Rights: []staff.Right{staff.RightRead}, Policy: staff.PolicyOwn, AllTeams: true, Numbers: []wa.PhoneNumberID{"200", "100"},
	})
	if err != nil {
		t.Fatal(err)
	}
	program, err := accounts.Session(t.Context(), key.Secret)
	if scope := program.Person.Scope(); err != nil || !scope.AllTeams || !slices.Equal(scope.Numbers, sorted.Numbers) {
		t.Errorf("scope of a key: %+v, %v", scope, err)
	}
	lines, err := audit.New(pool).List(t.Context(), "t1", audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	told := ""
	for _, l := range slices.Backward(lines) {
		if l.Object.Kind != "team" && l.Action != audit.PersonCreated && l.Action != audit.SignedIn {
			told += fmt.Sprintf("%s %v > %v\n", l.Action, l.Before, l.After)
		}
	}
	if diff := cmp.Diff(`person.invited map[] > map[email:ana@x.example numbers:[100 200] own_only:true role:agent teams:[red]]
person.joined map[] > map[disabled:false email:ana@x.example name:Ana numbers:[100 200] own_only:true role:agent teams:[red]]
person.changed map[numbers:[100 200]] > map[numbers:[200]]
person.changed map[own_only:true] > map[own_only:false]
key.made map[] > map[all_teams:true expires_at:<nil> numbers:[100 200] policy:own rights:[read] teams:[]]
`, told); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

func TestLimitsThatNobodyCanHave(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	pgtest.Exec(t, pool, seedNumbers)
	pgtest.Exec(t, pool, `UPDATE installation SET oldest = 1`) // later migrations bar more than this
	hire(t, accounts, "t1", "boss@x.example", staff.RoleAdmin)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	admin, auditor, manager, yes := staff.RoleAdmin, staff.RoleAuditor, staff.RoleManager, true
	numbers := func(ids ...wa.PhoneNumberID) *[]wa.PhoneNumberID { return &ids }
	for name, test := range map[string]struct {
		change staff.AccountChange
		want   error
	}{
		"a number that nobody has":   {staff.AccountChange{Numbers: numbers("100", "300")}, staff.ErrNoNumber},
		"another tenant's number":    {staff.AccountChange{Numbers: numbers("900")}, staff.ErrNoNumber},
		"an administrator by number": {staff.AccountChange{Role: &admin, Numbers: numbers("100")}, staff.ErrUnlimited},
		"an auditor by number":       {staff.AccountChange{Role: &auditor, Numbers: numbers("100")}, staff.ErrUnlimited},
		"a manager of his own":       {staff.AccountChange{Role: &manager, OwnOnly: &yes}, staff.ErrOnlyAgents},
		"an administrator":           {staff.AccountChange{Role: &admin, OwnOnly: &yes}, staff.ErrOnlyAgents},
	} {
		if _, _, err := accounts.Change(t.Context(), "t1", ana.ID, test.change, jobs.Order{}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	p, err := accounts.Get(t.Context(), "t1", ana.ID)
	if err != nil || p.Role != staff.RoleAgent || len(p.Numbers) > 0 || p.OwnOnly {
		t.Errorf("what was refused made her %+v, %v", p, err)
	}
	// A release that shows everything to everybody does not start any more, from the
	// first limit on and not before.
	if before := pgtest.Count(t, pool, `SELECT oldest FROM installation`); before != 1 {
		t.Errorf("without a limit releases before migration %d are shut out", before)
	}
	if _, _, err := accounts.Change(t.Context(), "t1", ana.ID, staff.AccountChange{Role: &manager, Numbers: numbers("100")}, jobs.Order{}); err != nil {
		t.Fatal(err)
	}
	pgtest.BarsBefore(t, pool, "scope")
}
