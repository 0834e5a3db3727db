package staff_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// What belonged to a merged team belongs to the other at once; what belonged to a
// removed one loses it. Nobody joins it, is invited to it or gets a key for it again.
func TestTeamsEnd(t *testing.T) {
	t.Parallel()
	for _, merge := range []bool{true, false} {
		pool, accounts := storetest.Office(t)
		ctx := t.Context()
		ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
		bia := hire(t, accounts, "t1", "bia@x.example", staff.RoleAgent, "red", "blue")
		other := hire(t, accounts, "t2", "eva@x.example", staff.RoleAgent, "red")
		key, err := accounts.MakeKey(ctx, staff.Key{TenantID: "t1", Name: "k", Rights: []staff.Right{staff.RightRead}, Policy: staff.PolicyOwn, Teams: []wa.TeamID{"red"}})
		if err != nil {
			t.Fatal(err)
		}
		invited, err := accounts.Invite(ctx, "t1", []string{"new@x.example"}, staff.RoleAgent, []wa.TeamID{"red", "blue"}, staff.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []struct {
			team, into wa.TeamID
			want       error
		}{
			{"red", "red", staff.ErrSameTeam}, {"red", "green", staff.ErrNoTeam}, {"green", "red", persistence.ErrNotFound},
		} {
			if _, err := accounts.EndTeam(ctx, "t1", wrong.team, wrong.into, merge); !errors.Is(err, wrong.want) {
				t.Errorf("%s into %s: %v, want %v", wrong.team, wrong.into, err, wrong.want)
			}
		}
		if _, err := accounts.EndTeam(ctx, "t2", "red", "blue", merge); !errors.Is(err, staff.ErrLastTeam) {
			t.Errorf("the last team: %v", err)
		}
		end, err := accounts.EndTeam(ctx, "t1", "red", "blue", merge)
		if err != nil || end.Job == 0 || len(end.Seats) != 3 {
			t.Fatalf("%+v, %v", end, err)
		}
		want := map[wa.AgentID][]wa.TeamID{ana.ID: {}, bia.ID: {"blue"}, other.ID: {"red"}}
		keys, mail := []wa.TeamID{}, []wa.TeamID{"blue"}
		if merge {
			want[ana.ID], keys = []wa.TeamID{"blue"}, []wa.TeamID{"blue"}
		}
		for _, p := range []staff.Person{ana, bia, other} {
			now, err := accounts.Get(ctx, p.TenantID, p.ID)
			if err != nil || !slices.Equal(now.Teams, want[p.ID]) || p.ID != other.ID && now.Revision == p.Revision {
				t.Errorf("merged %v: %s has %v at revision %d, %v", merge, p.Email, now.Teams, now.Revision, err)
			}
		}
		if list, err := accounts.Keys(ctx, "t1"); err != nil || list[0].ID != key.ID || !slices.Equal(list[0].Teams, keys) {
			t.Errorf("merged %v: key %+v, %v", merge, list, err)
		}
		if list, err := accounts.Invitations(ctx, "t1"); err != nil || list[0].ID != invited[0].ID || !slices.Equal(list[0].Teams, mail) {
			t.Errorf("merged %v: invitation %+v, %v", merge, list, err)
		}
		open, err := accounts.Teams(ctx, persistence.Scope{TenantID: "t1", AllTeams: true})
		gone, err2 := accounts.RemovedTeams(ctx, "t1")
		if err != nil || err2 != nil || len(open) != 1 || len(gone) != 1 || gone[0] != (staff.Team{ID: "red", Name: "Red", Revision: 1}) {
			t.Errorf("%v are there, %v gone; %v, %v", open, gone, err, err2)
		}
		if known, err := accounts.HasTeam(ctx, "t1", "red"); err != nil || known {
			t.Errorf("it is known: %v", err)
		}
		if _, err := accounts.Create(ctx, staff.Person{TenantID: "t1", Email: "x@x.example", Name: "x", Role: staff.RoleAgent, Teams: []wa.TeamID{"red"}}, password); !errors.Is(err, persistence.ErrRefused) {
			t.Errorf("hired into it: %v", err)
		}
		if _, err := accounts.Invite(ctx, "t1", []string{"y@x.example"}, staff.RoleAgent, []wa.TeamID{"red"}, staff.Limits{}); !errors.Is(err, persistence.ErrRefused) {
			t.Errorf("invited to it: %v", err)
		}
		if _, err := accounts.PutTeam(ctx, "t1", staff.Team{ID: "red", Name: "Red again"}); !errors.Is(err, staff.ErrTeamGone) {
			t.Errorf("made again: %v", err)
		}
		if _, err := accounts.SetMembers(ctx, "t1", "red", []wa.AgentID{ana.ID}, nil); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("joined it: %v", err)
		}
		if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE action IN ('team.merged', 'team.removed') AND object_id = 'red' AND after ->> 'into' = 'Blue'`); n != 1 {
			t.Errorf("%d lines", n)
		}
	}
}

// Several join and leave at once, or nobody does.
func TestMembersOfATeam(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	ctx := t.Context()
	ana := hire(t, accounts, "t1", "ana@x.example", staff.RoleAgent, "red")
	bia := hire(t, accounts, "t1", "bia@x.example", staff.RoleManager)
	other := hire(t, accounts, "t2", "eva@x.example", staff.RoleAgent)
	if _, err := accounts.SetMembers(ctx, "t1", "blue", []wa.AgentID{bia.ID, other.ID}, []wa.AgentID{ana.ID}); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("somebody of another tenant: %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM staff_team WHERE team_id = 'blue'`); n != 0 {
		t.Errorf("%d joined all the same", n)
	}
	changed, err := accounts.SetMembers(ctx, "t1", "red", []wa.AgentID{bia.ID}, []wa.AgentID{ana.ID})
	if err != nil || len(changed) != 2 {
		t.Errorf("%v, %v", changed, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM job WHERE key = $1`, ana.ID); n != 1 {
		t.Errorf("%d jobs hand over what she had", n)
	}
	if changed, err = accounts.SetMembers(ctx, "t1", "red", []wa.AgentID{bia.ID}, []wa.AgentID{ana.ID}); err != nil || len(changed) != 0 {
		t.Errorf("a second time: %v, %v", changed, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE action = 'person.changed'`); n != 2 {
		t.Errorf("%d lines, want one of each", n)
	}
}
