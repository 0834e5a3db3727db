package staff_test

import (
	"context"
	"errors"
	"testing"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// What somebody has made who may make it no more opens nothing: links to passwords and
// invitations end with his account, with his role and with the key, each with a line.
func TestLinksEndWithTheirMaker(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	boss := hire(t, accounts, "t1", "boss@x.example", staff.RoleAdmin)
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAdmin)
	own := audit.Acting(t.Context(), boss.By(audit.By{}))
	key, err := accounts.MakeKey(own, staff.Key{TenantID: "t1", Name: "HR", Rights: []staff.Right{staff.RightAdmin}, Policy: staff.PolicyOwn, AllTeams: true})
	if err != nil {
		t.Fatal(err)
	}
	lines := func() int64 {
		return pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE action = 'person.link_ended'`)
	}
	for name, end := range map[string]func(context.Context, *staff.Person) error{
		"disabled": func(ctx context.Context, p *staff.Person) error {
			_, err := accounts.Disable(ctx, "t1", p.ID, jobs.Order{})
			return err
		},
		"demoted": func(ctx context.Context, p *staff.Person) error {
			role := staff.RoleManager
			_, _, err := accounts.Change(ctx, "t1", p.ID, staff.AccountChange{Role: &role}, jobs.Order{})
			return err
		},
		"disabled meanwhile": func(ctx context.Context, p *staff.Person) error { // whoever did it knew nothing of links
			_, err := pool.Exec(ctx, `UPDATE staff SET disabled_at = now() WHERE id = $1`, p.ID)
			return err
		},
		"revoked": func(ctx context.Context, _ *staff.Person) error { return accounts.RevokeKey(ctx, "t1", key.ID) },
	} {
		maker := hire(t, accounts, "t1", name[:5]+name[len(name)-3:]+"@x.example", staff.RoleAdmin)
		by := maker.By(audit.By{})
		if name == "revoked" {
			by = audit.By{Kind: audit.ByIntegration, ID: key.ID, Name: key.Name}
		}
		ctx := audit.Acting(t.Context(), by)
		reset, err := accounts.OpenReset(ctx, "t1", ana.ID)
		if err != nil {
			t.Fatal(err)
		}
		invited, err := accounts.Invite(ctx, "t1", []string{"new@x.example"}, staff.RoleAdmin, nil, staff.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		_, first := accounts.ResetOf(ctx, reset.Token)
		if _, second := accounts.InvitationOf(ctx, invited[0].Token); first != nil || second != nil {
			t.Fatalf("%s: while he may: %v, %v", name, first, second)
		}
		before := lines()
		if err := end(own, &maker); err != nil {
			t.Fatal(err)
		}
		_, first = accounts.ResetPassword(ctx, reset.Token, "another good one")
		_, second := accounts.Join(ctx, invited[0].Token, "New", "another good one")
		if !errors.Is(first, persistence.ErrNotFound) || !errors.Is(second, staff.ErrInvitationExpired) {
			t.Errorf("%s: his links still work: %v, %v", name, first, second)
		}
		if n := lines() - before; n != 2 && name != "disabled meanwhile" {
			t.Errorf("%s: %d lines, want one for each link", name, n)
		}
		// Another takes over what he had begun.
		again, err := accounts.RenewInvitation(own, "t1", invited[0].ID)
		if err != nil || again.ByID != boss.ID {
			t.Errorf("%s: renewed by %s, %v", name, again.ByName, err)
		}
		if _, err := accounts.InvitationOf(ctx, again.Token); err != nil {
			t.Errorf("%s: renewed: %v", name, err)
		}
	}
}
