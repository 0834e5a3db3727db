package gateway_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type changed struct {
	Agent struct {
		ID, Name, Role string
		Teams          []string
		Active         bool
	}
	Job int64
}

func withJobs(jobs *jobs.Jobs) func(*gateway.Config) {
	return func(c *gateway.Config) { c.Jobs = jobs }
}

// An account is shut out and let in again; what it may do is at once what the
// administrator says.
func TestAccountsChange(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	jobs := jobs.New(s.pool)
	s.url = s.startGateway("g2", withJobs(jobs))
	root := s.hire("t1", "root", staff.RoleAdmin)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	bia := s.hire("t1", "bia", staff.RoleAgent, "red")
	eva := s.hire("t2", "eva", staff.RoleAdmin)
	id := s.inbound("100", "c1", "wamid.1", "hello")
	ana.want(200, nil, "POST", path(id, "claim"), nil)

	var c changed
	agent := "/api/v1/agents/" + ana.id
	for wrong, field := range map[string]string{
		`{"agent_id":"nobody"}`: "agent_id", `{"agent_id":"` + ana.id + `"}`: "agent_id", `{"team_id":"green"}`: "team_id",
		`{"agent_id":"` + eva.id + `"}`: "agent_id", `{"to":"x"}`: "to",
		`{"agent_id":"` + bia.id + `","team_id":"blue"}`: "agent_id",
	} {
		var p answeredProblem
		root.want(400, &p, "POST", agent+"/disable", wrong)
		if p.Field != field {
			t.Errorf("%s: field %q, want %q", wrong, p.Field, field)
		}
	}
	root.want(200, &c, "POST", agent+"/disable", body{"team_id": "blue"})
	if c.Agent.Active || c.Job == 0 {
		t.Errorf("disabled: %+v", c)
	}
	ana.want(401, nil, "GET", "/api/v1/me", nil)
	var job struct {
		Kind    string
		AgentID string `json:"agent_id"`
		By      struct{ ID string }
	}
	root.want(200, &job, "GET", fmt.Sprint("/api/v1/jobs/", c.Job), nil)
	if job.Kind != "hand_over" || job.AgentID != ana.id || job.By.ID != root.id {
		t.Errorf("job: %+v", job)
	}
	var list struct{ Jobs []struct{ ID int64 } }
	root.want(200, &list, "GET", "/api/v1/jobs", nil)
	if len(list.Jobs) != 1 || list.Jobs[0].ID != c.Job {
		t.Errorf("jobs: %+v", list)
	}
	eva.want(404, nil, "GET", fmt.Sprint("/api/v1/jobs/", c.Job), nil)
	eva.want(404, nil, "POST", agent+"/enable", nil)
	eva.want(404, nil, "PATCH", agent, body{"name": "x"})

	// Nobody is given to her, and she is shown to whom that matters only.
	var p answeredProblem
	root.want(400, &p, "POST", path(id, "assign"), body{"agent_id": ana.id})
	var agents struct{ Agents []struct{ ID string } }
	root.want(200, &agents, "GET", "/api/v1/agents", nil)
	open := len(agents.Agents)
	root.want(200, &agents, "GET", "/api/v1/agents?disabled=true", nil)
	if len(agents.Agents) != open+1 {
		t.Errorf("%d accounts with the disabled, %d without", len(agents.Agents), open)
	}

	root.want(200, &c, "POST", agent+"/enable", nil)
	if !c.Agent.Active {
		t.Errorf("enabled: %+v", c)
	}
	ana, c = s.browser(ana.id, "ana"), changed{}
	root.want(200, &c, "PATCH", agent, body{"role": "manager", "name": "Ana B", "teams": []string{"blue", "red", "blue"}})
	if c.Agent.Role != "manager" || c.Agent.Name != "Ana B" || len(c.Agent.Teams) != 2 || c.Job != 0 {
		t.Errorf("changed: %+v", c)
	}
	ana.want(200, nil, "GET", "/api/v1/contacts/suggestions", nil) // the session that she has
	root.want(400, &p, "PATCH", agent, body{"teams": []string{"green"}})
	if p.Field != "teams" {
		t.Errorf("unknown team: %+v", p)
	}
	root.want(400, &p, "PATCH", agent, body{"role": "boss"})
	root.want(200, &c, "PATCH", agent, body{"role": "agent", "teams": []string{"blue"}})
	if c.Job == 0 {
		t.Error("no job hands over what she sees no more")
	}
	ana.want(403, nil, "GET", "/api/v1/contacts/suggestions", nil)
	ana.want(404, nil, "GET", path(id), nil)
}

// A tenant keeps an administrator, and nobody locks himself out.
func TestLastAdministrator(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	s.hire("t2", "other", staff.RoleAdmin) // of another tenant: no help
	var p answeredProblem
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"POST", "/disable", nil},
		{"PATCH", "", body{"role": "agent"}},
	} {
		root.want(409, &p, call.method, "/api/v1/agents/"+root.id+call.path, call.body)
		if p.Code != "oneself" || p.Remedy == "" {
			t.Errorf("%s %s: %+v", call.method, call.path, p)
		}
	}
	root.want(200, nil, "PATCH", "/api/v1/agents/"+root.id, body{"name": "Root", "role": "admin"})

	// Two who shut each other out at the same time: one stays.
	max := s.hire("t1", "max", staff.RoleAdmin)
	errs := make(chan error, 2)
	for _, id := range []string{root.id, max.id} {
		go func() {
			_, err := s.staff.Disable(t.Context(), "t1", wa.AgentID(id), jobs.Order{})
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), staff.ErrLastAdmin) {
		t.Errorf("both at once: %v and %v; want one done and one the last administrator", first, second)
	}
}
