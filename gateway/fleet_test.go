package gateway_test

import (
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type fleetNumber struct {
	Number struct {
		ID     string
		Name   string
		TeamID string `json:"team_id"`
	}
	Language string
	Revision int64
	Troubles []string
	Quality  string
	Waiting  int
}

func fleetSite(t *testing.T) *site {
	t.Helper()
	s := startSite(t)
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	standings := fleet.New(s.pool)
	if err := standings.Adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Fleet, c.Jobs, c.Connection = standings, jobs.New(s.pool), connection.Config{Numbers: numbers.New(s.pool, sealer)}
	})
	return s
}

// Administrators see how their numbers fare, and auditors; nobody sees another tenant's.
func TestFleetIsShown(t *testing.T) {
	t.Parallel()
	s := fleetSite(t)
	root, auditor, manager := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "aud", staff.RoleAuditor), s.hire("t1", "max", staff.RoleManager)
	s.exec(`UPDATE standing SET quality = 'RED', token = 'dead' WHERE phone_number_id = '200'`)
	for _, who := range []*person{root, auditor} {
		var list struct{ Numbers []fleetNumber }
		who.want(200, &list, "GET", "/api/v1/fleet", nil)
		if len(list.Numbers) != 2 || !slices.Equal(list.Numbers[1].Troubles, []string{"token_dead", "quality_low"}) || list.Numbers[1].Quality != "RED" {
			t.Errorf("the fleet is %+v", list)
		}
	}
	manager.want(403, nil, "GET", "/api/v1/fleet", nil)
	s.inbound("100", "c1", "wamid.1", "hello")
	var touched struct{ Conversations, People, Unanswered, Waiting int }
	root.want(200, &touched, "GET", "/api/v1/fleet/touched?numbers=100,900", nil)
	if touched.Conversations != 1 || touched.Unanswered != 1 || touched.People != 0 {
		t.Errorf("touched %+v", touched)
	}
	auditor.want(403, nil, "GET", "/api/v1/fleet/touched?numbers=100", nil)
	root.want(400, nil, "GET", "/api/v1/fleet/touched", nil)
}

// A number is changed by who has seen what is there; what is wrong names its field.
func TestFleetChangesANumber(t *testing.T) {
	t.Parallel()
	s := fleetSite(t)
	root, eva := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "eva", staff.RoleAdmin)
	var n fleetNumber
	root.want(200, &n, "PATCH", "/api/v1/numbers/100", body{"name": "Centro", "team_id": "blue", "language": "pt-BR", "revision": 1})
	if n.Number.Name != "Centro" || n.Number.TeamID != "blue" || n.Language != "pt-BR" || n.Revision != 2 {
		t.Errorf("changed to %+v", n)
	}
	var p answeredProblem
	root.want(409, &p, "PATCH", "/api/v1/numbers/100", body{"name": "Norte", "revision": 1})
	if p.Code != "outdated" {
		t.Errorf("an old revision: %+v", p)
	}
	for wrong, field := range map[string]string{
		`{"name":" "}`: "name", `{"language":"Portuguese"}`: "language", `{"rate":1001}`: "rate",
	} {
		root.want(400, &p, "PATCH", "/api/v1/numbers/100", wrong)
		if p.Field != field {
			t.Errorf("%s: %+v, want field %s", wrong, p, field)
		}
	}
	root.want(422, &p, "PATCH", "/api/v1/numbers/100", body{"team_id": "green"})
	if p.Code != "no_team" || p.Field != "team_id" {
		t.Errorf("a team that nobody made: %+v", p)
	}
	eva.want(404, nil, "PATCH", "/api/v1/numbers/100", body{"name": "Mine"})
	if n := s.counted(`SELECT count(*) FROM audit WHERE action = 'number.changed' AND object_id = '100' AND after->>'name' = 'Centro'`); n != 1 {
		t.Errorf("%d lines in the audit", n)
	}
}

// A pause is a job with an item for each number of the tenant's own; it needs a reason.
func TestFleetPauses(t *testing.T) {
	t.Parallel()
	s := fleetSite(t)
	root, manager := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "max", staff.RoleManager)
	var p answeredProblem
	for wrong, field := range map[string]string{
		`{"numbers":["100"],"reason":" "}`: "reason", `{"numbers":[],"reason":"x"}`: "numbers", `{"numbers":["x y"],"reason":"x"}`: "numbers",
	} {
		root.want(400, &p, "POST", "/api/v1/fleet/pause", wrong)
		if p.Field != field {
			t.Errorf("%s: %+v, want field %s", wrong, p, field)
		}
	}
	manager.want(403, nil, "POST", "/api/v1/fleet/pause", body{"numbers": []string{"100"}, "reason": "x"})
	var ordered struct{ Job int64 }
	root.want(202, &ordered, "POST", "/api/v1/fleet/pause", body{"numbers": []string{"100", "200", "900"}, "reason": "quality", "all": true})
	var list struct {
		Jobs []struct {
			Kind    string
			Numbers int
			Resumed bool
		}
	}
	root.want(202, &ordered, "POST", "/api/v1/fleet/resume", body{"numbers": []string{"100"}})
	root.want(200, &list, "GET", "/api/v1/jobs", nil)
	if len(list.Jobs) != 2 || list.Jobs[1].Kind != "hold" || list.Jobs[1].Numbers != 2 || !list.Jobs[0].Resumed {
		t.Errorf("ordered %+v", list)
	}
}
