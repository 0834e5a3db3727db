package gateway_test

import (
	"fmt"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// A team is changed and ended by administrators of its tenant alone, and what is wrong
// is said at its field.
func TestTeamsOverTheAPI(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Jobs = jobs.New(s.pool)
		c.Registrar = registrar{numbers.New(s.pool, nil), effects.NewSends(s.pool, nil)}
	})
	root := s.hire("t1", "root", staff.RoleAdmin)
	boss := s.hire("t1", "boss", staff.RoleManager)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t2", "eva", staff.RoleAdmin, "red")
	pgtest.Exec(t, s.pool, `INSERT INTO team (tenant_id, id, name) VALUES ('t2', 'green', 'Green') ON CONFLICT DO NOTHING`)
	red := "/api/v1/teams/red"
	for path, in := range map[string]any{"/members": body{"add": []string{ana.id}}, "/numbers": body{"numbers": []string{}}, "/merge": body{"into": "blue"}, "/remove": body{"into": "blue"}} {
		boss.want(403, nil, "POST", red+path, in)
		ana.want(403, nil, "POST", red+path, in)
		root.want(404, nil, "POST", "/api/v1/teams/nowhere"+path, in)
		root.want(404, nil, "POST", "/api/v1/teams/green"+path, in) // of another tenant
	}
	for _, wrong := range []struct {
		path, in, field string
	}{
		{"/merge", `{"into":"red"}`, "into"},
		{"/remove", `{"into":"red"}`, "into"},
		{"/remove", `{"into":"green"}`, "into"},
		{"/remove", `{"into":""}`, "into"},
		{"/merge", `{"to":"blue"}`, "to"},
		{"/members", `{"add":["` + ana.id + `","` + eva.id + `"]}`, "add"},
		{"/members", `{"add":["` + ana.id + `"],"remove":["` + ana.id + `"]}`, "remove"},
		{"/numbers", `{"numbers":["999"]}`, "numbers"},
	} {
		var p answeredProblem
		root.want(400, &p, "POST", red+wrong.path, wrong.in)
		if p.Field != wrong.field || p.Detail == "" {
			t.Errorf("%s %s: %+v, want a word at %s", wrong.path, wrong.in, p, wrong.field)
		}
	}
	var members struct{ Changed []string }
	root.want(200, &members, "POST", "/api/v1/teams/blue/members", body{"add": []string{ana.id, boss.id}})
	if len(members.Changed) != 2 {
		t.Errorf("changed %v", members)
	}
	id := s.inbound("100", "c1", "wamid.1", "hello")
	ana.want(200, nil, "POST", path(id, "claim"), nil)
	var end struct{ Job int64 }
	root.want(200, &end, "POST", red+"/merge", body{"into": "blue"})
	var job struct {
		Kind, Into string
		Left       int
		TeamID     string `json:"team_id"`
	}
	root.want(200, &job, "GET", fmt.Sprint("/api/v1/jobs/", end.Job), nil)
	if job.Kind != "team_gone" || job.TeamID != "red" || job.Into != "blue" || job.Left != 1 {
		t.Errorf("job %+v", job)
	}
	var list struct{ Teams, Removed []struct{ ID, Name string } }
	ana.want(200, &list, "GET", "/api/v1/teams", nil)
	for _, team := range list.Teams {
		if team.ID == "red" {
			t.Error("a team that is gone is in the list")
		}
	}
	if len(list.Removed) != 1 || list.Removed[0].ID != "red" || list.Removed[0].Name == "" {
		t.Errorf("removed: %+v", list.Removed)
	}
	root.want(404, nil, "POST", red+"/merge", body{"into": "blue"})
	var p answeredProblem
	root.want(400, &p, "POST", "/api/v1/teams", body{"id": "red", "name": "Red"})
	if p.Field != "id" {
		t.Errorf("made again: %+v", p)
	}
	if p.Field = ""; true {
		root.want(400, &p, "POST", path(id, "transfer"), body{"team_id": "red"})
	}
	if p.Field != "team_id" {
		t.Errorf("given to a team that is gone: %+v", p)
	}
}
