package staff_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// Who administers no more comes back by no link that he has made; one that somebody else
// has renewed is that one's.
func TestLinksEndWithTheirAdministrator(t *testing.T) {
	t.Parallel()
	agent := staff.RoleAgent
	for name, leave := range map[string]func(*testing.T, *staff.Staff, wa.AgentID) error{
		"disabled": func(t *testing.T, accounts *staff.Staff, id wa.AgentID) error {
			_, err := accounts.Disable(t.Context(), "t1", id, jobs.Order{})
			return err
		},
		"an agent now": func(t *testing.T, accounts *staff.Staff, id wa.AgentID) error {
			_, _, err := accounts.Change(t.Context(), "t1", id, staff.AccountChange{Role: &agent}, jobs.Order{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, accounts := storetest.Office(t)
			mole, root := hire(t, accounts, "t1", "mole@x.example", staff.RoleAdmin), hire(t, accounts, "t1", "root@x.example", staff.RoleAdmin)
			by := audit.Acting(t.Context(), audit.By{Kind: audit.ByAgent, ID: string(mole.ID), Name: mole.Name})
			reset, err := accounts.OpenReset(by, "t1", root.ID)
			if err != nil {
				t.Fatal(err)
			}
			made, err := accounts.Invite(by, "t1", []string{"a@x.example", "b@x.example"}, staff.RoleAdmin, nil, staff.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			other := audit.Acting(t.Context(), audit.By{Kind: audit.ByAgent, ID: string(root.ID), Name: root.Name})
			renewed, err := accounts.RenewInvitation(other, "t1", made[1].ID)
			if err != nil || renewed.ByID != root.ID {
				t.Fatalf("renewed by %s, %v", renewed.ByID, err)
			}
			if err := leave(t, accounts, mole.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := accounts.ResetOf(t.Context(), reset.Token); !errors.Is(err, persistence.ErrNotFound) {
				t.Errorf("the link to a password: %v", err)
			}
			if _, err := accounts.Join(t.Context(), made[0].Token, "Back", password); !errors.Is(err, persistence.ErrNotFound) {
				t.Errorf("the link to join: %v", err)
			}
			if _, err := accounts.Join(t.Context(), renewed.Token, "Bia", password); err != nil {
				t.Errorf("the renewed link: %v", err)
			}
		})
	}
}

// Two teams of one name nobody could tell apart; the name of one that is gone is free.
func TestTeamNamesAreEachOnce(t *testing.T) {
	t.Parallel()
	_, accounts := storetest.Office(t)
	put := func(tenant wa.TenantID, id wa.TeamID, name string, want error) {
		t.Helper()
		if _, err := accounts.PutTeam(t.Context(), tenant, staff.Team{ID: id, Name: name}); !errors.Is(err, want) {
			t.Errorf("%s of %s as %q: %v, want %v", id, tenant, name, err, want)
		}
	}
	put("t1", "vip", "Vips", nil)
	put("t1", "vip2", "VIPS", staff.ErrTeamNamed)
	put("t1", "red", "Vips", staff.ErrTeamNamed)
	put("t1", "vip", "VIPs", nil)
	put("t2", "vip", "Vips", nil)
	if _, err := accounts.EndTeam(t.Context(), "t1", "vip", "red", false); err != nil {
		t.Fatal(err)
	}
	put("t1", "vip2", "Vips", nil)
}

// A team that is named twice in an invitation or for a key is one.
func TestTeamsNamedTwice(t *testing.T) {
	t.Parallel()
	_, accounts := storetest.Office(t)
	twice, once := []wa.TeamID{"red", "red"}, []wa.TeamID{"red"}
	made, err := accounts.Invite(t.Context(), "t1", []string{"a@x.example"}, staff.RoleAgent, twice, staff.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := accounts.Join(t.Context(), made[0].Token, "Ana", password); err != nil || !slices.Equal(p.Teams, once) {
		t.Errorf("joined %v, %v", p.Teams, err)
	}
	key, err := accounts.MakeKey(t.Context(), staff.Key{
		TenantID: "t1", Name: "crm", Rights: []staff.Right{staff.RightRead, staff.RightRead}, Policy: staff.PolicyOwn, Teams: twice,
	})
	if err != nil || !slices.Equal(key.Teams, once) || len(key.Rights) != 1 {
		t.Errorf("key with %v of %v, %v", key.Rights, key.Teams, err)
	}
}
