package gateway_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// replays records what the relay is asked to replay.
type replays struct{ ids []int64 }

func (r *replays) Replay(_ context.Context, id int64) error {
	r.ids = append(r.ids, id)
	return nil
}

// registrar is what the relay is in a whole process.
type registrar struct {
	*numbers.Numbers
	sends *effects.Sends
}

func (r registrar) SetRate(ctx context.Context, number wa.PhoneNumberID, rate int) error {
	return r.sends.SetRate(ctx, number, rate)
}

func TestAdmin(t *testing.T) {
	t.Parallel()
	relay := &replays{}
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Replayer = relay
		c.Problems, c.Unmatched = intake.NewProblems(s.pool), intake.NewUnmatched(s.pool)
		c.Registrar = registrar{numbers.New(s.pool, nil), effects.NewSends(s.pool, nil)}
		c.Ready = func() error { return errors.New("draining") }
	})
	const problem = `
INSERT INTO intake_problem (day, source, seq, event_index, tenant_id, phone_number_id, state, kind, reason, raw, received_at)
VALUES (now(), 1, $1, 0, $2, '100', 'failed', 'message', 'no such field', '\x00', now())`
	s.exec(problem, 1, "t1")
	s.exec(problem, 2, "t2")
	s.exec(problem, 3, nil) // names no known number: it may be of anybody
	s.exec(`INSERT INTO unmatched VALUES ('100', 'wamid.x', 'sent', now(), 0, '', now() - interval '1 hour'),
('900', 'wamid.y', 'sent', now(), 0, '', now() - interval '1 hour')`)
	root := s.hire("t1", "root", staff.RoleAdmin)

	var problems struct{ Problems []struct{ ID int64 } }
	root.want(200, &problems, "GET", "/api/v1/intake/problems", nil)
	if len(problems.Problems) != 1 || problems.Problems[0].ID != 1 {
		t.Errorf("problems: %+v", problems)
	}
	other := s.hire("t2", "root2", staff.RoleAdmin)
	other.want(200, &problems, "GET", "/api/v1/intake/problems", nil)
	if len(problems.Problems) != 1 || problems.Problems[0].ID != 2 {
		t.Errorf("problems of the other tenant: %+v", problems)
	}
	other.want(404, nil, "POST", "/api/v1/intake/problems/3/replay", nil)
	root.want(204, nil, "POST", "/api/v1/intake/problems/1/replay", nil)
	root.want(404, nil, "POST", "/api/v1/intake/problems/2/replay", nil) // of another tenant
	root.want(404, nil, "POST", "/api/v1/intake/problems/3/replay", nil)
	if len(relay.ids) != 1 || relay.ids[0] != 1 {
		t.Errorf("replayed %v", relay.ids)
	}
	var unmatched struct{ Unmatched []struct{ WAMID string } }
	root.want(200, &unmatched, "GET", "/api/v1/unmatched", nil)
	if len(unmatched.Unmatched) != 1 || unmatched.Unmatched[0].WAMID != "wamid.x" {
		t.Errorf("unmatched: %+v", unmatched)
	}
	number := body{"id": "300", "account_id": "a1", "portfolio_id": "p1", "team_id": "blue", "display": "+3 00"}
	number["team_id"] = "bleu" // a slip of the pen makes no team
	var refused struct{ Code, Field, Remedy string }
	root.want(422, &refused, "POST", "/api/v1/numbers", number)
	if refused.Code != "no_team" || refused.Field != "team_id" || !strings.Contains(refused.Remedy, "POST /api/v1/teams") {
		t.Errorf("unknown team: %+v", refused)
	}
	if n := s.counted(`SELECT count(*) FROM team WHERE id = 'bleu'`); n != 0 {
		t.Error("the unknown team was made")
	}
	number["team_id"] = "blue"
	root.want(200, nil, "POST", "/api/v1/numbers", number)
	var one struct {
		Rate   int
		Health string
	}
	number["coexistence"] = true
	root.want(200, &one, "POST", "/api/v1/numbers", number)
	if one.Rate != 20 || one.Health != "ok" {
		t.Errorf("a coexistence number sends %d a second and is %s; want 20 and ok", one.Rate, one.Health)
	}
	number["account_id"] = "a2"
	root.want(404, nil, "POST", "/api/v1/numbers", number) // another tenant's account
	number["account_id"], number["id"] = "a1", "+5511 9 5550 1002"
	root.want(400, nil, "POST", "/api/v1/numbers", number)
	number["id"] = "300"
	delete(number, "display")
	root.want(400, nil, "POST", "/api/v1/numbers", number)
	var numbers struct{ Numbers []struct{ ID string } }
	root.want(200, &numbers, "GET", "/api/v1/numbers", nil)
	if len(numbers.Numbers) != 3 {
		t.Errorf("numbers: %+v", numbers)
	}
	if answer := root.call("GET", "/healthz", nil); answer.StatusCode != 200 {
		t.Errorf("healthz: %d", answer.StatusCode)
	} else {
		answer.Body.Close()
	}
	ready := root.call("GET", "/readyz", nil)
	defer ready.Body.Close()
	if why, err := io.ReadAll(ready.Body); err != nil || ready.StatusCode != 503 || string(why) != "not ready: draining\n" {
		t.Errorf("readyz: %d %q (%v), want 503 and the reason", ready.StatusCode, why, err)
	}
	root.want(404, nil, "GET", "/api/v1/nothing", nil)
	root.want(404, nil, "GET", "/metrics", nil)
}
