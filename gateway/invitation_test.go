package gateway_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

type invitations struct {
	Invitations []struct{ ID, Email, Role, Link string }
}

func tokenOf(t *testing.T, link string) string {
	t.Helper()
	_, token, ok := strings.Cut(link, "/#invitation=")
	if !ok {
		t.Fatalf("no token in %q", link)
	}
	return token
}

// An invited colleague makes his own account by the link, once, and is in.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	other := s.hire("t2", "root2", staff.RoleAdmin)
	var made, open invitations
	root.want(200, &made, "POST", "/api/v1/invitations", body{"emails": []string{"Bea@x.example", "caio@x.example"}, "role": "manager", "teams": []string{"blue"}})
	if len(made.Invitations) != 2 || made.Invitations[0].Email != "Bea@x.example" {
		t.Fatalf("made: %+v", made)
	}
	token := tokenOf(t, made.Invitations[0].Link)
	root.want(200, &open, "GET", "/api/v1/invitations", nil)
	if len(open.Invitations) != 2 || open.Invitations[0].Link != "" {
		t.Errorf("open: %+v", open)
	}
	other.want(200, &open, "GET", "/api/v1/invitations", nil)
	if len(open.Invitations) != 0 {
		t.Errorf("another tenant sees %+v", open)
	}
	ana.want(403, nil, "GET", "/api/v1/invitations", nil)
	ana.want(403, nil, "POST", "/api/v1/invitations", body{"emails": []string{"d@x.example"}, "role": "admin"})
	other.want(404, nil, "DELETE", "/api/v1/invitations/"+made.Invitations[1].ID, nil)
	other.want(404, nil, "POST", "/api/v1/invitations/"+made.Invitations[1].ID+"/renew", nil)

	bea := s.stranger()
	var link struct{ Email, By string }
	bea.want(200, &link, "POST", "/api/v1/invitation/link", body{"token": token})
	if link.Email != "Bea@x.example" || link.By != "root" {
		t.Errorf("link: %+v", link)
	}
	var refused struct{ Field string }
	bea.want(400, &refused, "POST", "/api/v1/invitation", body{"token": token, "name": "Bea", "password": "short"})
	if refused.Field != "password" {
		t.Errorf("a weak password: %+v", refused)
	}
	bea.want(400, &refused, "POST", "/api/v1/invitation", body{"token": token, "name": " ", "password": password})
	if refused.Field != "name" {
		t.Errorf("no name: %+v", refused)
	}
	var me struct {
		Agent struct{ Name, Role string }
		CSRF  string `json:"csrf_token"`
	}
	bea.want(200, &me, "POST", "/api/v1/invitation", body{"token": token, "name": "Bea", "password": password})
	if me.Agent.Name != "Bea" || me.Agent.Role != "manager" {
		t.Errorf("joined as %+v", me)
	}
	bea.csrf = me.CSRF
	bea.want(200, nil, "GET", "/api/v1/me", nil)
	s.stranger().want(410, nil, "POST", "/api/v1/invitation", body{"token": token, "name": "Eve", "password": password})
	s.stranger().want(410, nil, "POST", "/api/v1/invitation/link", body{"token": token})

	// Renewed, the old link ends; withdrawn, the new one does.
	caio := made.Invitations[1]
	var renewed struct{ Link string }
	root.want(200, &renewed, "POST", "/api/v1/invitations/"+caio.ID+"/renew", nil)
	s.stranger().want(410, nil, "POST", "/api/v1/invitation/link", body{"token": tokenOf(t, caio.Link)})
	s.stranger().want(200, nil, "POST", "/api/v1/invitation/link", body{"token": tokenOf(t, renewed.Link)})
	root.want(204, nil, "DELETE", "/api/v1/invitations/"+caio.ID, nil)
	s.stranger().want(410, nil, "POST", "/api/v1/invitation/link", body{"token": tokenOf(t, renewed.Link)})
	root.want(404, nil, "DELETE", "/api/v1/invitations/"+caio.ID, nil)
}

