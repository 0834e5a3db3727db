package gateway_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// A number lists its templates to those who may see it, and to nobody else; a send
// is checked against them and refused with the variable's name before any grain is asked.
func TestTemplates(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.now = s.now.AddDate(0, 0, -2) // the window has closed
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "blue")
	ivo := s.hire("t2", "ivo", staff.RoleAdmin, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	send := func(echo string, template body) body {
		return body{"echo_id": echo, "template": template, "seen_version": 99, "claim": true}
	}
	var list struct {
		Templates []struct {
			Name, Body string
			Variables  []struct{ Key, Kind string }
		}
		SyncedAt string `json:"synced_at"`
	}
	const numbers = "/api/v1/numbers/100/templates"
	ana.want(200, &list, "GET", numbers, nil)
	if len(list.Templates) != 0 || list.SyncedAt != "" {
		t.Errorf("never read: %+v", list)
	}
	var p answeredProblem
	// Nobody here knows whether it exists: it is not sent, whatever comes with it.
	for _, template := range []body{
		{"name": "ready", "language": "it"},
		{"name": "ready", "language": "it", "values": body{"body.1": "x"}},
		{"name": "ready", "language": "it", "components": []body{{"type": "body"}}},
	} {
		ana.want(422, &p, "POST", path(id, "messages"), send("v", template))
		if p.Code != "no_template" || p.Reason != "never_read" || p.Field != "template" || !strings.Contains(p.Detail, "ready in it") ||
			!strings.Contains(p.Detail, "number 100") || !strings.Contains(p.Remedy, "wait") {
			t.Errorf("%v, never read: %+v", template, p)
		}
	}
	s.exec(`INSERT INTO template_sync (account_id, error) VALUES ('a1', 'the token has expired')`)
	ana.want(422, &p, "POST", path(id, "messages"), send("v", body{"name": "ready", "language": "it"}))
	if p.Code != "no_template" || p.Reason != "unreadable" || !strings.Contains(p.Detail, "the token has expired") || !strings.Contains(p.Remedy, "token") {
		t.Errorf("never read, for a reason: %+v", p)
	}
	ana.want(400, &p, "POST", path(id, "messages"), send("v", body{"name": "ready", "language": "it", "rendered": "Ciao"}))

	s.exec(`UPDATE template_sync SET synced_at = now(), error = ''`)
	s.exec(`INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components) VALUES
		('a1', 't1', 'ready', 'it', '1', 'UTILITY', 'APPROVED', '[{"type":"BODY","text":"Ciao {{1}}, {{2}}"}]'),
		('a1', 't1', 'broken', 'it', '2', 'UTILITY', 'APPROVED', '{}'),
		('a1', 't1', 'waiting', 'it', '3', 'UTILITY', 'PENDING', '[{"type":"BODY","text":"Ciao"}]')`)
	ana.want(200, &list, "GET", numbers+"?status=approved&q=cia", nil)
	if len(list.Templates) != 1 || list.Templates[0].Body != "Ciao {{1}}, {{2}}" || len(list.Templates[0].Variables) != 2 || list.SyncedAt == "" {
		t.Errorf("listed %+v", list)
	}
	ana.want(200, &list, "GET", numbers, nil)
	if len(list.Templates) != 2 {
		t.Errorf("all that can be read: %+v", list)
	}
	eva.want(404, nil, "GET", numbers, nil)
	ivo.want(404, nil, "GET", numbers, nil)

	for name, test := range map[string]struct {
		template            body
		code, field, reason string
	}{
		"a missing value":      {body{"name": "ready", "language": "it", "values": body{"body.1": "Ana"}}, "bad_content", "template.values.body.2", "value_missing"},
		"one value too many":   {body{"name": "ready", "language": "it", "values": body{"body.1": "a", "body.2": "b", "x": "c"}}, "bad_content", "template.values.x", "value_unknown"},
		"values and parts":     {body{"name": "ready", "language": "it", "values": body{"x": "c"}, "components": []body{{}}}, "bad_content", "template.values", "template_values"},
		"parts that do not do": {body{"name": "ready", "language": "it", "components": []body{{"type": "body"}}}, "bad_content", "template.values.body.1", "value_missing"},
		"not approved":         {body{"name": "waiting", "language": "it"}, "no_template", "template", "not_approved"},
		"unknown":              {body{"name": "strange", "language": "it"}, "no_template", "template", "unknown"},
		"another language":     {body{"name": "ready", "language": "pt_BR", "values": body{"body.1": "a", "body.2": "b"}}, "no_template", "template", "unknown"},
	} {
		var p answeredProblem
		ana.want(422, &p, "POST", path(id, "messages"), send("w", test.template))
		if p.Code != test.code || p.Field != test.field || p.Reason != test.reason || p.Remedy == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	filled := body{"name": "ready", "language": "it", "values": body{"body.1": "Ana", "body.2": "sì"}}
	var sent, again struct {
		MessageID string `json:"message_id"`
		Already   bool
	}
	ana.want(201, &sent, "POST", path(id, "messages"), send("y", filled))
	var row struct{ Last struct{ Preview string } }
	ana.want(200, &row, "GET", path(id), nil)
	if row.Last.Preview != "Ciao Ana, sì" {
		t.Errorf("the row shows %q", row.Last.Preview)
	}

	// Paused since, it was sent nevertheless: asked again, that is the answer.
	s.exec(`UPDATE template SET status = 'PAUSED'`)
	ana.want(200, &again, "POST", path(id, "messages"), send("y", filled))
	if !again.Already || again.MessageID != sent.MessageID {
		t.Errorf("sent again: %+v; want already %s", again, sent.MessageID)
	}
	ana.want(422, &p, "POST", path(id, "messages"), send("z", filled))
	if p.Code != "no_template" {
		t.Errorf("another one: %+v", p)
	}
}
