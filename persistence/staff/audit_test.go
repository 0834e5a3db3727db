package staff_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// Each change of an account or a team is one line with who, before and after; a
// change that changes nothing is none; and no line holds a password, a hash, a token
// or a link.
func TestEveryChangeHasItsLine(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	boss := hire(t, accounts, "t1", "boss@x.example", staff.RoleAdmin)
	ctx := audit.Acting(t.Context(), boss.By(audit.By{Address: "192.0.2.7", Client: "a browser"}))
	log := audit.New(pool)
	var last int64
	news := func() (lines []audit.Line) {
		t.Helper()
		all, err := log.List(ctx, "t1", audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			if l.ID > last {
				lines = append(lines, l)
			}
		}
		if len(all) > 0 {
			last = all[0].ID
		}
		return lines
	}
	news()
	var ana staff.Person
	var reset staff.Reset
	name, manager, blue := "Ana Maria", staff.RoleManager, []wa.TeamID{"blue"}
	change := func(c staff.AccountChange) error {
		_, _, err := accounts.Change(ctx, "t1", ana.ID, c, jobs.Order{})
		return err
	}
	for _, step := range []struct {
		what string
		do   func(ctx context.Context) error
		want string // action by whom, then before > after
	}{
		{"hire", func(ctx context.Context) (err error) {
			ana, err = accounts.Create(ctx, staff.Person{TenantID: "t1", Email: "ana@x.example", Name: "Ana", Role: staff.RoleAgent, Teams: []wa.TeamID{"red"}}, password)
			return err
		}, "person.created boss map[] > map[disabled:false email:ana@x.example name:Ana role:agent teams:[red]]"},
		{"rename", func(context.Context) error { return change(staff.AccountChange{Name: &name}) }, "person.changed boss map[name:Ana] > map[name:Ana Maria]"},
		{"rename to the same", func(context.Context) error { return change(staff.AccountChange{Name: &name}) }, ""},
		{"promote", func(context.Context) error { return change(staff.AccountChange{Role: &manager}) }, "person.changed boss map[role:agent] > map[role:manager]"},
		{"move", func(context.Context) error { return change(staff.AccountChange{Teams: &blue}) }, "person.changed boss map[teams:[red]] > map[teams:[blue]]"},
		{"link", func(ctx context.Context) (err error) {
			reset, err = accounts.OpenReset(ctx, "t1", ana.ID)
			return err
		}, "person.reset_link boss map[] > map[]"},
		{"password by link", func(context.Context) error {
			_, err := accounts.ResetPassword(t.Context(), reset.Token, "another good one")
			return err
		}, "person.password ana map[] > map[]"},
		{"log in", func(context.Context) error {
			_, err := accounts.LogIn(t.Context(), "ana@x.example", "another good one")
			return err
		}, "person.signed_in ana map[] > map[]"},
		{"log out", func(ctx context.Context) error { return accounts.CloseSessions(ctx, &ana) }, "person.logged_out boss map[] > map[]"},
		{"disable", func(ctx context.Context) error {
			_, err := accounts.Disable(ctx, "t1", ana.ID, jobs.Order{})
			return err
		}, "person.disabled boss map[disabled:false] > map[disabled:true]"},
		{"enable", func(ctx context.Context) error { return accounts.Enable(ctx, "t1", ana.ID) }, "person.enabled boss map[disabled:true] > map[disabled:false]"},
		{"new team", func(ctx context.Context) error {
			_, err := accounts.PutTeam(ctx, "t1", staff.Team{ID: "vip", Name: "VIP"})
			return err
		}, "team.created boss map[] > map[name:VIP]"},
		{"same team", func(ctx context.Context) error {
			_, err := accounts.PutTeam(ctx, "t1", staff.Team{ID: "vip", Name: "VIP"})
			return err
		}, ""},
		{"team renamed", func(ctx context.Context) error {
			_, err := accounts.PutTeam(ctx, "t1", staff.Team{ID: "vip", Name: "Vips"})
			return err
		}, "team.renamed boss map[name:VIP] > map[name:Vips]"},
	} {
		if err := step.do(ctx); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		got := ""
		for _, l := range news() {
			by := "ana"
			if l.By.ID == string(boss.ID) {
				by = "boss"
			}
			got += fmt.Sprintf("%s %s %v > %v", l.Action, by, l.Before, l.After)
		}
		if got != step.want {
			t.Errorf("%s:\n got %q\nwant %q", step.what, got, step.want)
		}
	}
	all, err := log.List(ctx, "t1", audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{password, "another good one", reset.Token, "argon2"} {
		if strings.Contains(fmt.Sprintf("%+v", all), secret) {
			t.Errorf("a line holds %q", secret)
		}
	}
	if theirs, err := log.List(ctx, "t2", audit.Filter{ObjectKind: "person"}); err != nil || len(theirs) != 0 {
		t.Errorf("lines of another tenant: %+v, %v", theirs, err)
	}
}
