package gateway_test

import (
	"encoding/csv"
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
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
		c.Audit = audit.New(s.pool)
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

// What went through a number is told with what Meta said of it; another tenant's is not
// known, and a manager may not see it.
func TestFleetHistory(t *testing.T) {
	t.Parallel()
	s := fleetSite(t)
	root, auditor, manager := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "aud", staff.RoleAuditor), s.hire("t1", "max", staff.RoleManager)
	eva := s.hire("t2", "eva", staff.RoleAdmin)
	s.exec(`INSERT INTO traffic (phone_number_id, span, at, received, sent, failed, echoes) VALUES
			('100', 3600, date_trunc('hour', now()), 30, 90, 2, 4), ('100', 10, now() - interval '40 seconds', 30, 90, 2, 4);
		INSERT INTO rating (phone_number_id, at, quality, tier) VALUES ('100', now() - interval '9 days', 'YELLOW', 'TIER_1K')`)
	type tally struct{ Received, Sent, Failed int }
	var list struct {
		Numbers []struct {
			PerSecond float64 `json:"per_second"`
			Day       tally
		}
	}
	root.want(200, &list, "GET", "/api/v1/fleet", nil)
	if n := list.Numbers[0]; n.PerSecond != 2 || n.Day != (tally{30, 90, 2}) {
		t.Errorf("listed %+v", list)
	}
	var h struct {
		Hours   []tally
		Ratings []struct{ Quality, Tier string }
		Month   tally
		Echoes  int
	}
	auditor.want(200, &h, "GET", "/api/v1/numbers/100/history", nil)
	if len(h.Hours) != 24 || h.Hours[23] != (tally{30, 90, 2}) || h.Month.Sent != 90 || h.Echoes != 4 || len(h.Ratings) != 1 || h.Ratings[0].Tier != "TIER_1K" {
		t.Errorf("history %+v", h)
	}
	eva.want(404, nil, "GET", "/api/v1/numbers/100/history", nil)
	root.want(404, nil, "GET", "/api/v1/numbers/%00/history", nil)
	manager.want(403, nil, "GET", "/api/v1/numbers/100/history", nil)
}

// The team and language of many numbers change together, each with its line in the
// audit, or not at all.
func TestFleetChangesMany(t *testing.T) {
	t.Parallel()
	s := fleetSite(t)
	root, eva := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "eva", staff.RoleAdmin)
	both := []string{"200", "100"}
	var p answeredProblem
	for wrong, field := range map[string]string{
		`{"numbers":["100"]}`: "team_id", `{"numbers":[],"language":"es"}`: "numbers", `{"numbers":["100"],"language":"Spanish"}`: "language",
	} {
		root.want(400, &p, "POST", "/api/v1/fleet/change", wrong)
		if p.Field != field {
			t.Errorf("%s: %+v, want field %s", wrong, p, field)
		}
	}
	root.want(422, &p, "POST", "/api/v1/fleet/change", body{"numbers": both, "team_id": "green"})
	root.want(404, nil, "POST", "/api/v1/fleet/change", body{"numbers": append(both, "900"), "language": "es"})
	eva.want(404, nil, "POST", "/api/v1/fleet/change", body{"numbers": both, "language": "es"})
	const told = `SELECT count(*) FROM audit WHERE action = 'number.changed' AND after->>'language' = 'es'`
	if n := s.counted(told); n != 0 {
		t.Errorf("%d lines of changes that were refused", n)
	}
	root.want(200, nil, "POST", "/api/v1/fleet/change", body{"numbers": both, "team_id": "blue", "language": "es"})
	if n := s.counted(told); n != 2 || s.counted(`SELECT count(*) FROM phone_number WHERE team_id = 'blue' AND language = 'es'`) != 2 {
		t.Errorf("%d lines in the audit", n)
	}
}

// Numbers leave as a table, which the audit tells; not those of another tenant.
func TestFleetExports(t *testing.T) {
	t.Parallel()
	s := fleetSite(t)
	root, manager := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "max", staff.RoleManager)
	s.exec(`UPDATE standing SET quality = 'RED' WHERE phone_number_id = '200'`)
	for asked, want := range map[string]int{"": 2, "?numbers=200,900": 1} {
		answer := root.call("GET", "/api/v1/fleet/export"+asked, nil)
		rows, err := csv.NewReader(answer.Body).ReadAll()
		if _ = answer.Body.Close(); err != nil || answer.StatusCode != 200 || len(rows) != want+1 {
			t.Fatalf("%q: %d, %v, %v", asked, answer.StatusCode, rows, err)
		}
		if last := rows[want]; last[0] != "200" || last[slices.Index(rows[0], "quality")] != "RED" {
			t.Errorf("%q: %v", asked, last)
		}
	}
	manager.want(403, nil, "GET", "/api/v1/fleet/export", nil)
	root.want(400, nil, "GET", "/api/v1/fleet/export?numbers=x+y", nil)
	if n := s.counted(`SELECT count(*) FROM audit WHERE action = 'number.exported' AND tenant_id = 't1'
		AND after->'numbers' IN ('[]', '["200", "900"]')`); n != 2 {
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
	for _, rate := range []body{{"rate": 1001}, {"rate": -1}, {"rate": 5, "all": true}} {
		rate["numbers"], rate["reason"] = []string{"100"}, "x"
		if root.want(400, &p, "POST", "/api/v1/fleet/pause", rate); p.Field != "rate" {
			t.Errorf("%v: %+v", rate, p)
		}
	}
	for _, until := range []string{"2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"} {
		if root.want(400, &p, "POST", "/api/v1/fleet/pause", body{"numbers": []string{"100"}, "reason": "x", "until": until}); p.Field != "until" {
			t.Errorf("until %s: %+v", until, p)
		}
	}
	manager.want(403, nil, "POST", "/api/v1/fleet/pause", body{"numbers": []string{"100"}, "reason": "x"})
	var ordered struct{ Job int64 }
	if root.want(400, &p, "POST", "/api/v1/fleet/pause", body{"numbers": []string{"100", "900"}, "reason": "quality"}); p.Field != "numbers" {
		t.Errorf("a number of nobody: %+v", p)
	}
	root.want(202, &ordered, "POST", "/api/v1/fleet/pause", body{"numbers": []string{"100", "200"}, "reason": "quality", "all": true})
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
