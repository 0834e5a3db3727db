package gateway_test

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// An auditor sees all teams of his tenant and the audit, changes nothing, and leaves a
// line wherever he looks.
func TestAuditor(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Audit = audit.New(s.pool) })
	root, ana, bia := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "bia", staff.RoleAgent, "red")
	aud := s.hire("t1", "aud", staff.RoleAuditor)
	red, blue, foreign := s.inbound("100", "c1", "wamid.1", "oi"), s.inbound("200", "c2", "wamid.2", "oi"), s.inbound("900", "c3", "wamid.3", "oi")

	for _, test := range []struct {
		status       int
		method, path string
		in           any
	}{
		{200, "GET", "/api/v1/conversations", nil},
		{200, "GET", "/api/v1/counts", nil},
		{200, "GET", "/api/v1/agents", nil},
		{200, "GET", path(blue, "messages"), nil},
		{200, "GET", path(blue, "details"), nil},
		{200, "GET", "/api/v1/conversations/" + blue, nil},
		{404, "GET", path(foreign, "messages"), nil},
		{200, "GET", "/api/v1/audit", nil},
		{200, "GET", "/api/v1/me/sessions", nil},
		{403, "GET", "/api/v1/keys", nil},
		{403, "GET", "/api/v1/invitations", nil},
		{403, "POST", path(red, "claim"), nil},
		{403, "POST", path(red, "notes"), body{"echo_id": "n1", "text": "x"}},
		{403, "POST", "/api/v1/teams", body{"id": "vip", "name": "VIP"}},
		{403, "PATCH", "/api/v1/agents/" + ana.id, body{"name": "Else"}},
		{403, "POST", "/api/v1/agents/" + ana.id + "/disable", body{}},
	} {
		if status := aud.status(test.method, test.path, test.in); status != test.status {
			t.Errorf("%s %s = %d, want %d", test.method, test.path, status, test.status)
		}
	}
	w := aud.open()
	w.subscribe("conversation:" + red)
	w.send(body{"t": "command", "id": "1", "conversation": red, "type": "claim"})
	if f := w.next("result"); f.OK || f.Problem.Status != http.StatusForbidden {
		t.Errorf("a claim over the socket: %+v", f.Problem)
	}
	looked := func(action string) (ids []string) {
		var of auditLines
		root.want(200, &of, "GET", "/api/v1/audit?by="+aud.id+"&action="+action, nil)
		for _, l := range of.Lines {
			ids = append(ids, l.Object.ID)
		}
		return ids
	}
	if got := looked("conversation.opened"); len(got) != 2 || got[0] != red || got[1] != blue {
		t.Errorf("looked into %q, want each once, the newest first", got)
	}

	// Nobody passes anything to him, and who becomes one keeps nothing.
	ana.want(200, nil, "POST", path(red, "claim"), nil)
	if status := ana.status("POST", path(red, "transfer"), body{"agent_id": aud.id}); status < 400 {
		t.Errorf("passed to an auditor: %d", status)
	}
	bia.want(200, nil, "POST", path(red, "takeover"), body{"echo_id": "t1", "reason": "she is away"})
	var taken auditLines
	root.want(200, &taken, "GET", "/api/v1/audit?action=conversation.taken_over", nil)
	if len(taken.Lines) != 1 || taken.Lines[0].By.ID != bia.id || taken.Lines[0].Before["owner"] != "ana" || taken.Lines[0].After["owner"] != "bia" || taken.Lines[0].Client == "" {
		t.Errorf("takeovers: %+v", taken.Lines)
	}
	var changed struct{ Job int64 }
	root.want(200, &changed, "PATCH", "/api/v1/agents/"+bia.id, body{"role": "auditor"})
	if changed.Job == 0 {
		t.Error("who becomes an auditor keeps what he owns")
	}
}
