package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Whatever comes in, the answer names what to correct; only our own troubles are
// a fault of the server.
func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Replayer, c.Problems, c.Unmatched = &replays{}, intake.NewProblems(s.pool), intake.NewUnmatched(s.pool)
		c.Registrar = registrar{numbers.New(s.pool, nil), effects.NewSends(s.pool, nil)}
	})
	root := s.hire("t1", "root", staff.RoleAdmin)
	id := s.inbound("100", "c1", "wamid.1", "hello")
	root.want(200, nil, "POST", path(id, "claim"), nil)
	cursor := func(text string) string {
		return "/api/v1/conversations?cursor=" + base64.RawURLEncoding.EncodeToString([]byte(text))
	}
	agent := `"email":"b@x.example","name":"B","role":"agent","password":"correct horse"`
	number := `"id":"300","account_id":"a1","portfolio_id":"p1","display":"+3 00"`
	for _, test := range []struct {
		method, path, body string
		status             int
		field              string
	}{
		{"GET", path("100:%00"), "", 404, ""},
		{"GET", path("100:%ff", "details"), "", 404, ""},
		{"GET", path("100:%00", "messages"), "", 404, ""},
		{"POST", path("100:%00", "claim"), "", 404, ""},
		{"GET", path("100:%00", "media/x"), "", 404, ""},
		{"GET", path(id, "messages?around=9223372036854775807"), "", 400, "around"},
		{"GET", path(id, "messages?before=-1"), "", 400, "before"},
		{"GET", path(id, "messages?limit=0"), "", 400, "limit"},
		{"GET", cursor("99 1:c\x00"), "", 400, "cursor"},
		{"GET", cursor("1 \xff:\xff"), "", 400, "cursor"},
		{"GET", cursor("-210866803200000001"), "", 400, "cursor"},
		{"GET", cursor("9223372036854775807"), "", 400, "cursor"},

		{"POST", path(id, "assign"), `{"agent_id":"\u0000"}`, 400, "agent_id"},
		{"POST", path(id, "transfer"), `{"agent_id":"a\u0000"}`, 400, "agent_id"},
		{"POST", path(id, "transfer"), `{"team_id":"\u0000"}`, 400, "team_id"},
		{"POST", path(id, "transfer"), `{"team_id":7}`, 400, "team_id"},
		{"POST", path(id, "snooze"), `{"until":"tomorrow"}`, 400, "until"},
		{"POST", path(id, "snooze"), `{"until":7}`, 400, "until"},
		{"POST", path(id, "snooze"), `{"until":"2001-01-01T00:00:00Z"}`, 400, "until"},
		{"POST", path(id, "snooze"), `{}`, 400, "until"},
		{"POST", path(id, "snooze"), `{"until":"9999-12-31T23:59:59-23:59"}`, 400, "until"},
		{"POST", path(id, "snooze"), `{"until":"0000-01-01T00:00:00+23:59"}`, 400, "until"},
		{"POST", path(id, "snooze"), `{"until":"2200-01-01T00:00:00Z"}`, 400, "until"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x","then":"snoozed","until":"9999-12-31T23:59:59-23:59"}`, 400, "until"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x","despite_stale":true,"then":"snoozed","until":"0000-01-01T00:00:00+23:59"}`, 400, "until"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x","despite_stale":true,"then":"snoozed","until":"2001-01-01T00:00:00Z"}`, 400, "until"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"\u200b\u2060\ufeff\u00ad"}`, 422, "text"},
		{"POST", path(id, "notes"), `{"echo_id":"e","text":"\u0301\u200d"}`, 422, "text"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":1}`, 400, "text"},
		{"POST", path(id, "messages"), `{"echo_id":"e","seen_version":-1}`, 400, "seen_version"},
		{"POST", path(id, "messages"), `{"echo_id":"e","txt":"x"}`, 400, "txt"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x","then":"pending"}`, 400, "then"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x","then":"snoozed","until":"soon"}`, 400, "until"},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x","until":"2030-01-31T09:00:00Z"}`, 400, "until"},
		{"POST", path(id, "messages"), `[]`, 400, ""},
		{"POST", path(id, "messages"), `{"echo_id":"e","text":"x"}{}`, 400, ""},
		{"POST", path(id, "messages"), `{"echo_id"`, 400, ""},

		{"POST", "/api/v1/login", `{"email":"\u0000","password":"x"}`, 401, ""},
		{"POST", "/api/v1/agents", `{` + agent + `,"teams":["\u0000"]}`, 400, "teams"},
		{"POST", "/api/v1/agents", `{` + agent + `,"teams":["green"]}`, 400, "teams"},
		{"POST", "/api/v1/agents", `{` + strings.Replace(agent, "b@x", `b\u0000@x`, 1) + `}`, 400, "email"},
		{"POST", "/api/v1/agents", `{` + strings.Replace(agent, "b@x", `\"b\u0000\"@x`, 1) + `}`, 400, "email"},
		{"POST", "/api/v1/agents/%00/disable", ``, 404, ""},
		{"POST", "/api/v1/agents/%ff/disable", ``, 404, ""},
		{"POST", "/api/v1/agents/%00/enable", ``, 404, ""},
		{"POST", "/api/v1/agents/x/disable", `{"agent_id":"\u0000"}`, 400, "agent_id"},
		{"POST", "/api/v1/agents/x/disable", `{"team_id":"\u0000"}`, 400, "team_id"},
		{"PATCH", "/api/v1/agents/%00", `{}`, 404, ""},
		{"PATCH", "/api/v1/agents/" + root.id, `{"teams":["\u0000"]}`, 400, "teams"},
		{"PATCH", "/api/v1/agents/" + root.id, `{"name":" "}`, 400, "name"},
		{"POST", "/api/v1/teams", `{"id":"a\u0000","name":"x"}`, 400, "id"},
		{"POST", "/api/v1/teams", `{"id":"a\u0007\n","name":"x"}`, 400, "id"},
		{"POST", "/api/v1/numbers", `{` + number + `,"team_id":"\u0000"}`, 400, "team_id"},
		{"POST", "/api/v1/numbers", `{` + number + `,"team_id":"a b"}`, 400, "team_id"},
		{"POST", "/api/v1/numbers", `{` + number + `,"team_id":"red","rate":-1}`, 400, "rate"},
		{"POST", "/api/v1/numbers", `{` + number + `,"team_id":"red","rate":1001}`, 400, "rate"},
		{"POST", "/api/v1/numbers", `{` + strings.Replace(number, "a1", `a1\u0000`, 1) + `,"team_id":"red"}`, 400, "account_id"},
		{"POST", "/api/v1/numbers", `{` + strings.Replace(number, "p1", `p1\u0000`, 1) + `,"team_id":"red"}`, 400, "portfolio_id"},
		{"GET", "/api/v1/intake/problems?before=9223372036854775808", "", 400, "before"},
		{"GET", "/api/v1/intake/problems?state=%00", "", 400, "state"},
		{"POST", "/api/v1/intake/problems/-1/replay", "", 404, ""},
		{"GET", "/api/v1/unmatched?limit=-1", "", 400, "limit"},
	} {
		var sent any
		if test.body != "" {
			sent = test.body
		}
		var p answeredProblem
		answer := root.call(test.method, test.path, sent)
		err := json.NewDecoder(answer.Body).Decode(&p)
		answer.Body.Close()
		if err != nil && answer.StatusCode >= 400 {
			t.Errorf("%s %q: %v", test.method, test.path, err)
		}
		if answer.StatusCode != test.status || p.Field != test.field || p.Title == "" {
			t.Errorf("%s %q %s: %d field %q (%s); want %d, %q", test.method, test.path, test.body,
				answer.StatusCode, p.Field, p.Detail, test.status, test.field)
		}
		if test.status == 400 && (p.Detail == "" || p.Remedy == "" || strings.Contains(p.Detail, "gateway.") || strings.Contains(p.Detail, "uint64")) {
			t.Errorf("%s %q %s: detail %q, remedy %q; want words for the caller", test.method, test.path, test.body, p.Detail, p.Remedy)
		}
	}
}

// Names of sends come in a header too, where any byte may stand.
func TestAnySendNameIsKept(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	ana.want(200, nil, "POST", path(id, "claim"), nil)
	for _, name := range []string{"a\xff", "\xc3\xa9"} {
		send := body{"text": "x " + name, "despite_stale": true}
		var first, second struct {
			MessageID string `json:"message_id"`
			Already   bool
		}
		ana.want(201, &first, "POST", path(id, "messages"), send, "Idempotency-Key", name)
		ana.want(200, &second, "POST", path(id, "messages"), send, "Idempotency-Key", name)
		if first.MessageID == "" || first.MessageID != second.MessageID || !second.Already {
			t.Errorf("name %q: %+v, then %+v", name, first, second)
		}
	}
}