// Each mistake is named at its field, and leaves nothing half done.
func TestInvitationRefused(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("p%d@x.example", i)
	}
	for name, test := range map[string]struct {
		status int
		field  string
		in     body
	}{
		"nobody":        {400, "emails", body{"role": "agent"}},
		"too many":      {400, "emails", body{"emails": many, "role": "agent"}},
		"no address":    {400, "emails", body{"emails": []string{"a@x.example", "b"}, "role": "agent"}},
		"twice":         {400, "emails", body{"emails": []string{"a@x.example", "A@X.example"}, "role": "agent"}},
		"has account":   {409, "emails", body{"emails": []string{"a@x.example", "ROOT@x.example"}, "role": "agent"}},
		"no role":       {400, "role", body{"emails": []string{"a@x.example"}}},
		"unknown role":  {400, "role", body{"emails": []string{"a@x.example"}, "role": "owner"}},
		"unknown team":  {400, "teams", body{"emails": []string{"a@x.example"}, "role": "agent", "teams": []string{"green"}}},
		"unknown field": {400, "password", body{"emails": []string{"a@x.example"}, "role": "agent", "password": "x"}},
	} {
		var refused struct{ Field string }
		root.want(test.status, &refused, "POST", "/api/v1/invitations", test.in)
		if refused.Field != test.field {
			t.Errorf("%s: refused %q, want %q", name, refused.Field, test.field)
		}
	}
	if n := s.counted(`SELECT count(*) FROM invitation`); n != 0 {
		t.Errorf("%d invitations of refused requests", n)
	}
	for i := range 5 {
		for j := range many[:100] {
			many[j] = fmt.Sprintf("p%d-%d@x.example", i, j)
		}
		root.want(200, nil, "POST", "/api/v1/invitations", body{"emails": many[:100], "role": "agent"})
	}
	var refused struct{ Field string }
	root.want(400, &refused, "POST", "/api/v1/invitations", body{"emails": []string{"last@x.example"}, "role": "agent"})
	if n := s.counted(`SELECT count(*) FROM invitation`); n != staff.MaxInvitations || refused.Field != "emails" {
		t.Errorf("%d open invitations, refused %q", n, refused.Field)
	}
	s.exec(`UPDATE invitation SET expires_at = now() - interval '1 hour'`) // late
	var open invitations
	root.want(200, &open, "GET", "/api/v1/invitations", nil)
	if len(open.Invitations) != staff.MaxInvitations {
		t.Errorf("%d expired invitations are shown", len(open.Invitations))
	}
}

// One sees where one is logged in and ends a session from afar; its socket and its
// requests end with it, those of others do not.
func TestSessionsOfAPerson(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	second, third := s.browser(ana.id, "ana"), s.browser(ana.id, "ana")
	type sessions struct {
		Sessions []struct {
			ID  string
			Own bool
		}
	}
	var mine, seen sessions
	second.want(200, &mine, "GET", "/api/v1/me/sessions", nil)
	root.want(200, &seen, "GET", "/api/v1/agents/"+ana.id+"/sessions", nil)
	if len(mine.Sessions) != 3 || len(seen.Sessions) != 3 {
		t.Fatalf("mine %+v, as an admin sees them %+v", mine, seen)
	}
	own := ""
	for _, one := range mine.Sessions {
		if one.Own {
			own = one.ID
		}
	}
	for _, one := range seen.Sessions {
		if one.Own {
			t.Error("the session of somebody else is shown as one's own")
		}
	}
	ana.want(403, nil, "GET", "/api/v1/agents/"+root.id+"/sessions", nil)
	root.want(404, nil, "DELETE", "/api/v1/me/sessions/"+own, nil)
	ana.want(204, nil, "DELETE", "/api/v1/me/sessions/"+own, nil)
	second.want(401, nil, "GET", "/api/v1/me", nil)
	third.want(200, nil, "GET", "/api/v1/me", nil)
	var left sessions
	third.want(200, &left, "GET", "/api/v1/me/sessions", nil)
	for _, one := range left.Sessions {
		if !one.Own {
			root.want(204, nil, "DELETE", "/api/v1/agents/"+ana.id+"/sessions/"+one.ID, nil)
		}
	}
	ana.want(401, nil, "GET", "/api/v1/me", nil)
	third.want(200, nil, "GET", "/api/v1/me", nil)
}

// Two administrators who change the same account do not overwrite each other unseen.
func TestChangeOfAnAccountThatWasChanged(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	var seen, changed struct {
		Agents []struct {
			ID       string
			Revision int64
		}
		Agent struct{ Revision int64 }
	}
	root.want(200, &seen, "GET", "/api/v1/agents", nil)
	revision := int64(0)
	for _, a := range seen.Agents {
		if a.ID == ana.id {
			revision = a.Revision
		}
	}
	root.want(200, &changed, "PATCH", "/api/v1/agents/"+ana.id, body{"revision": revision, "name": "Ana B"})
	var refused struct{ Code string }
	root.want(409, &refused, "PATCH", "/api/v1/agents/"+ana.id, body{"revision": revision, "role": "manager"})
	if refused.Code != "outdated" {
		t.Errorf("refused as %q", refused.Code)
	}
	root.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{"revision": changed.Agent.Revision, "role": "manager"})
}
