package gateway_test

import (
	"fmt"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Whoever is shut out leaves his conversations to people who may own them and have
// room; what is wrong is said before anything is done.
func TestConversationsAreSplit(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	store := jobs.New(s.pool)
	s.url = s.startGateway("g2", withJobs(store))
	root := s.hire("t1", "root", staff.RoleAdmin)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	bia := s.hire("t1", "bia", staff.RoleAgent, "red")
	caio := s.hire("t1", "caio", staff.RoleAgent, "blue")
	eva := s.hire("t2", "eva", staff.RoleAdmin)
	for n := range 5 {
		id := s.inbound("100", fmt.Sprint("c", n), fmt.Sprint("wamid.", n), "hello")
		if n < 4 {
			ana.want(200, nil, "POST", path(id, "claim"), nil)
		} else {
			bia.want(200, nil, "POST", path(id, "claim"), nil)
		}
	}
	agent := "/api/v1/agents/" + ana.id
	var p answeredProblem
	root.want(400, &p, "PATCH", "/api/v1/agents/"+bia.id, body{"capacity": 501})
	if p.Field != "capacity" {
		t.Errorf("%+v", p)
	}
	var c changed
	root.want(200, &c, "PATCH", "/api/v1/agents/"+bia.id, body{"capacity": 3})
	ana.want(403, nil, "GET", agent+"/handover", nil)
	eva.want(404, nil, "GET", agent+"/handover", nil)
	var held struct {
		Conversations, Sessions int
		Receivers               []struct {
			AgentID             string `json:"agent_id"`
			Load, Capacity, May int
		}
	}
	root.want(200, &held, "GET", agent+"/handover", nil)
	if held.Conversations != 4 || held.Sessions == 0 {
		t.Errorf("%+v", held)
	}
	for _, r := range held.Receivers {
		if r.AgentID == bia.id && (r.Load != 1 || r.Capacity != 3 || r.May != 4) || r.AgentID == caio.id && r.May != 0 || r.AgentID == ana.id {
			t.Errorf("receiver %+v", r)
		}
	}
	share := func(who string, n int) body { return body{"agent_id": who, "most": n} }
	for name, wrong := range map[string]struct {
		in    body
		field string
	}{
		"full":            {body{"split": []body{share(bia.id, 3)}}, "split"},
		"one who is full": {body{"agent_id": bia.id}, "agent_id"},
		"another team":    {body{"split": []body{share(caio.id, 1)}}, "split"},
		"twice":           {body{"split": []body{share(bia.id, 1), share(bia.id, 1)}}, "split"},
		"oneself":         {body{"split": []body{share(ana.id, 1)}}, "split"},
		"another tenant":  {body{"split": []body{share(eva.id, 1)}}, "split"},
		"nothing":         {body{"split": []body{share(bia.id, 0)}}, "split"},
		"two ways":        {body{"split": []body{share(bia.id, 1)}, "team_id": "red"}, "split"},
	} {
		root.want(400, &p, "POST", agent+"/disable", wrong.in)
		if p.Field != wrong.field || p.Detail == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	ana.want(200, nil, "GET", "/api/v1/me", nil) // nothing was done
	root.want(200, &c, "POST", agent+"/disable", body{"split": []body{share(bia.id, 2), share(root.id, 1)}})
	job, err := store.Claim(t.Context(), "m1", jobs.LaneLong)
	if err != nil || job.ID != c.Job {
		t.Fatalf("%+v, %v", job, err)
	}
	for range 2 { // killed after the first lot: the second says the same
		lot, _, err := store.Lot(t.Context(), &job, "m1", 10)
		if err != nil {
			t.Fatal(err)
		}
		to := map[string]int{}
		for _, task := range lot {
			to[string(task.To)]++
		}
		if len(lot) != 4 || to[bia.id] != 2 || to[root.id] != 1 || to[""] != 1 {
			t.Errorf("split %v", to)
		}
	}
}

// withOffice has a gateway know jobs and how the numbers fare.
func withOffice(s *site) func(*gateway.Config) {
	return func(c *gateway.Config) { c.Fleet, c.Jobs = fleet.New(s.pool), jobs.New(s.pool) }
}
