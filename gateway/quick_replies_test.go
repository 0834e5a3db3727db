package gateway_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type quickReplies struct {
	Replies []struct {
		ID, Visibility, Shortcut, Title, Text string
		TeamID                                string `json:"team_id"`
		Revision, Used                        int64
		ChangedBy                             string `json:"changed_by"`
		MayChange                             bool   `json:"may_change"`
	}
	KeepsTeams bool `json:"keeps_teams"`
	KeepsAll   bool `json:"keeps_all"`
}

// One's own are everybody's to make; those of teams and of the company managers' and
// administrators'. What one does not see is not there.
func TestQuickRepliesOverTheAPI(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, boss := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "boss", staff.RoleManager)
	ana, eye := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "eye", staff.RoleAuditor)
	other := s.hire("t2", "root2", staff.RoleAdmin)
	const path = "/api/v1/quick_replies"
	of := func(visibility, team, shortcut string) body {
		b := body{"visibility": visibility, "shortcut": shortcut, "title": "Prazo de entrega", "text": "Oi, {{contact.first_name}}!"}
		if team != "" {
			b["team_id"] = team
		}
		return b
	}
	var own, red, all struct {
		ID       string
		Revision int64
	}
	ana.want(200, &own, "POST", path, of("own", "", "/meu"))
	boss.want(200, &red, "POST", path, of("team", "red", "prazo"))
	root.want(200, &all, "POST", path, of("company", "", "oi"))
	other.want(200, nil, "POST", path, of("company", "", "outra"))
	ana.want(403, nil, "POST", path, of("team", "red", "a"))
	ana.want(403, nil, "POST", path, of("company", "", "a"))
	eye.want(403, nil, "POST", path, of("own", "", "a"))
	ana.want(403, nil, "PATCH", path+"/"+red.ID, body{"title": "x"})
	ana.want(403, nil, "DELETE", path+"/"+all.ID, nil)
	boss.want(404, nil, "PATCH", path+"/"+own.ID, body{"title": "x"})
	other.want(404, nil, "DELETE", path+"/"+all.ID, nil)
	other.want(404, nil, "POST", path+"/"+all.ID+"/used", nil)

	shown := func(who *person) (list quickReplies, words string) {
		t.Helper()
		who.want(200, &list, "GET", path, nil)
		for _, r := range list.Replies {
			words += r.Shortcut + " "
		}
		return list, strings.TrimSpace(words)
	}
	list, words := shown(ana)
	if words != "meu oi prazo" || list.KeepsTeams || list.KeepsAll || !list.Replies[0].MayChange || list.Replies[1].MayChange || list.Replies[0].ChangedBy != "ana" {
		t.Errorf("ana sees %+v", list)
	}
	for who, want := range map[*person]string{boss: "oi prazo", root: "oi prazo", eye: "oi prazo", other: "outra"} {
		if _, words := shown(who); words != want {
			t.Errorf("somebody sees %q, want %q", words, want)
		}
	}
	ana.want(204, nil, "POST", path+"/"+red.ID+"/used", nil)
	var changed struct {
		Revision, Used int64
		Title          string
	}
	boss.want(200, &changed, "PATCH", path+"/"+red.ID, body{"revision": red.Revision, "title": "Prazo"})
	if changed.Revision != red.Revision+1 || changed.Title != "Prazo" || changed.Used != 1 {
		t.Errorf("changed to %+v", changed)
	}
	var refused answeredProblem
	root.want(409, &refused, "PATCH", path+"/"+red.ID, body{"revision": red.Revision, "title": "Outro"})
	if refused.Code != "outdated" {
		t.Errorf("refused with %+v", refused)
	}
	root.want(409, nil, "DELETE", path+"/"+red.ID+"?revision=1", nil)
	root.want(204, nil, "DELETE", path+"/"+red.ID+"?revision=2", nil)
	root.want(404, nil, "DELETE", path+"/"+red.ID, nil)

	for _, wrong := range []struct {
		in                    body
		status                int
		field, reason, method string
	}{
		{of("company", "", "oi"), 400, "shortcut", "field_twice", "POST"},
		{of("company", "", "o i"), 400, "shortcut", "field_value", "POST"},
		{of("team", "", "x"), 400, "team_id", "field_missing", "POST"},
		{of("team", "green", "x"), 400, "team_id", "field_value", "POST"},
		{of("everybody", "", "x"), 400, "visibility", "field_value", "POST"},
		{body{"visibility": "company", "shortcut": "x", "title": "x", "text": "{{contact.emial}}"}, 400, "text", "field_value", "POST"},
		{body{"visibility": "company", "shortcut": "x", "title": "a\u202eb", "text": "x"}, 400, "title", "", "POST"},
		{body{"txt": "x"}, 400, "txt", "", "PATCH"},
		{body{"text": strings.Repeat("a", 4097)}, 400, "text", "field_long", "PATCH"},
	} {
		to := path
		if wrong.method == "PATCH" {
			to += "/" + all.ID
		}
		var p answeredProblem
		root.want(wrong.status, &p, wrong.method, to, wrong.in)
		if p.Field != wrong.field || p.Reason != wrong.reason || p.Detail == "" {
			t.Errorf("%v: %+v, want %s at %s", wrong.in, p, wrong.reason, wrong.field)
		}
	}
	var p answeredProblem
	root.want(400, &p, "DELETE", path+"/"+all.ID+"?revision=x", nil)
	if p.Field != "revision" {
		t.Errorf("%+v", p)
	}
}

// A program with the right to admin keeps those of teams and of the company, and has none
// of its own; everybody hears at once that there is something new.
func TestQuickRepliesOfProgramsAndLive(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Audit = audit.New(s.pool) })
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	const path = "/api/v1/quick_replies"
	in := body{"visibility": "company", "shortcut": "oi", "title": "Oi", "text": "Oi!"}
	heard := ana.open()
	heard.subscribe("settings")
	keeps := s.program(makeKey(root, "through", nil, "read", "admin").Secret)
	var made struct{ ID string }
	keeps.want(200, &made, "POST", path, in)
	heard.changed("quick_reply", made.ID)
	keeps.want(403, nil, "POST", path, body{"visibility": "own", "shortcut": "oi", "title": "Oi", "text": "Oi!"})
	s.program(makeKey(root, "through", nil, "read", "write").Secret).want(403, nil, "POST", path, in)
}
